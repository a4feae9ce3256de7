"""BoTorch as its tutorials teach it: a Sobol start, a SingleTaskGP (mixed: MixedSingleTaskGP), log expected improvement.

From "Closed-loop batch, constrained BO in BoTorch with qLogEI and qLogNEI": the acquisition functions, 10 restarts from 512
raw samples, batches of 5, 200 iterations, 256 Monte Carlo samples. From the multi-objective tutorial: 2 (d + 1) Sobol points.
"""

from itertools import product

import torch
from botorch.acquisition import LogExpectedImprovement, qLogNoisyExpectedImprovement
from botorch.models import MixedSingleTaskGP, SingleTaskGP
from botorch.models.transforms import Standardize
from botorch.optim import optimize_acqf, optimize_acqf_mixed
from botorch.optim.optimize_mixed import optimize_acqf_mixed_alternating, should_use_mixed_alternating_optimizer
from botorch.sampling import SobolQMCNormalSampler
from botorch.utils.sampling import draw_sobol_samples
from fit import fit
from protocol import evaluate, serve
from unit_box import UnitBox, dtype

torch.set_num_threads(1)
RESTARTS, RAW_SAMPLES, MC_SAMPLES = 10, 512, 256


def fitted(box, x, y):
    """Inputs are on [0, 1] already, which is what Normalize would do with the bounds of the space."""
    standardize = Standardize(m=1)
    if box.categorical:
        model = MixedSingleTaskGP(x, y, cat_dims=sorted(box.categorical), outcome_transform=standardize)
    else:
        model = SingleTaskGP(x, y, outcome_transform=standardize)
    return fit(model)


def proposal(box, acquisition):
    how = {"bounds": box.bounds, "q": 1, "num_restarts": RESTARTS, "raw_samples": RAW_SAMPLES}
    options = {"batch_limit": 5, "maxiter": 200}  # the other search has options of its own, and defaults for them
    fixed = {**box.discrete, **box.categorical}
    if not fixed:
        return optimize_acqf(acquisition, options=options, **how)[0]
    # BoTorch's own rule: up to 10 combinations are enumerated, more are searched in turns with the continuous parameters.
    enumerated = len(fixed) < box.dim and not should_use_mixed_alternating_optimizer(box.discrete, box.categorical)
    if enumerated:
        combinations = [dict(zip(fixed, values)) for values in product(*fixed.values())]
        return optimize_acqf_mixed(acquisition, fixed_features_list=combinations, options=options, **how)[0]
    return optimize_acqf_mixed_alternating(acquisition, discrete_dims=box.discrete, cat_dims=box.categorical, **how)[0]


def study(run):
    torch.manual_seed(run["seed"])
    box = UnitBox(run["params"])
    unit = torch.tensor([[0.0] * box.dim, [1.0] * box.dim], dtype=dtype)
    start = draw_sobol_samples(unit, n=2 * (box.dim + 1), q=1, seed=run["seed"]).squeeze(1)
    x = torch.empty(0, box.dim, dtype=dtype)
    y = torch.empty(0, 1, dtype=dtype)
    for number in range(run["trials"]):
        if number < len(start):
            point = box.snapped(start[number : number + 1])
        else:
            model = fitted(box, x, y)
            if run["noisy"]:
                sampler = SobolQMCNormalSampler(torch.Size([MC_SAMPLES]), seed=run["seed"] + number)
                acquisition = qLogNoisyExpectedImprovement(model, X_baseline=x, sampler=sampler, prune_baseline=True)
            else:
                acquisition = LogExpectedImprovement(model, best_f=y.max())
            point = proposal(box, acquisition)
        value = evaluate(box.external(point[0]))
        if value is None:
            raise ValueError("BoTorch's tutorials teach no trials that fail")
        x = torch.cat([x, point.detach()])
        y = torch.cat([y, torch.tensor([[-value]], dtype=dtype)])  # BoTorch maximizes.


serve(study)

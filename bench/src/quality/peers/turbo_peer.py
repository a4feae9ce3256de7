"""TuRBO-1 (Eriksson et al. 2019) by the recipe of BoTorch's tutorial "BO with TuRBO-1 and TS/qEI", one trial at a time.

As there: Thompson sampling from min(5000, max(2000, 200 d)) candidates, 2 d Sobol points, a Matérn 5/2 kernel with length scales
from 0.005 to 4, 10 successes to expand, max(4, d) failures to shrink, and a new start, which forgets what was, once the side
is below 0.5^7. Its noise limit is for noise-free functions, as it says; where there is noise, the noise is fitted freely.
"""

import math

import gpytorch
import torch
from botorch.generation import MaxPosteriorSampling
from botorch.models import SingleTaskGP
from fit import fit
from gpytorch.constraints import Interval
from gpytorch.kernels import MaternKernel, ScaleKernel
from gpytorch.likelihoods import GaussianLikelihood
from protocol import evaluate, serve
from torch.quasirandom import SobolEngine
from unit_box import UnitBox, dtype

torch.set_num_threads(1)
SHORTEST, LONGEST, FIRST, SUCCESSES = 0.5**7, 1.6, 0.8, 10


class Region:
    """The side of the trust region, and what it has seen since it last changed."""

    def __init__(self, dim):
        self.length, self.best, self.successes, self.failures = FIRST, -math.inf, 0, 0
        self.patience = max(4, dim)

    def begin(self, best):
        self.best = best

    def update(self, value):
        success = value > self.best + 1e-3 * abs(self.best)
        self.successes = self.successes + 1 if success else 0
        self.failures = 0 if success else self.failures + 1
        if self.successes == SUCCESSES:
            self.length, self.successes = min(2 * self.length, LONGEST), 0
        elif self.failures == self.patience:
            self.length, self.failures = self.length / 2, 0
        self.best = max(self.best, value)

    @property
    def is_over(self):
        return self.length < SHORTEST


def proposal(region, x, y, noisy, seed):
    dim = x.shape[-1]
    standard = (y - y.mean()) / y.std()
    kernel = ScaleKernel(MaternKernel(nu=2.5, ard_num_dims=dim, lengthscale_constraint=Interval(0.005, 4.0)))
    likelihood = GaussianLikelihood() if noisy else GaussianLikelihood(noise_constraint=Interval(1e-8, 1e-3))
    model = SingleTaskGP(x, standard, covar_module=kernel, likelihood=likelihood, outcome_transform=None)
    with gpytorch.settings.max_cholesky_size(float("inf")):
        fit(model)
        centre = x[y.argmax()]
        weights = model.covar_module.base_kernel.lengthscale.detach().reshape(-1)
        weights = weights / weights.mean()
        weights = weights / torch.prod(weights.pow(1.0 / dim))
        low = torch.clamp(centre - weights * region.length / 2, 0.0, 1.0)
        high = torch.clamp(centre + weights * region.length / 2, 0.0, 1.0)
        count = min(5000, max(2000, 200 * dim))
        moved = low + (high - low) * SobolEngine(dim, scramble=True, seed=seed).draw(count, dtype=dtype)
        mask = torch.rand(count, dim, dtype=dtype) <= min(20.0 / dim, 1.0)
        still = torch.where(mask.sum(dim=1) == 0)[0]
        mask[still, torch.randint(0, dim, size=(len(still),))] = True
        candidates = torch.where(mask, moved, centre)
        with torch.no_grad():
            return MaxPosteriorSampling(model=model, replacement=False)(candidates, num_samples=1)


def study(run):
    torch.manual_seed(run["seed"])
    box = UnitBox(run["params"])
    left = run["trials"]
    rounds = 0

    def value_at(point):
        value = evaluate(box.external(point))
        if value is None:
            raise ValueError("the tutorial of TuRBO teaches no trials that fail")
        return -value  # BoTorch maximizes.

    while left > 0:
        region = Region(box.dim)
        x = SobolEngine(box.dim, scramble=True, seed=run["seed"] + rounds).draw(min(left, 2 * box.dim), dtype=dtype)
        y = torch.tensor([[value_at(point)] for point in x], dtype=dtype)
        left -= len(x)
        region.begin(y.max().item())
        while left > 0 and not region.is_over:
            point = proposal(region, x, y, run["noisy"], run["seed"] + left)
            value = value_at(point[0])
            left -= 1
            region.update(value)
            x = torch.cat([x, point])
            y = torch.cat([y, torch.tensor([[value]], dtype=dtype)])
        rounds += 1


serve(study)

"""The fit of a BoTorch model, which goes on where BoTorch would end the study."""

from botorch.exceptions.errors import ModelFittingError
from botorch.fit import fit_gpytorch_mll
from botorch.optim.fit import fit_gpytorch_mll_scipy
from gpytorch.mlls import ExactMarginalLogLikelihood
from linear_operator.utils.errors import NotPSDError


def fit(model):
    """
    `fit_gpytorch_mll`. Where each of its attempts ends with a warning, which a line search near convergence does, it takes back
    what was found and raises: then one more attempt counts as it is, and without one the model keeps its initial parameters.
    """
    mll = ExactMarginalLogLikelihood(model.likelihood, model)
    try:
        fit_gpytorch_mll(mll)
    except ModelFittingError:
        mll.train()
        before = {name: value.clone() for name, value in mll.state_dict().items()}
        try:
            fit_gpytorch_mll_scipy(mll)
        except NotPSDError:
            mll.load_state_dict(before)
        mll.eval()
    return model

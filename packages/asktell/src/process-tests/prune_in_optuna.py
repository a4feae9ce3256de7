"""Optuna's part in a fleet that prunes. Usage: prune_in_optuna.py FILE NAME halving|hyperband TRIALS

Prints, for Hyperband, the brackets of the first 200 trials.
"""

import json
import sys

import optuna
from optuna.trial import FrozenTrial, TrialState

optuna.logging.set_verbosity(optuna.logging.ERROR)
path, name, kind, trials = sys.argv[1:]
if kind == "halving":
    pruner = optuna.pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=3)
else:
    pruner = optuna.pruners.HyperbandPruner(min_resource=1, max_resource=27, reduction_factor=3)
study = optuna.load_study(
    study_name=name,
    storage=optuna.storages.RDBStorage(f"sqlite:///{path}", engine_kwargs={"connect_args": {"timeout": 100}}),
    sampler=optuna.samplers.RandomSampler(),
    pruner=pruner,
)


def objective(trial):
    """The same as on the other side."""
    level = trial.suggest_float("level", 0, 1)
    trial.set_user_attr("by", "optuna")
    for step in range(1, 28):
        trial.report(level + 1 / step, step)
        if trial.should_prune():
            raise optuna.TrialPruned
    return level


study.optimize(objective, n_trials=int(trials))
brackets = []
if kind == "hyperband":
    for number in range(200):
        trial = FrozenTrial(number, TrialState.RUNNING, None, None, None, {}, {}, {}, {}, {}, number)
        brackets.append(pruner._get_bracket_id(study, trial))
print(json.dumps(brackets))

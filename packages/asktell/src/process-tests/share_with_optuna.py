"""Optuna's part of share-with-optuna.test.ts. Usage: share_with_optuna.py create|extend|work|dump FILE NAME [COUNT]"""

import json
import sys
import time

import optuna
from optuna.trial import TrialState

optuna.logging.set_verbosity(optuna.logging.ERROR)
command, path, name = sys.argv[1:4]
count = int(sys.argv[4]) if len(sys.argv) > 4 else 1
# Python's default timeout of five seconds is too short for nine processes on a slow disk.
storage = optuna.storages.RDBStorage(f"sqlite:///{path}", engine_kwargs={"connect_args": {"timeout": 120}})
sampler = optuna.samplers.TPESampler(
    seed=1, n_startup_trials=3, constraints_func=lambda trial: trial.user_attrs.get("limits", (0.0, 0.0))
)


def suggest(trial):
    """Suggests the parameters of share-with-optuna.test.ts."""
    x = trial.suggest_float("x", -5, 5)
    n = trial.suggest_int("n", 1, 64, log=True)
    c = trial.suggest_categorical("c", [None, False, "a", 2.5])
    return x**2 + n + (c == "a")


def extend(study):
    """Adds ten trials of every kind that Optuna creates."""
    several = len(study.directions) > 1
    study.enqueue_trial({"x": 0.1 + 0.2, "c": None}, user_attrs={"why": "queued"})
    for i in range(10):
        trial = study.ask()
        trial.set_user_attr("limits", [0.5 - i / 10, -1.0])
        trial.set_user_attr("note", {"text": "ünïcode 😀", "list": [1, None, float("nan")], "big": 2**70})
        value = suggest(trial)
        if not several:
            for step, reported in enumerate([value, float("inf"), float("nan"), 1e-300]):
                trial.report(reported, step * 3)
        if i == 3:
            study.tell(trial, state=TrialState.PRUNED)
        elif i == 4:
            study.tell(trial, state=TrialState.FAIL)
        elif i == 5:
            study.tell(trial, [float("-inf"), 1.0] if several else float("inf"))
        else:
            study.tell(trial, [value, -value] if several else value)
    study.ask()  # stays running
    study.enqueue_trial({"x": 1.5})


def work(study):
    """Runs trials until the study has `count`. Each side waits for the first trial of the other."""

    def objective(trial):
        trial.set_user_attr("side", "python")
        value = suggest(trial)
        trial.report(value, 0)
        return value

    while not any(trial.user_attrs.get("side") == "node" for trial in study.get_trials(deepcopy=False)):
        time.sleep(0.02)
    while len(study.get_trials(deepcopy=False)) < count:
        study.optimize(objective, n_trials=1)


def plain(value):
    """Replaces numbers that JSON lacks with strings."""
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        return str(value)
    if isinstance(value, int) and abs(value) > 2**53:
        return str(value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def stamp(date):
    return None if date is None else round(date.timestamp() * 1_000_000)


def row(trial):
    return {
        "number": trial.number,
        "state": trial.state.name.lower(),
        "values": plain(trial.values),
        "params": list(trial.params.items()),
        "distributions": [
            json.loads(optuna.distributions.distribution_to_json(d)) for d in trial.distributions.values()
        ],
        "reports": [[step, plain(value)] for step, value in sorted(trial.intermediate_values.items())],
        "userAttrs": plain(trial.user_attrs),
        "systemAttrs": plain(trial.system_attrs),
        "startedAt": stamp(trial.datetime_start),
        "finishedAt": stamp(trial.datetime_complete),
    }


if command == "create":
    study = optuna.create_study(
        study_name=name, storage=storage, sampler=sampler, directions=["minimize", "maximize"][:count]
    )
    study.set_metric_names(["loss", "gain"][:count])
    study.set_user_attr("who", {"é😀": [True, None]})
    storage.set_study_system_attr(study._study_id, "stranger:state:0", "x" * 2045)
    extend(study)
else:
    study = optuna.load_study(study_name=name, storage=storage, sampler=sampler)
    if command == "extend":
        extend(study)
    elif command == "work":
        work(study)
    else:
        print(
            json.dumps(
                {
                    "directions": [d.name.lower() for d in study.directions],
                    "metricNames": study.metric_names,
                    "best": sorted(trial.number for trial in study.best_trials),
                    "userAttrs": plain(study.user_attrs),
                    "systemAttrs": plain(study._storage.get_study_system_attrs(study._study_id)),
                    "trials": [row(trial) for trial in study.trials],
                }
            )
        )

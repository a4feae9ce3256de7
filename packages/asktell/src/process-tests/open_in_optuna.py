"""Opens an Asktell study with Optuna and prints its contents as JSON. Usage: open_in_optuna.py FILE NAME"""

import json
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
study = optuna.load_study(study_name=sys.argv[2], storage=f"sqlite:///{sys.argv[1]}")


def plain(value):
    """Replaces numbers that JSON lacks with strings."""
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        return "NaN" if value != value else str(value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


trials = [
    {
        "number": trial.number,
        "state": trial.state.name.lower(),
        "values": None if trial.values is None else [plain(v) for v in trial.values],
        "params": trial.params,
        "userAttrs": plain(trial.user_attrs),
        "intermediateValues": {str(step): plain(v) for step, v in trial.intermediate_values.items()},
        "constraints": trial.system_attrs.get("constraints"),
        "start": None if trial.datetime_start is None else trial.datetime_start.timestamp(),
        "complete": None if trial.datetime_complete is None else trial.datetime_complete.timestamp(),
    }
    for trial in study.trials
]
print(
    json.dumps(
        {
            "version": optuna.__version__,
            "directions": [d.name.lower() for d in study.directions],
            "metricNames": study.metric_names,
            "bestTrial": study.best_trial.number,
            "bestValue": plain(study.best_value),
            "trials": trials,
        }
    )
)

"""Continues one of our studies with Optuna's TPE and prints its trials. Usage: gradients_in_optuna.py FILE NAME TRIALS"""

import json
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
path, name, trials = sys.argv[1:]
study = optuna.load_study(
    study_name=name, storage=f"sqlite:///{path}", sampler=optuna.samplers.TPESampler(seed=1)
)
study.optimize(
    lambda trial: trial.suggest_float("x", -3, 3) ** 2 + trial.suggest_float("lr", 1e-5, 1, log=True),
    n_trials=int(trials),
)
print(
    json.dumps(
        [
            {
                "state": trial.state.name,
                "value": trial.value,
                "params": trial.params,
                "gradient": trial.system_attrs.get("asktell:gradient"),
            }
            for trial in study.trials
        ]
    )
)

"""Continues one of our studies with a genetic sampler of Optuna. Usage: generations_in_optuna.py FILE NAME SAMPLER OBJECTIVES TRIALS"""

import json
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
path, name, kind, objectives, trials = sys.argv[1:]
sampler = getattr(optuna.samplers, kind)(population_size=20, seed=1)
study = optuna.load_study(study_name=name, storage=f"sqlite:///{path}", sampler=sampler)
key = f"{kind}:generation"


def objective(trial):
    """The objective of generations.test.ts."""
    x = [trial.suggest_float(f"x{i}", 0, 1) for i in range(4)]
    choice = trial.suggest_categorical("c", ["a", "b", "c"])
    rest = 1 + x[2] ** 2 + x[3] ** 2 + (choice == "a")
    return [x[0] * rest, (1 - x[0]) * rest, x[1] * rest][: int(objectives)]


study.optimize(objective, n_trials=int(trials))
generations = [trial.system_attrs.get(key) for trial in study.trials]
print(
    json.dumps(
        {
            "generations": generations,
            "parents": [
                [trial.number for trial in sampler.get_parent_population(study, generation)]
                for generation in range(max(generations) + 1)
            ],
        }
    )
)

"""A user's program, from import to end, in Optuna or Rustuna.

Usage: whole_process.py optuna|rustuna nothing|tpe|random|resume TRIALS [FILE]
"""

import sys

library, work, trials = sys.argv[1:4]

if library == "optuna":
    import optuna as lib

    lib.logging.set_verbosity(lib.logging.ERROR)
else:
    import rustuna as lib


def study():
    if work == "random":
        return lib.create_study(sampler=lib.samplers.RandomSampler(seed=1))
    sampler = lib.samplers.TPESampler(seed=1)
    if work == "tpe":
        return lib.create_study(sampler=sampler)
    path = sys.argv[4]
    if library == "optuna":
        storage = f"sqlite:///{path}"
    else:
        storage = lib.storages.SQLite3Storage(path, create_database=False)
    return lib.load_study(study_name="bench", storage=storage, sampler=sampler)


def sum_of_squares(trial):
    return sum(trial.suggest_float(f"x{i}", -10, 10) ** 2 for i in range(5))


if work != "nothing":
    study().optimize(sum_of_squares, n_trials=int(trials))

"""Runs one measurement in Optuna or Rustuna. Prints one JSON value on the last line.

Usage: peer.py optuna|rustuna '{"kind": …}'
"""

import importlib.util
import json
import os
import sys
import time
import warnings

library, task = sys.argv[1], json.loads(sys.argv[2])
warnings.simplefilter("ignore")

if library == "optuna":
    import optuna as lib

    lib.logging.set_verbosity(lib.logging.ERROR)
else:
    import rustuna as lib


def storage(path):
    if library == "rustuna":
        return lib.storages.SQLite3Storage(path, create_database=True)
    # Optuna's documentation recommends this timeout for several processes on one SQLite file.
    return lib.storages.RDBStorage(f"sqlite:///{path}", engine_kwargs={"connect_args": {"timeout": 100}})


def study(store=None, create=True):
    sampler = lib.samplers.RandomSampler(seed=1)
    if store is None:
        return lib.create_study(sampler=sampler)
    if create:
        return lib.create_study(study_name="bench", storage=store, sampler=sampler, load_if_exists=True)
    return lib.load_study(study_name="bench", storage=store, sampler=sampler)


def objective(dimensions):
    names = [f"x{i}" for i in range(dimensions)]

    def sum_of_squares(trial):
        return sum(trial.suggest_float(name, -10, 10) ** 2 for name in names)

    return sum_of_squares


def timed(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def memory_speed():
    return [
        task["trials"] / timed(lambda: study().optimize(objective(task["dimensions"]), n_trials=task["trials"]))
        for _ in range(task["runs"])
    ]


def memory_size():
    study().optimize(objective(task["dimensions"]), n_trials=1000)
    big = study()
    before = resident()
    big.optimize(objective(task["dimensions"]), n_trials=task["trials"])
    return resident() - before


def search():
    names = [f"x{i}" for i in range(task["dimensions"])]
    centres = [2 * k for k in range(task["objectives"])]

    eighth = len(names) / 8 if task["mixed"] else len(names)
    choices = ["a", "b", "c", "d"]

    def suggest(trial, name, i):
        if i < 3 * eighth:
            return trial.suggest_float(name, -10, 10)
        if i < 4 * eighth:
            return trial.suggest_float(name, 1e-3, 10, log=True)
        if i < 6 * eighth:
            return trial.suggest_int(name, 0, 20)
        return choices.index(trial.suggest_categorical(name, choices))

    def spheres(trial):
        x = [suggest(trial, name, i) for i, name in enumerate(names)]
        return [sum((value - centre) ** 2 for value in x) for centre in centres]

    def once(seed):
        sampler = getattr(lib.samplers, task["sampler"])(seed=seed)
        made = lib.create_study(sampler=sampler, directions=["minimize"] * len(centres))
        return timed(lambda: made.optimize(spheres, n_trials=task["trials"]))

    return [once(seed) for seed in range(task["runs"])]


def ask_cost():
    """Milliseconds of an ask with its suggests and its tell, after each number of random trials."""

    def once(finished):
        store = lib.storages.InMemoryStorage()
        random, other = lib.samplers.RandomSampler(seed=1), getattr(lib.samplers, task["sampler"])(seed=1)
        filled = lib.create_study(study_name="cost", storage=store, sampler=random)
        filled.optimize(objective(task["dimensions"]), n_trials=finished)
        made = lib.load_study(study_name="cost", storage=store, sampler=other)
        made.optimize(objective(task["dimensions"]), n_trials=2)
        return timed(lambda: made.optimize(objective(task["dimensions"]), n_trials=task["asks"])) / task["asks"] * 1000

    return [once(finished) for finished in task["finished"]]


def has_gp():
    """Whether the GP sampler can run."""
    return all(importlib.util.find_spec(name) is not None for name in ("torch", "scipy", "greenlet"))


def sqlite():
    shared = study(storage(task["path"]))
    shared.optimize(objective(5), n_trials=max(1, task["trials"] // 10))
    return task["trials"] / timed(lambda: shared.optimize(objective(5), n_trials=task["trials"]))


def worker():
    """Runs trials and reports the start and end times, so that the startup of Python is not measured."""
    shared, refused = open_with_retries()
    began, errors = time.time(), 0
    for _ in range(task["trials"]):
        try:
            shared.optimize(objective(5), n_trials=1)
        except Exception as error:  # lock errors are counted
            print(f"{library}: {error!r:.200}", file=sys.stderr)
            errors += 1
    return {"began": began, "ended": time.time(), "errors": errors, "refused": refused}


def open_with_retries():
    """Returns the study and the number of failed attempts to open it while other processes write."""
    for refused in range(200):
        try:
            return study(storage(task["path"]), create=False), refused
        except Exception as error:
            print(f"{library}: {error!r:.200}", file=sys.stderr)
            time.sleep(0.1)
    raise TimeoutError(f"{library} could not open the study")


def load():
    """Seconds until all trials are in memory and the best trial is known, with a new connection for each run."""

    def once():
        loaded = study(storage(task["path"]), create=False)
        # Optuna's best_trial alone is a single query. Deep copies of the trials are not part of the measurement.
        loaded.get_trials(deepcopy=False) if library == "optuna" else loaded.get_trials()
        loaded.best_trial

    return [timed(once) for _ in range(task["runs"])]


print(json.dumps(globals()[task["kind"]]()))

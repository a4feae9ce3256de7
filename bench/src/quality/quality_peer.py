"""Runs studies with samplers of Optuna and pycma. The problems stay in Node: for each trial the parameters go out as a line of
JSON, and the outcome comes back as one.

    → {"run": {"sampler", "options", "seed", "trials", "concurrency", "objectives", "params": [{name, kind, …, when}]}}
    ← {"ask": {flat parameters}}        → {"values": […], "constraints": {…}} or {"fail": true}
    ← {"end": seconds}  or  {"error": "…"}
"""

import collections
import json
import sys
import time
import traceback
import warnings

import numpy
import optuna

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)

SAMPLERS = {
    "optuna-random": optuna.samplers.RandomSampler,
    "optuna-tpe": optuna.samplers.TPESampler,
    "optuna-cmaes": optuna.samplers.CmaEsSampler,
    "optuna-gp": optuna.samplers.GPSampler,
    "optuna-nsga2": optuna.samplers.NSGAIISampler,
    "optuna-nsga3": optuna.samplers.NSGAIIISampler,
    "optuna-qmc": optuna.samplers.QMCSampler,
}


def send(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def receive():
    line = sys.stdin.readline()
    if line == "":
        sys.exit(0)
    return json.loads(line)


def evaluate(params):
    send({"ask": params})
    return receive()


def suggest(trial, params):
    """Parents come before their children; a child whose parent has another value, or none, is not active."""
    chosen = {}
    for p in params:
        when = p["when"]
        if when is not None and chosen.get(when["name"]) != when["value"]:
            continue
        if p["kind"] == "categorical":
            chosen[p["name"]] = trial.suggest_categorical(p["name"], p["choices"])
        elif p["kind"] == "int":
            chosen[p["name"]] = trial.suggest_int(p["name"], p["low"], p["high"], step=p["step"], log=p["log"])
        else:
            chosen[p["name"]] = trial.suggest_float(p["name"], p["low"], p["high"], step=p["step"], log=p["log"])
    return chosen


def run_optuna(run):
    sampler = SAMPLERS[run["sampler"]](seed=run["seed"], **run["options"])
    study = optuna.create_study(sampler=sampler, directions=["minimize"] * run["objectives"])
    out = collections.deque()

    def tell():
        trial, outcome = out.popleft()
        if outcome.get("fail"):
            study.tell(trial, state=optuna.trial.TrialState.FAIL)
            return
        for name, value in outcome.get("constraints", {}).items():
            trial.set_constraint(name, value)
        study.tell(trial, outcome["values"])

    for _ in range(run["trials"]):
        if len(out) == run["concurrency"]:
            tell()
        trial = study.ask()
        out.append((trial, evaluate(suggest(trial, run["params"]))))


class Over(Exception):
    pass


def run_cma(run):
    import cma

    lows, highs = [], []
    for p in run["params"]:
        if p["kind"] != "float" or p["step"] is not None or p["when"] is not None:
            raise ValueError("pycma takes floats only")
        lows.append(numpy.log(p["low"]) if p["log"] else p["low"])
        highs.append(numpy.log(p["high"]) if p["log"] else p["high"])
    lows, highs = numpy.array(lows), numpy.array(highs)
    rng = numpy.random.default_rng(run["seed"])
    left = run["trials"]

    def objective(u):
        nonlocal left
        if left == 0:
            raise Over
        left -= 1
        x = numpy.clip(lows + numpy.asarray(u) * (highs - lows), lows, highs)
        params = {p["name"]: float(numpy.exp(v) if p["log"] else v) for p, v in zip(run["params"], x)}
        outcome = evaluate(params)
        return numpy.nan if outcome.get("fail") else outcome["values"][0]

    options = {"bounds": [0, 1], "seed": run["seed"] + 1, "verbose": -9, "maxfevals": run["trials"]}
    bipop = run["sampler"] == "pycma-bipop"
    try:
        while left > 0:
            cma.fmin2(
                objective, lambda: rng.random(len(lows)), 0.3, {**options, **run["options"]}, restarts=9 if bipop else 0,
                bipop=bipop,
            )
            options["seed"] += 1000  # stopped before the budget: another round
    except Over:
        pass


while True:
    run = receive()["run"]
    started = time.perf_counter()
    try:
        (run_cma if run["sampler"].startswith("pycma") else run_optuna)(run)
        send({"end": time.perf_counter() - started})
    except Exception:
        send({"error": traceback.format_exc(limit=3)})

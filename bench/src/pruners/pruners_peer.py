"""Runs studies of learning-curve tables with Optuna's TPE and pruners. One line of JSON in, one out:

    → {"table": path, "pruner", "options", "folds": bool, "name", "seed", "steps"}
    ← {"best": [[steps, value], …], "trials", "pruned", "seconds"}  or  {"error": "…"}
"""

import array
import base64
import json
import sys
import time
import traceback
import warnings

import optuna

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.CRITICAL)

tables = {}


def load(path):
    if path not in tables:
        with open(path, encoding="utf-8") as file:
            table = json.load(file)
        codes = array.array("H", base64.b64decode(table["codes"]))
        if sys.byteorder == "big":
            codes.byteswap()
        table["values"] = [table["least"] + table["unit"] * code for code in codes]
        tables[path] = table
    return tables[path]


def run(task):
    table = load(task["table"])
    length, folds = table["steps"], table["step"] == "fold"
    pruner = getattr(optuna.pruners, task["pruner"])(**task["options"])
    sampler = optuna.samplers.TPESampler(seed=task["seed"])
    study = optuna.create_study(study_name=task["name"], sampler=sampler, pruner=pruner)
    best, spent, trials, pruned = [], 0, 0, 0
    while spent < task["steps"]:
        trial = study.ask()
        trials += 1
        row = 0
        for param in table["params"]:
            count = len(param["values"])
            row = row * count + trial.suggest_int(param["name"], 0, count - 1)
        curve = table["values"][row * length : (row + 1) * length]
        total, done, stopped = 0.0, 0, False
        while done < length and spent < task["steps"] and not stopped:
            value = curve[done]
            done += 1
            spent += 1
            total += value
            trial.report(total / done if folds and not task["folds"] else value, done)
            stopped = trial.should_prune()
        if done < length or stopped:
            pruned += 1
            if task["folds"]:
                study.tell(trial, total / done)
            else:
                study.tell(trial, state=optuna.trial.TrialState.PRUNED)
            continue
        final = total / length if folds else curve[-1]
        study.tell(trial, final)
        if not best or final < best[-1][1]:
            best.append([spent, final])
    return {"best": best, "trials": trials, "pruned": pruned}


for line in sys.stdin:
    started = time.perf_counter()
    try:
        answer = run(json.loads(line))
        answer["seconds"] = time.perf_counter() - started
    except Exception:
        answer = {"error": traceback.format_exc(limit=3)}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()

"""HEBO (Cowen-Rivers et al. 2022) with its defaults: a warped GP, heteroscedastic noise, an evolutionary search of several
acquisition functions. `num` and `int` as they are, logarithms as `pow` and `pow_int`, choices as `cat`; steps are an `int` that
counts them. A failing trial is observed as not a number, which HEBO drops.
"""

import random

import numpy
import torch
from hebo.design_space.design_space import DesignSpace
from hebo.optimizers.hebo import HEBO
from protocol import evaluate, grid_of, serve

torch.set_num_threads(1)


def described(p):
    grid = grid_of(p)
    if p["kind"] == "categorical":
        return {"name": p["name"], "type": "cat", "categories": [str(i) for i in range(len(p["choices"]))]}
    if grid is not None:
        return {"name": p["name"], "type": "int", "lb": 0, "ub": len(grid) - 1}
    kinds = {("float", False): "num", ("float", True): "pow", ("int", False): "int", ("int", True): "pow_int"}
    return {"name": p["name"], "type": kinds[p["kind"], p["log"]], "lb": p["low"], "ub": p["high"]}


def external(p, value):
    grid = grid_of(p)
    if p["kind"] == "categorical":
        return p["choices"][int(value)]
    if grid is not None:
        return grid[int(value)]
    bounded = min(max(value, p["low"]), p["high"])
    return int(round(bounded)) if p["kind"] == "int" else float(bounded)


def study(run):
    params = run["params"]
    if any(p["when"] is not None for p in params):
        raise ValueError("HEBO has no conditional parameters")
    random.seed(run["seed"])
    numpy.random.seed(run["seed"])
    torch.manual_seed(run["seed"])
    optimizer = HEBO(DesignSpace().parse([described(p) for p in params]), scramble_seed=run["seed"])
    for _ in range(run["trials"]):
        suggested = optimizer.suggest(n_suggestions=1)
        row = suggested.iloc[0]
        value = evaluate({p["name"]: external(p, row[p["name"]]) for p in params})
        optimizer.observe(suggested, numpy.array([[numpy.nan if value is None else value]]))


serve(study)

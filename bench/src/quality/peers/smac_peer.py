"""SMAC3 by ask and tell. Its package overview and its table of facades have the BlackBoxFacade (a GP) for continuous problems
with few parameters and the HyperparameterOptimizationFacade (a random forest) for every other one; few is taken to be up to 10.

Choices, branches and logarithms are those of ConfigSpace; steps are an integer that counts them. Where there is noise,
`deterministic` is off, so SMAC evaluates good configurations again, which counts as trials. A failing trial is CRASHED, at a cost
that SMAC wants to be told: the worst value so far, since the infinity that is its default ends the study with an error.
"""

import logging
import tempfile
from pathlib import Path

from ConfigSpace import Categorical, ConfigurationSpace, EqualsCondition, Float, Integer
from protocol import evaluate, grid_of, is_active, serve
from smac import BlackBoxFacade, HyperparameterOptimizationFacade, Scenario
from smac.runhistory import StatusType, TrialValue

logging.disable(logging.CRITICAL)
FEW = 10


def described(p):
    grid = grid_of(p)
    if p["kind"] == "categorical":
        return Categorical(p["name"], [str(i) for i in range(len(p["choices"]))])
    if grid is not None:
        return Integer(p["name"], (0, len(grid) - 1))
    return (Integer if p["kind"] == "int" else Float)(p["name"], (p["low"], p["high"]), log=p["log"])


def space_of(params, seed):
    space = ConfigurationSpace(seed=seed)
    space.add([described(p) for p in params])
    by_name = {p["name"]: p for p in params}
    for p in params:
        if p["when"] is not None:
            parent = by_name[p["when"]["name"]]
            branch = str(parent["choices"].index(p["when"]["value"]))
            space.add(EqualsCondition(space[p["name"]], space[parent["name"]], branch))
    return space


def external(params, config):
    chosen = {}
    for p in params:
        if not is_active(p, chosen):
            continue
        value, grid = config[p["name"]], grid_of(p)
        if p["kind"] == "categorical":
            chosen[p["name"]] = p["choices"][int(value)]
        elif grid is not None:
            chosen[p["name"]] = grid[int(value)]
        else:
            chosen[p["name"]] = int(value) if p["kind"] == "int" else float(value)
    return chosen


def study(run):
    params = run["params"]
    is_continuous = all(p["kind"] == "float" and p["step"] is None and p["when"] is None for p in params)
    facade = BlackBoxFacade if is_continuous and len(params) <= FEW else HyperparameterOptimizationFacade
    with tempfile.TemporaryDirectory() as folder:
        scenario = Scenario(
            space_of(params, run["seed"]),
            deterministic=not run["noisy"],
            n_trials=run["trials"],
            output_directory=Path(folder),
            seed=run["seed"],
        )
        optimizer = facade(scenario, target_function=None, logging_level=False, overwrite=True)
        worst, crashed = None, []
        for _ in range(run["trials"]):
            info = optimizer.ask()
            value = evaluate(external(params, info.config))
            if value is None:
                crashed.append(info)
            else:
                optimizer.tell(info, TrialValue(cost=value), save=False)
                worst = value if worst is None else max(worst, value)
            while worst is not None and crashed:
                optimizer.tell(crashed.pop(), TrialValue(cost=worst, status=StatusType.CRASHED), save=False)


serve(study)

"""Ax's Client with the generation strategy that it chooses by itself: the centre, 4 Sobol points, then its modular BoTorch.

Choices are unordered, steps an ordered list of values, branches `dependent_parameters`, failing trials `mark_trial_failed`.
"""

import logging

import torch
from ax.api.client import Client
from ax.api.configs import ChoiceParameterConfig, RangeParameterConfig
from protocol import evaluate, grid_of, is_active, serve

torch.set_num_threads(1)
logging.disable(logging.CRITICAL)


def choice(i):
    return f"choice{i}"


def configured(params):
    """Ax's words for a space. Names and choices are replaced by plain ones, since ours contain dots, and all are strings."""
    names = {p["name"]: f"p{i}" for i, p in enumerate(params)}
    configs = []
    for p in params:
        name = names[p["name"]]
        if p["kind"] == "categorical":
            children = {
                choice(i): [names[c["name"]] for c in params if c["when"] == {"name": p["name"], "value": value}]
                for i, value in enumerate(p["choices"])
            }
            has_children = any(children.values())
            configs.append(
                ChoiceParameterConfig(
                    name=name,
                    values=list(children),
                    parameter_type="str",
                    is_ordered=False,
                    dependent_parameters=children if has_children else None,
                )
            )
        elif (grid := grid_of(p)) is not None:
            configs.append(ChoiceParameterConfig(name=name, values=grid, parameter_type=p["kind"], is_ordered=True))
        else:
            scaling = "log" if p["log"] else "linear"
            bounds = (p["low"], p["high"])
            configs.append(RangeParameterConfig(name=name, bounds=bounds, parameter_type=p["kind"], scaling=scaling))
    if any(p["when"] is not None for p in params):
        # Spaces with branches have one root.
        roots = [names[p["name"]] for p in params if p["when"] is None]
        configs.append(
            ChoiceParameterConfig(name="root", values=["root"], parameter_type="str", dependent_parameters={"root": roots})
        )
    return names, configs


def external(params, names, given):
    chosen = {}
    for p in params:
        if is_active(p, chosen):
            value = given[names[p["name"]]]
            chosen[p["name"]] = p["choices"][int(value[6:])] if p["kind"] == "categorical" else value
    return chosen


def study(run):
    client = Client(random_seed=run["seed"])
    names, configs = configured(run["params"])
    client.configure_experiment(parameters=configs)
    client.configure_optimization(objective="-value")
    asked = 0
    while asked < run["trials"]:
        for index, given in client.get_next_trials(max_trials=1).items():
            value = evaluate(external(run["params"], names, given))
            if value is None:
                client.mark_trial_failed(index)
            else:
                client.complete_trial(index, raw_data={"value": value})
            asked += 1


serve(study)

"""A flat space as BoTorch's tutorials have it: numbers on [0, 1], on the logarithm where the range is logarithmic, and
categorical parameters as the index of their choice."""

import math

import torch
from protocol import grid_of

dtype = torch.double


class UnitBox:
    def __init__(self, params):
        self.params = params
        self.dim = len(params)
        self.categorical, self.discrete = {}, {}
        for i, p in enumerate(params):
            if p["kind"] == "categorical":
                self.categorical[i] = [float(c) for c in range(len(p["choices"]))]
            else:
                values = grid_of(p) or (range(p["low"], p["high"] + 1) if p["kind"] == "int" else None)
                if values is not None:
                    self.discrete[i] = [self._to_unit(p, v) for v in values]
                    self.discrete[i][0], self.discrete[i][-1] = 0.0, 1.0
        highs = [float(len(p["choices"]) - 1) if p["kind"] == "categorical" else 1.0 for p in params]
        self.bounds = torch.tensor([[0.0] * self.dim, highs], dtype=dtype)
        self.values = {i: grid_of(p) or (list(range(p["low"], p["high"] + 1)) if p["kind"] == "int" else None)
                       for i, p in enumerate(params) if i in self.discrete}

    @staticmethod
    def _to_unit(p, value):
        if p["log"]:
            return (math.log(value) - math.log(p["low"])) / (math.log(p["high"]) - math.log(p["low"]))
        return (value - p["low"]) / (p["high"] - p["low"])

    def snapped(self, unit):
        """Points drawn on the unit cube, moved to the nearest values that are allowed; choices get equal shares."""
        x = unit.clone()
        for i, choices in self.categorical.items():
            x[:, i] = torch.clamp((unit[:, i] * len(choices)).floor(), max=len(choices) - 1)
        for i, values in self.discrete.items():
            allowed = torch.tensor(values, dtype=dtype)
            x[:, i] = allowed[(unit[:, i, None] - allowed).abs().argmin(dim=1)]
        return x

    def external(self, x):
        """One point as parameters by name."""
        params = {}
        for i, (p, u) in enumerate(zip(self.params, x.tolist())):
            if i in self.categorical:
                value = p["choices"][round(u)]
            elif i in self.discrete:
                nearest = min(range(len(self.discrete[i])), key=lambda k: abs(self.discrete[i][k] - u))
                value = self.values[i][nearest]
            elif p["log"]:
                value = math.exp(math.log(p["low"]) + u * (math.log(p["high"]) - math.log(p["low"])))
            else:
                value = p["low"] + u * (p["high"] - p["low"])
            params[p["name"]] = value if i in self.categorical else min(max(value, p["low"]), p["high"])
        return params

"""Measures the microseconds of ask and tell per candidate in cmaes and pycma.

Usage: optimizer_peer.py '{"dimensions": …, "candidates": …}'
"""

import json
import math
import sys
import time

import cma
import cmaes
import numpy as np

task = json.loads(sys.argv[1])
n, candidates = task["dimensions"], task["candidates"]
size = 4 + int(3 * math.log(n))
generations = math.ceil(candidates / size)
values = np.random.RandomState(1).rand(generations, size).tolist()


def timed(work):
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e6 / (generations * size)


def cmaes_time(kind):
    def work():
        optimizer = kind(mean=np.zeros(n), sigma=1.0, seed=1)
        for row in values:
            optimizer.tell([(optimizer.ask(), value) for value in row])

    return min(timed(work) for _ in range(3))


def pycma_time():
    def work():
        es = cma.CMAEvolutionStrategy([0.0] * n, 1.0, {"seed": 1, "verbose": -9})
        for row in values:
            es.tell(es.ask(), row)

    return min(timed(work) for _ in range(3))


print(json.dumps({"cmaes": cmaes_time(cmaes.CMA), "separable": cmaes_time(cmaes.SepCMA), "pycma": pycma_time()}))

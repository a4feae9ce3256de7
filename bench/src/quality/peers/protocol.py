"""The protocol of quality_peer.py, for peers with a Python environment of their own, and the grids that they share.

Seconds are those of the processor: waiting for Node is not counted, nor is a pause of the process.
"""

import json
import math
import os
import sys
import time
import traceback
import warnings

warnings.filterwarnings("ignore")
channel = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # What a library prints must not reach the channel.


def send(message):
    channel.write(json.dumps(message) + "\n")
    channel.flush()


def receive():
    line = sys.stdin.readline()
    if line == "":
        sys.exit(0)
    return json.loads(line)


def evaluate(params):
    """The value of a trial, or None when it failed."""
    send({"ask": params})
    outcome = receive()
    return None if outcome.get("fail") else outcome["values"][0]


def serve(study):
    """Runs `study(run)` for each run that Node sends, until Node closes the channel."""
    while True:
        run = receive()["run"]
        started = time.process_time()
        try:
            if run["objectives"] > 1 or run["concurrency"] > 1:
                raise ValueError("this peer takes one objective and one trial at a time")
            study(run)
            send({"end": time.process_time() - started})
        except Exception:
            send({"error": traceback.format_exc(limit=-3)})


def grid_of(p):
    """The values of a parameter with a step, or None where there is none or the numbers are one apart."""
    if p["kind"] == "categorical" or p["step"] is None or (p["kind"] == "int" and p["step"] == 1):
        return None
    count = math.floor((p["high"] - p["low"]) / p["step"] + 1e-9) + 1
    return [p["low"] + i * p["step"] for i in range(count)]


def is_active(p, chosen):
    """Whether a parameter belongs to what was chosen. Parents come before their children."""
    return p["when"] is None or (p["when"]["name"] in chosen and chosen[p["when"]["name"]] == p["when"]["value"])

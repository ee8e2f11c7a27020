#!/usr/bin/python3
"""The rate of a sweep with a model that was adapted to a device, one weight an operator and place, beside that of a fitted
one, on the 60 million networks of choice-cifar: in turns, medians.

    tests/bench/adapted_sweep.py [REPEATS]
"""

import json
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile

FLASH = pathlib.Path(__file__).resolve().parents[2] / "build" / "bin" / "flash"
JOB = """\
[job]
name = "rate"
[space]
preset = "choice-cifar"
[data]
source = "shapes"
side = 32
[models]
file = "{}.json"
"""


def flash(*arguments):
    return json.loads(subprocess.run([FLASH, *arguments, "--json"], check=True, capture_output=True, text=True).stdout)


def main():
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    space = flash("space", "--preset", "choice-cifar")
    draw = random.Random(1)
    terms = {
        "fitted": [{"feature": "macs", "coefficient": 1e-7}, {"feature": "layers", "coefficient": 0.02}],
        "adapted": [{"feature": f"{axis['name']}={value}", "coefficient": draw.uniform(0.01, 1)}
                    for axis in space["axes"] for value in axis["values"]],
    }
    with tempfile.TemporaryDirectory() as folder:
        for kind, of in terms.items():
            models = {"format": "flash-models", "version": 2, "space": space["definition"], "reading": "capacity",
                      "accuracy": {"a": 1.05, "b": 20.0, "c": -1.0}, "target": kind, "provenance": {},
                      "metrics": {"latency_ms": {"intercept": 0.5, "terms": of}}}
            pathlib.Path(folder, kind + ".json").write_text(json.dumps(models))
            pathlib.Path(folder, kind + ".toml").write_text(JOB.format(kind))
        rates = {kind: [] for kind in terms}
        for _ in range(repeats):
            for kind, of_kind in rates.items():
                of_kind.append(flash("sweep", pathlib.Path(folder, kind + ".toml"))["rate_per_s"])
    for kind, of_kind in rates.items():
        print(f"{kind:8} {statistics.median(of_kind):.3g} configurations a second")
    print(f"ratio of medians {statistics.median(rates['adapted']) / statistics.median(rates['fitted']):.3f}")


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""Two builds side by side: pairs.py OLD NEW. Each holds bin/ with flash's programs and the benchmarks.

Every figure is measured in 15 pairs, old and new in turns, on a machine that does nothing else. Printed are the medians,
the median of the pairs' ratios (new / old) and its 95 % interval from resampled pairs. A figure is not slower where the
interval ends below 1.05, slower where it begins above 1; otherwise the pairs do not tell. Exit code 1 unless all are not
slower.
"""

import argparse
import json
import os
import pathlib
import random
import re
import statistics
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
ENVIRONMENT = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
                   OMPI_MCA_rmaps_base_oversubscribe="1", OMP_NUM_THREADS="1")
RESAMPLES = 10_000
LIMIT = 1.05

TRAINING = """\
[job]
name = "pairs"
seed = 5
[space]
preset = "shapes-mini"
[data]
source = "shapes"
side = 16
train_images = 1000
test_images = 500
[sample]
count = 4
holdout = 0
max_mmacs = 2.5
[train]
epochs = 2
threads = 1
retries = 0
"""
SWEEP = f"""\
[job]
name = "pairs"
[space]
preset = "flash-63b"
[data]
source = "shapes"
side = 32
[hardware]
target = "imc"
[models]
file = "{TOP}/data/models/flash-63b-imc.json"
[constraints]
accuracy_min = 0.7
energy_max_mj = 1.0
[sweep]
max_size = 100_000_000_000
block = 50_000_000
"""


def output(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, env=ENVIRONMENT)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stderr[-1000:]}")
    return done.stdout


def report(binaries, command, job, *options):
    """What a command of flash reports of a run that begins anew."""
    with tempfile.TemporaryDirectory(prefix="flash_pairs.") as folder:
        path = pathlib.Path(folder) / "job.toml"
        path.write_text(job)
        return json.loads(output(binaries / "flash", command, path, "-o", f"{folder}/run", "--json", *options))


def sweep(binaries):
    """493 million configurations of flash-63b on one core, three metrics, three constraint sets."""
    found = report(binaries, "sweep", SWEEP, "--shard", "37/128", "--threads", "1")
    return sum(block["seconds"] for block in found["sweep"]["blocks"])


def train(binaries):
    """Four small networks, two epochs."""
    return sum(sample["seconds"] for sample in report(binaries, "train", TRAINING)["samples"])


def milliseconds(pattern, *command):
    """The sum of a benchmark's figures in seconds, the least of three runs: each takes but milliseconds."""
    sums = []
    for _ in range(3):
        text = output(*command)
        found = [float(each) for each in re.findall(pattern, text)]
        if not found:
            sys.exit(f"no figure like {pattern} in:\n{text[-1000:]}")
        sums.append(sum(found) / 1e3)
    return min(sums)


def exact(binaries):
    """Every constraint set and model of the benchmark, each the median of five."""
    return milliseconds(r"id +\d+ +([\d.]+) ms", binaries / "bench_exact", "--sets")


def hierarchical(binaries):
    """Hierarchical SHGO with the fitted models under every constraint set, each the median of 21."""
    return milliseconds(r"([\d.]+) ms +\d+ evaluations", binaries / "bench_hierarchical", 1, 1)


def shgo(binaries):
    """SHGO on the reference problems, each the median of 101."""
    return milliseconds(r"runs: ([\d.]+) ms", binaries / "bench_shgo", "--alone")


def dispatch(binaries):
    """A million empty tasks on two ranks, by the median of three rounds."""
    text = output("mpiexec", "-n", 2, "--bind-to", "none", binaries / "bench_farm", 100_000)
    return 1e6 / statistics.median(float(rate) for rate in re.findall(r"([\d.]+) a second", text))


FIGURES = [sweep, exact, hierarchical, shgo, dispatch, train]


def interval(ratios):
    """95 % of the medians of resampled ratios; the same each time."""
    draw = random.Random(1)
    medians = sorted(statistics.median(draw.choices(ratios, k=len(ratios))) for _ in range(RESAMPLES))
    return medians[RESAMPLES * 25 // 1000], medians[RESAMPLES * 975 // 1000 - 1]


def compare(figure, old, new, pairs):
    """Prints a figure's line; whether the new build is not slower."""
    seconds = {old: [], new: []}
    for pair in range(pairs):
        for build in (old, new) if pair % 2 == 0 else (new, old):
            seconds[build].append(figure(build / "bin"))
    ratios = [b / a for a, b in zip(seconds[old], seconds[new])]
    low, high = interval(ratios)
    verdict = "not slower" if high < LIMIT else "slower" if low > 1 else "the pairs do not tell"
    print(f"{figure.__name__:<13} {statistics.median(seconds[old]):>10.5f} {statistics.median(seconds[new]):>10.5f} "
          f"{statistics.median(ratios):>7.3f}  [{low:.3f}, {high:.3f}]  {verdict}", flush=True)
    return high < LIMIT


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", type=pathlib.Path)
    parser.add_argument("new", type=pathlib.Path)
    parser.add_argument("--pairs", type=int, default=15)
    parser.add_argument("--only", nargs="*", choices=[figure.__name__ for figure in FIGURES])
    arguments = parser.parse_args()
    old, new = arguments.old.resolve(), arguments.new.resolve()
    if old == new:
        parser.error("two builds are needed, not one twice; a copy of a build measures the noise")
    print(f"{'figure':<13} {'old, s':>10} {'new, s':>10} {'ratio':>7}  95 % interval")
    wanted = [figure for figure in FIGURES if not arguments.only or figure.__name__ in arguments.only]
    results = [compare(figure, old, new, arguments.pairs) for figure in wanted]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()

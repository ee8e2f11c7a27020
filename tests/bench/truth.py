#!/usr/bin/python3
"""Makes truth.csv: networks of the quick start's space, drawn at random, each trained from three seeds and measured.

    tests/bench/truth.py RUN [--networks 200] [--ranks 2]     into the run directory RUN, about 40 core-minutes; resumable

The draw is uniform over the space, of networks that the quick start would train (sample.max_mmacs). What the models say
plays no part. The table has the accuracies on the validation images, which choices rest on, and on the test images.
"""

import argparse
import csv
import json
import os
import pathlib
import random
import subprocess
import sys

import h5py
import numpy as np

TOP = pathlib.Path(__file__).resolve().parents[2]
FLASH = pathlib.Path(os.environ.get("FLASH_BIN_DIR", TOP / "build" / "bin")) / "flash"
JOB = TOP / "jobs" / "quickstart.toml"
SEED, SEEDS, MAX_MACS = 15, 3, 4e6


def flash_json(*arguments):
    done = subprocess.run([FLASH, "--json", *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def draw(count):
    rng, size, ids = random.Random(SEED), flash_json("space", JOB)["size"], []
    while len(ids) < count:
        number = rng.randrange(size)
        if flash_json("describe", JOB, "--id", number)["macs"] <= MAX_MACS:
            ids.append(number)
    return ids


def write_table(archive, path):
    with h5py.File(archive) as file:
        confirmed = {name: column[:] for name, column in file["confirmed"].items() if isinstance(column, h5py.Dataset)}
        trainings = {name: column[:] for name, column in file["confirmed/trainings"].items()}
        git = np.bytes_(file.attrs.get("git_hash", b"")).decode()
    found = {}
    for number, k, accuracy, test in zip(*(trainings[n] for n in ("id", "training", "accuracy", "test_accuracy"))):
        found.setdefault(int(number), {})[int(k)] = accuracy, test
    names = [f"{what}_{k}" for what in ("accuracy", "test_accuracy") for k in range(1, SEEDS + 1)]
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(f"# Networks of the quick start's space, each trained {SEEDS} times: tests/bench/truth.py makes this. flash {git}\n")
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["id", "parameters", "macs", "latency_ms", *names, "network"])
        for i, number in enumerate(confirmed["id"]):
            mine = found[int(number)]
            words = confirmed["network"][i].decode()
            sizes = [int(confirmed[f"{n}_true"][i]) for n in ("parameters", "macs")]
            accuracies = (f"{mine[k][what]:.4f}" for what in (0, 1) for k in range(SEEDS))
            rows.writerow([int(number), *sizes, f"{confirmed['latency_ms_true'][i]:.4f}", *accuracies, words])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=pathlib.Path)
    parser.add_argument("--networks", type=int, default=200)
    parser.add_argument("--ranks", type=int, default=2)
    arguments = parser.parse_args()
    arguments.run.mkdir(parents=True, exist_ok=True)
    job, names = arguments.run / "truth.toml", arguments.run / "networks.txt"
    job.write_text(JOB.read_text() + f"\n[confirm]\nnetworks = 1\nseeds = {SEEDS}\n")
    names.write_text("".join(f"{number}\n" for number in draw(arguments.networks)))
    launch = ["mpirun", "--bind-to", "none", "-n", str(arguments.ranks), FLASH]
    for command in (["run"], ["confirm", "--networks", names]):
        done = subprocess.run([*launch, command[0], job, "-o", arguments.run / "run", *command[1:]], check=False)
        if done.returncode != 0:
            sys.exit(done.returncode)
    write_table(arguments.run / "run" / "archive.h5", pathlib.Path(__file__).with_name("truth.csv"))


if __name__ == "__main__":
    main()

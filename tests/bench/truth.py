#!/usr/bin/python3
"""Makes a table of truth: networks of a job's space, drawn at random, each trained from three seeds and measured.

    tests/bench/truth.py RUN [JOB] [-o TABLE] [--networks 200] [--ranks 2]    into the run directory RUN; resumable

JOB is by default the quick start, TABLE truth.csv beside this file: about 40 core-minutes. The draw is uniform over the
space, of networks that the job would train (sample.max_mmacs). What the models say plays no part. The table has the
accuracies on the validation images, which choices rest on, and on the test images.
"""

import argparse
import csv
import json
import os
import pathlib
import random
import subprocess
import sys
import tomllib

import h5py
import numpy as np

TOP = pathlib.Path(__file__).resolve().parents[2]
FLASH = pathlib.Path(os.environ.get("FLASH_BIN_DIR", TOP / "build" / "bin")) / "flash"
SEED, SEEDS = 15, 3


def flash_json(*arguments):
    done = subprocess.run([FLASH, "--json", *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def draw(job, count, max_macs):
    rng, size, ids = random.Random(SEED), flash_json("space", job)["size"], []
    while len(ids) < count:
        number = rng.randrange(size)
        if number not in ids and flash_json("describe", job, "--id", number)["macs"] <= max_macs:
            ids.append(number)
    return ids


def write_table(archive, job, path):
    with h5py.File(archive) as file:
        confirmed = {name: column[:] for name, column in file["confirmed"].items() if isinstance(column, h5py.Dataset)}
        trainings = {name: column[:] for name, column in file["confirmed/trainings"].items()}
        image = json.loads(np.bytes_(file.attrs["models"]).decode())["space"]["input"]
        git = np.bytes_(file.attrs.get("git_hash", b"")).decode()
    found = {}
    for number, k, accuracy, test in zip(*(trainings[n] for n in ("id", "training", "accuracy", "test_accuracy"))):
        found.setdefault(int(number), {})[int(k)] = accuracy, test
    names = [f"{what}_{k}" for what in ("accuracy", "test_accuracy") for k in range(1, SEEDS + 1)]
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(f"# Networks of a space, each trained {SEEDS} times: tests/bench/truth.py makes this. flash {git}\n")
        file.write(f"# job {job.resolve().relative_to(TOP)}\n# input {image['channels']} {image['side']} {image['classes']}\n")
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
    parser.add_argument("job", type=pathlib.Path, nargs="?", default=TOP / "jobs" / "quickstart.toml")
    parser.add_argument("-o", "--output", type=pathlib.Path, default=pathlib.Path(__file__).with_name("truth.csv"))
    parser.add_argument("--networks", type=int, default=200)
    parser.add_argument("--ranks", type=int, default=2)
    arguments = parser.parse_args()
    arguments.run.mkdir(parents=True, exist_ok=True)
    job, names = arguments.run / "truth.toml", arguments.run / "networks.txt"
    asked = arguments.job.read_text()
    job.write_text(asked + f"\n[confirm]\nnetworks = 1\nseeds = {SEEDS}\n")
    max_macs = 1e6 * tomllib.loads(asked)["sample"].get("max_mmacs", 0) or float("inf")
    names.write_text("".join(f"{number}\n" for number in draw(job, arguments.networks, max_macs)))
    launch = ["mpirun", "--bind-to", "none", "-n", str(arguments.ranks), FLASH]
    for command in (["run"], ["confirm", "--networks", names]):
        done = subprocess.run([*launch, command[0], job, "-o", arguments.run / "run", *command[1:]], check=False)
        if done.returncode != 0:
            sys.exit(done.returncode)
    write_table(arguments.run / "run" / "archive.h5", arguments.job, arguments.output)


if __name__ == "__main__":
    main()

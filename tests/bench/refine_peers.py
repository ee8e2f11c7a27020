#!/usr/bin/python3
"""What a search of 30 trainings ends with: flash's refinement beside one-shot, random search, and Optuna's TPE and NSGA-II.

    tests/bench/refine_peers.py [TABLE] [--seeds 20]

All choose among the networks of TABLE, by default truth.csv: those within a latency ceiling, half of them, by accuracy; or all, by accuracy
over latency. They see the first training of a network alone (refinement trains four networks twice), and are judged by
trainings that they have not seen. One-shot: 25 random networks, the five that the models then think best, of all the one
that did best. Refine: 12 random ones, 4 of them twice, 14 by rounds; the one of which most is expected. Optuna suggests
wm, depths and tc as it does for any space; the suggestion stands for the nearest network (each setting scaled to
its range) that has not been trained, so that no training is spent twice; latencies it is given as measured. Printed are
the mean objective of each method, its regret, and the paired difference of refinement to it with its 95 % interval
(Student's t over seeds). Needs python3-optuna. bench_truth is that of $FLASH_BIN_DIR, or of build/bin.
"""

import argparse
import csv
import os
import pathlib
import statistics
import subprocess

import optuna

HERE = pathlib.Path(__file__).resolve().parent
BENCH = pathlib.Path(os.environ.get("FLASH_BIN_DIR", HERE.parents[1] / "build" / "bin")) / "bench_truth"
BUDGET = 30
T_95 = {9: 2.262, 19: 2.093, 29: 2.045, 39: 2.023}


def settings(words):
    """wm, depths and tc of a network in words."""
    found = dict(part.split("=") for part in words.split())
    return [[int(v) for v in found[key].split(",")] for key in ("wm", "depth", "tc")]


def read_truth(path):
    with open(path, encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    points = [settings(row["network"]) for row in rows]
    counts = [max(len(point[k]) for point in points) for k in range(3)]  # a list of equal values may be written as one
    spread = [sum((list(part) * count if len(part) < count else part for part, count in zip(point, counts)), []) for point in points]
    return [row | {"x": x, "latency": float(row["latency_ms"])} for row, x in zip(rows, spread)]


def optuna_search(rows, exponent, sampler):
    lows, highs = ([pick(r["x"][k] for r in rows) for k in range(len(rows[0]["x"]))] for pick in (min, max))
    left = dict(enumerate(rows))
    best = None

    def objective(trial):
        nonlocal best
        x = [trial.suggest_int(f"x{k}", lows[k], highs[k]) for k in range(len(lows))]
        scaled = [max(h - l, 1) for l, h in zip(lows, highs)]
        nearest = min(left, key=lambda i: sum(((a - b) / s) ** 2 for a, b, s in zip(left[i]["x"], x, scaled)))
        row = left.pop(nearest)
        worth = float(row["accuracy_1"]) / row["latency"] ** exponent
        if best is None or worth > best[0]:
            best = worth, row
        return worth

    study = optuna.create_study(direction="maximize", sampler=sampler)
    study.optimize(objective, n_trials=BUDGET)
    return (float(best[1]["accuracy_2"]) + float(best[1]["accuracy_3"])) / 2 / best[1]["latency"] ** exponent


def compare(question, lines, truth, seeds):
    exponent = 1 if "/" in question else 0
    ceiling, optimum = (float(next(l["truth"] for l in lines if l["method"] == name)) for name in ("ceiling", "optimum"))
    results = {}
    for line in lines:
        if line["seed"]:
            results.setdefault(line["method"], []).append(float(line["truth"]))
    rows = [r for r in truth if r["latency"] <= ceiling + 1e-6]
    for seed in range(seeds):
        results.setdefault("TPE", []).append(optuna_search(rows, exponent, optuna.samplers.TPESampler(seed=seed)))
        results.setdefault("NSGA-II", []).append(
            optuna_search(rows, exponent, optuna.samplers.NSGAIISampler(population_size=10, seed=seed)))
    print(f"{question}: {len(rows)} networks, latency <= {ceiling:.4g} ms")
    print(f"  {'method':20} {'objective':>9} {'regret':>8} {'refine is better by (95 %)':>30}")
    for method, found in results.items():
        pairs = [a - b for a, b in zip(results["refine"], found)]
        half = T_95[len(pairs) - 1] * statistics.stdev(pairs) / len(pairs) ** 0.5
        mean, here = statistics.mean(pairs), statistics.mean(found)
        print(f"  {method:20} {here:9.4f} {optimum - here:8.4f} "
              + ("" if method == "refine" else f"{mean:12.4f} ({mean - half:.4f} .. {mean + half:.4f})"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", type=pathlib.Path, nargs="?", default=HERE / "truth.csv")
    parser.add_argument("--seeds", type=int, default=20, choices=[n + 1 for n in sorted(T_95)])
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    done = subprocess.run([BENCH, "search", str(arguments.seeds), arguments.table], stdout=subprocess.PIPE, text=True, check=True)
    questions = {}
    for line in csv.DictReader(done.stdout.splitlines()):
        questions.setdefault(line["question"], []).append(line)
    truth = read_truth(arguments.table)
    for question, lines in questions.items():
        compare(question, lines, truth, arguments.seeds)


if __name__ == "__main__":
    main()

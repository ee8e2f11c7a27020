#!/usr/bin/env python3
"""What a search of 30 trainings ends with: flash's refinement beside one-shot, random search, and Optuna's TPE and NSGA-II.

    tests/bench/refine_peers.py [--seeds 20]

All choose among the networks of truth.csv that meet a latency ceiling, half of them, and see the first training of each
network alone; what they end with, the network that did best by that, is judged by the mean of its two other trainings.
Optuna suggests wm, depth and a cell's tc as it does for any space; the suggestion stands for the nearest network (each
setting scaled to its range) that has not been trained, so that no training is spent twice. Printed are the mean accuracy
of each method, its regret, and the paired difference of refinement to it with its 95 % interval (Student's t over seeds).
Needs python3-optuna. bench_truth is that of $FLASH_BIN_DIR, or of build/bin.
"""

import argparse
import csv
import os
import pathlib
import re
import statistics
import subprocess

import optuna

HERE = pathlib.Path(__file__).resolve().parent
BENCH = pathlib.Path(os.environ.get("FLASH_BIN_DIR", HERE.parents[1] / "build" / "bin")) / "bench_truth"
BUDGET = 30
T_95 = {9: 2.262, 19: 2.093, 29: 2.045, 39: 2.023}


def settings(words):
    """wm, depth and the three tc of a network in words."""
    found = dict(part.split("=") for part in words.split())
    skips = [int(v) for v in found["tc"].split(",")]
    depths = [int(v) for v in found["depth"].split(",")]
    return [int(found["wm"]), depths[0], *(skips * 3)[:3] if len(skips) == 1 else skips]


def pool():
    with open(HERE / "truth.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    latencies = sorted(float(r["latency_ms"]) for r in rows)
    ceiling = latencies[len(latencies) // 2]
    return [r | {"x": settings(r["network"])} for r in rows if float(r["latency_ms"]) <= ceiling]


def optuna_search(rows, sampler):
    lows, highs = ([pick(r["x"][k] for r in rows) for k in range(5)] for pick in (min, max))
    left = dict(enumerate(rows))
    best = None

    def objective(trial):
        nonlocal best
        x = [trial.suggest_int(f"x{k}", lows[k], highs[k]) for k in range(5)]
        scaled = [max(h - l, 1) for l, h in zip(lows, highs)]
        nearest = min(left, key=lambda i: sum(((a - b) / s) ** 2 for a, b, s in zip(left[i]["x"], x, scaled)))
        row = left.pop(nearest)
        accuracy = float(row["accuracy_1"])
        if best is None or accuracy > best[0]:
            best = accuracy, row
        return accuracy

    study = optuna.create_study(direction="maximize", sampler=sampler)
    study.optimize(objective, n_trials=BUDGET)
    return (float(best[1]["accuracy_2"]) + float(best[1]["accuracy_3"])) / 2


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20, choices=[n + 1 for n in sorted(T_95)])
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    lines = subprocess.run([BENCH, "search", str(arguments.seeds)], capture_output=True, text=True, check=True).stdout.splitlines()
    print(lines[0])
    optimum = float(re.search(r"truly ([\d.]+)", lines[0])[1])
    results = {}
    for row in csv.DictReader(lines[1:]):
        results.setdefault(row["method"], []).append(float(row["truth"]))
    rows = pool()
    for seed in range(arguments.seeds):
        results.setdefault("TPE", []).append(optuna_search(rows, optuna.samplers.TPESampler(seed=seed)))
        results.setdefault("NSGA-II", []).append(optuna_search(rows, optuna.samplers.NSGAIISampler(population_size=10, seed=seed)))
    print(f"{'method':12} {'accuracy %':>10} {'regret, points':>15} {'refine is better by, points (95 %)':>36}")
    for method, found in results.items():
        pairs = [100 * (a - b) for a, b in zip(results["refine"], found)]
        half = T_95[len(pairs) - 1] * statistics.stdev(pairs) / len(pairs) ** 0.5
        mean = statistics.mean(pairs)
        print(f"{method:12} {100 * statistics.mean(found):10.2f} {100 * (optimum - statistics.mean(found)):15.2f} "
              + ("" if method == "refine" else f"{mean:12.2f} ({mean - half:.2f} .. {mean + half:.2f})"))


if __name__ == "__main__":
    main()

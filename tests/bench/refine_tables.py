#!/usr/bin/python3
"""Regret of searches among networks all of whose accuracies others have measured, after 25, 50 and 100 look-ups.

    tests/bench/refine_tables.py [TABLE] [--seeds 20]

TABLE is by default nasbench201_1500.csv in the folder $FLASH_DEVICES: 1,500 cells of NAS-Bench-201 with their accuracies
on CIFAR-100; third-party data, which is no part of this project. The pool is closed: whatever a search asks for stands
for the nearest network of the table (by the number of edges that differ) that it has not looked up, so that no look-up
is spent twice. Refine is the project's own: the stages train (10 networks, spread) and refine (rounds of 5) of a job
with train.table. TPE and NSGA-II are Optuna's, regularised evolution (Real and others, AAAI 2019) has a population of 20
and tournaments of 5; random is a random order. Cells without a live path are in nobody's pool. Printed are the mean
regret in points of accuracy, the best of the pool less the best that was looked up, and the paired difference of refine
to each with its 95 % interval (Student's t over seeds). Needs python3-optuna; bench_tables is that of $FLASH_BIN_DIR, or
of build/bin.
"""

import argparse
import collections
import csv
import os
import pathlib
import random
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
BENCH = pathlib.Path(os.environ.get("FLASH_BIN_DIR", HERE.parents[1] / "build" / "bin")) / "bench_tables"
LOOKUPS = 25, 50, 100
OPERATORS = "none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"
PATHS = (3,), (0, 4), (1, 5), (0, 2, 5)  # edges, ordered by the node that they lead to
T_95 = {9: 2.262, 19: 2.093, 29: 2.045, 39: 2.023}


def edges_of(text):
    return tuple(OPERATORS.index(edge.split("~")[0]) for node in text.split("+") for edge in node.strip("|").split("|"))


def read_pool(path, network, accuracy):
    pool = {}
    with open(path, encoding="utf-8") as file:
        for row in csv.DictReader(file):
            cell = edges_of(row[network])
            if any(all(cell[edge] for edge in path) for path in PATHS):
                pool[cell] = float(row[accuracy])
    return pool


class Lookups:
    """Of one search: what it has asked for, and the best of it after each."""

    def __init__(self, pool, budget):
        self.left, self.budget, self.best = dict(pool), budget, []

    def ask(self, cell):
        nearest = min(self.left, key=lambda other: (sum(a != b for a, b in zip(cell, other)), other))
        found = self.left.pop(nearest)
        self.best.append(max(found, self.best[-1]) if self.best else found)
        return nearest, found

    def spent(self):
        return len(self.best) >= self.budget


def by_random(lookups, seed):
    cells = sorted(lookups.left)
    random.Random(seed).shuffle(cells)
    for cell in cells[:lookups.budget]:
        lookups.ask(cell)


def by_evolution(lookups, seed):
    rng = random.Random(seed)
    population = collections.deque(lookups.ask([rng.randrange(5) for _ in range(6)]) for _ in range(20))
    while not lookups.spent():
        parent = max(rng.sample(list(population), 5), key=lambda member: member[1])[0]
        child, edge = list(parent), rng.randrange(6)
        child[edge] = rng.choice([op for op in range(5) if op != parent[edge]])
        population.append(lookups.ask(child))
        population.popleft()


def by_optuna(make):
    import optuna
    optuna.logging.set_verbosity(optuna.logging.ERROR)

    def search(lookups, seed):
        study = optuna.create_study(direction="maximize", sampler=make(optuna.samplers, seed))
        study.optimize(lambda trial: lookups.ask([trial.suggest_categorical(f"e{e}", list(range(5))) for e in range(6)])[1],
                       n_trials=lookups.budget)
    return search


def by_refine(table, seeds, network, accuracy):
    done = subprocess.run([BENCH, table, str(seeds), str(LOOKUPS[-1]), network, accuracy], stdout=subprocess.PIPE,
                          text=True, check=True)
    found = [[] for _ in range(seeds)]
    for line in csv.DictReader(done.stdout.splitlines()):
        best, value = found[int(line["seed"])], 100 * float(line["accuracy"])
        best.append(max(value, best[-1]) if best else value)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    folder = os.environ.get("FLASH_DEVICES")
    parser.add_argument("table", type=pathlib.Path, nargs="?", default=folder and pathlib.Path(folder) / "nasbench201_1500.csv")
    parser.add_argument("--seeds", type=int, default=20, choices=[n + 1 for n in sorted(T_95)])
    parser.add_argument("--network-column", default="arch")
    parser.add_argument("--accuracy-column", default="accuracy_cifar100_pct")
    arguments = parser.parse_args()
    if arguments.table is None or not arguments.table.exists():
        sys.exit("no table: name one, or set FLASH_DEVICES to the folder that holds nasbench201_1500.csv")
    table = arguments.table.resolve()
    pool = read_pool(table, arguments.network_column, arguments.accuracy_column)
    runs = {"refine": by_refine(table, arguments.seeds, arguments.network_column, arguments.accuracy_column)}
    methods = {"TPE": by_optuna(lambda samplers, seed: samplers.TPESampler(seed=seed)),
               "NSGA-II": by_optuna(lambda samplers, seed: samplers.NSGAIISampler(population_size=20, seed=seed)),
               "regularised evolution": by_evolution,
               "random": by_random}
    for name, search in methods.items():
        runs[name] = []
        for seed in range(arguments.seeds):
            lookups = Lookups(pool, LOOKUPS[-1])
            search(lookups, seed)
            runs[name].append(lookups.best)
    most = max(pool.values())
    print(f"{len(pool)} networks, accuracy up to {most:.2f} %; {arguments.seeds} seeds; regret in points")
    print(f"{'method':22}" + "".join(f"{f'after {n}':>10}{'refine is better by (95 %)':>30}" for n in LOOKUPS))
    for name, found in runs.items():
        line = f"{name:22}"
        for n in LOOKUPS:
            regrets = [most - best[min(n, len(best)) - 1] for best in found]
            line += f"{statistics.mean(regrets):10.3f}"
            pairs = [r - (most - own[min(n, len(own)) - 1]) for r, own in zip(regrets, runs["refine"])]
            mean, half = statistics.mean(pairs), T_95[len(pairs) - 1] * statistics.stdev(pairs) / len(pairs) ** 0.5
            line += f"{'' if name == 'refine' else f'{mean:.3f} ({mean - half:.3f} .. {mean + half:.3f})':>30}"
        print(line)
    spent = [len(found) for found in runs["refine"]]
    print(f"look-ups that refine spent: {min(spent)} to {max(spent)}")


if __name__ == "__main__":
    main()

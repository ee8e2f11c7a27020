#!/usr/bin/python3
"""The exact search of choices against SciPy's milp (HiGHS), side by side on the same cases.

Networks of the FBNet space: 22 positions of 9 operators. What an operator at a position costs on each of 13 devices is
fitted to measured networks (fbnet_1000.csv: idx, op00 .. op21, a column of milliseconds a device); accuracy rises with
the logarithm of its multiply-accumulates, with a slope of each position's own and noise. Ceilings on one, two or three
devices at the 10, 30 or 50 % quantile of random networks.

    tests/bench/choices_milp.py DEVICES.csv [--cases 200] [--bin build/bin]

Prints medians and the worst of both, how often the optima agree, and the medians' ratio. Needs python3-scipy.
"""

import argparse
import csv
import subprocess
import tempfile
import time

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

POSITIONS, OPERATORS = 22, 9
CHANNELS = [16] + [24] * 4 + [32] * 4 + [64] * 4 + [112] * 4 + [184] * 4 + [352]
STRIDES = [1] + [2, 1, 1, 1] * 3 + [1, 1, 1, 1] + [2, 1, 1, 1] + [1]
BLOCKS = [(3, 1, 1), (3, 1, 2), (3, 3, 1), (3, 6, 1), (5, 1, 1), (5, 1, 2), (5, 3, 1), (5, 6, 1)]  # kernel, e, groups


def device_tables(path):
    """{device: milliseconds of each operator at each position}, by ridge regression."""
    rows = list(csv.DictReader(open(path)))
    operators = np.array([[int(row[f"op{p:02d}"]) for p in range(POSITIONS)] for row in rows])
    design = np.zeros((len(rows), POSITIONS * OPERATORS))
    for position in range(POSITIONS):
        design[np.arange(len(rows)), OPERATORS * position + operators[:, position]] = 1
    tables = {}
    for device in (key for key in rows[0] if key.endswith("_ms")):
        latency = np.array([float(row[device]) for row in rows])
        weights = np.linalg.solve(design.T @ design + np.eye(design.shape[1]), design.T @ (latency - latency.mean()))
        weights = weights.reshape(POSITIONS, OPERATORS)
        tables[device] = weights - weights.min(axis=1, keepdims=True)
    return tables


def macs():
    """Multiply-accumulates of each operator at each position."""
    table = np.zeros((POSITIONS, OPERATORS))
    side, read = 112, 16
    for position, (out, stride) in enumerate(zip(CHANNELS, STRIDES)):
        small = side // stride
        for k, (kernel, expansion, groups) in enumerate(BLOCKS):
            inner = read * expansion
            table[position, k] = (side**2 * read * inner / groups + small**2 * inner * kernel**2
                                  + small**2 * inner * out / groups)
        if stride > 1 or read != out:  # a skip that changes the shape is a convolution
            table[position, 8] = small**2 * read * out
        side, read = small, out
    return table


def draw(random, tables, ceilings):
    """One case: gains and costs of each option, and the ceilings."""
    gains = np.log1p(macs() / 1e6) * random.uniform(0.5, 1.5, (POSITIONS, 1))
    gains = 1 + (gains + random.normal(0, 0.3, gains.shape)) / 50
    devices = random.choice(sorted(tables), ceilings, replace=False)
    costs = [tables[device] for device in devices]
    drawn = random.integers(0, OPERATORS, (2000, POSITIONS))
    quantile = [0.1, 0.3, 0.5][random.integers(0, 3)]
    bounds = [np.quantile(cost[np.arange(POSITIONS), drawn].sum(axis=1), quantile) for cost in costs]
    return gains, costs, bounds


def write(case, file):
    gains, costs, bounds = case
    print(POSITIONS, len(costs), *(repr(float(bound)) for bound in bounds), file=file)
    for position in range(POSITIONS):
        print(OPERATORS, file=file)
        for k in range(OPERATORS):
            print(repr(float(gains[position, k])), *(repr(float(cost[position, k])) for cost in costs), file=file)


def solve(case):
    """SciPy's optimum and its seconds."""
    gains, costs, bounds = case
    one_each = np.kron(np.eye(POSITIONS), np.ones(OPERATORS))
    constraints = [LinearConstraint(one_each, 1, 1),
                   LinearConstraint(np.array([cost.ravel() for cost in costs]), -np.inf, bounds)]
    begin = time.process_time()
    found = milp(-gains.ravel(), constraints=constraints, integrality=np.ones(gains.size), bounds=Bounds(0, 1),
                 options={"mip_rel_gap": 0})
    return -found.fun, time.process_time() - begin


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("devices")
    parser.add_argument("--cases", type=int, default=200, help="of each number of ceilings")
    parser.add_argument("--bin", default="build/bin")
    options = parser.parse_args()
    tables = device_tables(options.devices)
    print(f"{'ceilings':>8} {'ours ms':>9} {'worst':>9} {'boxes':>7} {'milp ms':>9} {'worst':>9} {'agree':>9} {'ratio':>7}")
    for ceilings in (1, 2, 3):
        random = np.random.default_rng(ceilings)
        cases = [draw(random, tables, ceilings) for _ in range(options.cases)]
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            for case in cases:
                write(case, file)
            file.flush()
            lines = subprocess.run([f"{options.bin}/bench_choices", "--tables", file.name], check=True,
                                   capture_output=True, text=True).stdout.splitlines()
        ours = [[float(word) for word in line.split()] for line in lines]
        theirs = [solve(case) for case in cases]
        agree = sum(abs(mine[1] - optimum) <= 1e-6 * abs(optimum) for mine, (optimum, _) in zip(ours, theirs))
        mine = sorted(1e3 * row[2] for row in ours)
        other = sorted(1e3 * seconds for _, seconds in theirs)
        middle = len(cases) // 2
        print(f"{ceilings:8} {mine[middle]:9.2f} {mine[-1]:9.2f} {max(int(row[3]) for row in ours):7} "
              f"{other[middle]:9.1f} {other[-1]:9.1f} {agree:5}/{len(cases)} {other[middle] / mine[middle]:7.0f}")


if __name__ == "__main__":
    main()

"""Solves problems by scipy.optimize.shgo: scipy_shgo.py PROBLEMS.json REPEATS prints one JSON list.

A problem: name, objective and inequalities (Python expressions of x), bounds, sampling, points, iterations.
An answer: minima (best first), evaluations (calls of the objective), seconds (processor time,
median of the repeats, null where there are none; without the import of SciPy and the count of the calls).
"""

import json
import statistics
import sys
import time
import warnings
from math import *  # noqa: F403  the expressions' functions

from scipy.optimize import shgo


def solve(problem, repeats):
    expression = lambda text: eval("lambda x: " + text)
    objective = expression(problem["objective"])
    calls = 0

    def counted(x):
        nonlocal calls
        calls += 1
        return objective(x)

    inequalities = [{"type": "ineq", "fun": expression(text)} for text in problem["inequalities"]]

    def run(function):
        return shgo(function, problem["bounds"], constraints=inequalities or None, n=problem["points"],
                    iters=problem["iterations"], sampling_method=problem["sampling"])

    result = run(counted)
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        run(objective)
        seconds.append(time.process_time() - start)
    return {"minima": [float(value) for value in result.get("funl", [])],
            "evaluations": calls, "seconds": statistics.median(seconds) if seconds else None}


def main():
    warnings.simplefilter("ignore")
    with open(sys.argv[1]) as file:
        problems = json.load(file)
    print(json.dumps([solve(problem, int(sys.argv[2])) for problem in problems]))


main()

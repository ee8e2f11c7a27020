#!/usr/bin/python3
"""flash's searches beside Optuna's, of the same models: evaluations and seconds until they are near the proven optimum.

    tests/bench/optuna_peers.py [CASE...] [--seeds 5] [--trials 2000] [--seconds 600]

A case is one of those below (flash-63b, fbnet); without any: all of them. Needs python3-optuna (apt-get install
python3-optuna) and bench_peers of $FLASH_BIN_DIR, or of build/bin, which answers what a network is worth: in
microseconds, which Optuna's times contain. Optuna gets the objective, the bounds by constraints_func, and each
variable as its documentation has it: suggest_int of the shape's numbers and of slots with an order, all of a slot's
range (the stratum's options are that part of it), suggest_categorical of operators. Its samplers have their defaults.

The gap is what the best so far lacks to the optimum that flash proves, as a share of what the median of random
networks that keep to the bounds lacks: 1 is no better than chance. Evaluations are distinct networks; Optuna's
repeats are not counted, though they cost it time, and its runs end at the nearer gap. Medians over seeds, "-" where
half of the runs were never that near.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import time
import warnings

import optuna

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = pathlib.Path(os.environ.get("FLASH_BIN_DIR", HERE.parents[1] / "build" / "bin")) / "bench_peers"
HOST = str(HERE.parents[1] / "data" / "models" / "flash-63b-host.json")
GAPS = (0.05, 0.01)
OURS = ("random", "evolution", "nsga2", "tpe", "shgo-hierarchical", "exact")
SAMPLERS = {
    "Optuna TPE": lambda seed, bounds: optuna.samplers.TPESampler(seed=seed, constraints_func=bounds),
    "Optuna NSGA-II": lambda seed, bounds: optuna.samplers.NSGAIISampler(seed=seed, constraints_func=bounds),
}

# Of a case: models (a file, or a preset of choices), what is maximised and minimised, and which quantile of random
# networks' latencies is the ceiling; None: there is none.
CASES = {
    "flash-63b: accuracy / latency": (HOST, "accuracy", "latency", None),
    "flash-63b: accuracy under a latency": (HOST, "accuracy", "", 0.1),
    "choice-cifar: accuracy under a latency": ("choice-cifar", "accuracy", "", 0.3),
    "fbnet: accuracy under a latency": ("fbnet", "accuracy", "", 0.3),
    "fbnet: accuracy / latency": ("fbnet", "accuracy", "latency", None),
}


class Models:
    """bench_peers of one question."""

    def __init__(self, models, maximise, minimise, bounds=""):
        self.process = subprocess.Popen([PROGRAM, models, maximise, minimise, bounds], text=True, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)

    def ask(self, *words):
        print(*words, file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"{PROGRAM} ended at: {words}")
        return answer

    def json(self, *words):
        return json.loads(self.ask(*words))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def suggested(trial, space):
    """The stratum's index and the options that a trial suggests."""
    stratum = 0
    for k, axis in enumerate(space["axes"]):
        stratum *= axis["values"]
        if axis["values"] > 1:
            stratum += trial.suggest_int(f"{axis['name']}{k}", 0, axis["values"] - 1)
    options = []
    for k, (slot, count) in enumerate(zip(space["slots"], space["strata"][stratum])):
        most = slot["options"]
        if most == 1:
            options.append(0)
        elif slot["ordered"]:
            options.append(round(trial.suggest_int(f"slot{k}", 0, most - 1) / (most - 1) * (count - 1)))
        else:
            options.append(trial.suggest_categorical(f"slot{k}", list(range(count))))
    return stratum, options


def optuna_trace(models, space, sampler, seed, trials, seconds, target):
    """[(evaluations, seconds, objective)] of each improvement, until the target is reached; evaluations; seconds."""
    seen, trace, begin = {}, [], time.perf_counter()

    def objective(trial):
        stratum, options = suggested(trial, space)
        worth, _, _, *excess = (float(v) for v in models.ask("at", stratum, *options).split())
        seen[stratum, tuple(options)] = True
        trial.set_user_attr("excess", excess)
        if max(excess, default=0) <= 0 and (not trace or worth > trace[-1][2]):
            trace.append((len(seen), time.perf_counter() - begin, worth))
            if worth >= target:
                trial.study.stop()
        return worth

    study = optuna.create_study(direction="maximize", sampler=SAMPLERS[sampler](seed, lambda trial: trial.user_attrs["excess"]))
    study.optimize(objective, n_trials=trials, timeout=seconds)
    return trace, len(seen), time.perf_counter() - begin


def our_trace(models, method, seed, trials):
    found = models.json("search", method, seed, trials)
    trace = [(p["evaluations"], p["seconds"], p["objective"]) for p in found["trace"]]
    return trace, found["evaluations"], found["seconds"]


def when_near(traces, worths):
    """Median evaluations and seconds to each of the worths, and how many runs came there."""
    cells = []
    for worth in worths:
        reached = [next(((e, s) for e, s, o in trace if o >= worth), (float("inf"),) * 2) for trace, _, _ in traces]
        evaluations, seconds = (statistics.median(column) for column in zip(*reached))
        came = sum(e < float("inf") for e, _ in reached)
        cells.append(f"{evaluations:,.0f} | {seconds:.3g} | {came}" if evaluations < float("inf") else f"- | - | {came}")
    return cells


def compare(name, seeds, trials, seconds):
    file, maximise, minimise, quantile = CASES[name]
    bounds = ""
    if quantile is not None:
        free = Models(file, maximise, minimise)
        bounds = f"latency<={free.json('latency', quantile):.6g}"
        free.close()
    models = Models(file, maximise, minimise, bounds)
    space, exact, median = models.json("space"), models.json("exact"), models.json("median")
    if not exact["found"]:
        raise SystemExit(f"{name}: no network keeps to {bounds}")
    best = exact["objective"]
    worths = [best - gap * (best - median) for gap in GAPS]
    print(f"\n{name}{', ' + bounds + ' ms' if bounds else ''}: {float(space['networks']):.3g} networks, optimum {best:.6g} "
          f"(proven in {exact['seconds']:.3g} s), median of random ones {median:.6g}\n", flush=True)
    heads = " | ".join(f"evaluations to {gap:.0%} | seconds | runs" for gap in GAPS)
    print(f"| method | {heads} | ends after | seconds | gap then |\n| --- | {' | '.join(['---'] * 9)} |")
    for method in (*OURS, *SAMPLERS):
        runs = 1 if method in ("shgo-hierarchical", "exact") else seeds
        if method in SAMPLERS:
            traces = [optuna_trace(models, space, method, seed, trials, seconds, worths[-1]) for seed in range(runs)]
        else:
            traces = [our_trace(models, method, seed, trials) for seed in range(runs)]
        last = statistics.median((best - trace[-1][2]) / (best - median) if trace else float("inf") for trace, _, _ in traces)
        evaluations, took = (statistics.median(trace[k] for trace in traces) for k in (1, 2))
        cells = when_near(traces, worths)
        print(f"| {method} | {' | '.join(f'{c} of {runs}' for c in cells)} | {evaluations:,.0f} | {took:.3g} | {last:.2%} |", flush=True)
    models.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", help="first letters of the cases' names, such as flash-63b")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--trials", type=int, default=2000, help="most evaluations of a run")
    parser.add_argument("--seconds", type=float, default=600, help="most seconds of a run of Optuna's")
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    print(f"Optuna {optuna.__version__}, {os.cpu_count()} cores; {arguments.seeds} seeds, up to {arguments.trials:,} evaluations; "
          f"Optuna's runs up to {arguments.seconds:g} s")
    for name in CASES:
        if not arguments.cases or name.startswith(tuple(arguments.cases)):
            compare(name, arguments.seeds, arguments.trials, arguments.seconds)


if __name__ == "__main__":
    main()

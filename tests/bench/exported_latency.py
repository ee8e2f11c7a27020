#!/usr/bin/env python3
"""What target host promises against what users measure of the exported files, on this machine.

    nice -n -10 tests/bench/exported_latency.py jobs/quickstart.toml [--rounds 5] [--as-is]

Measures the networks of the job's stage calibrate with flash, and the files that `flash calibrate --emit` writes of them
with analysis/measure.py, in turns, so many rounds each; of each network the medians over the rounds are compared. With
--as-is also the files as torch.jit.load gives them, without optimize_for_inference. flash is that of $FLASH_BIN_DIR, or of
build/bin. Ratios are of the exported file's latency to what was promised.
"""

import argparse
import csv
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
FLASH = pathlib.Path(os.environ.get("FLASH_BIN_DIR", TOP / "build" / "bin")) / "flash"


def call(*arguments):
    done = subprocess.run([str(a) for a in arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, arguments))}: exit code {done.returncode}\n{done.stderr[-2000:]}")
    return done.stdout


def promised(job, folder):
    report = json.loads(call(FLASH, "calibrate", job, "-o", folder, "--json"))["hardware"]
    for machine in report["machines"]:
        print("measured on:", ", ".join(f"{machine[key]}" for key in ("processor", "cores", "kernel", "libraries")), flush=True)
    return {n["id"]: n["latency_ms"] for n in report["networks"]}


def exported(files, table, *more):
    # Debian's Python has Debian's PyTorch, the library that flash is linked to.
    call("/usr/bin/python3", TOP / "analysis" / "measure.py", files, "-o", table, "--runtime", "torch", "--rounds", 3, *more)
    lines = [line for line in table.read_text().splitlines() if not line.startswith("#")]
    return {int(row["id"]): float(row["latency_ms"]) for row in csv.DictReader(lines)}


def medians(rounds):
    return {n: statistics.median(values[n] for values in rounds) for n in rounds[0]}


def ranks(values):
    order = sorted(values)
    return [statistics.mean(i for i, other in enumerate(order) if other == value) for value in values]


def compare(what, base, values):
    networks = sorted(base)
    ratios = sorted(values[n] / base[n] for n in networks)
    rho = statistics.correlation(ranks([base[n] for n in networks]), ranks([values[n] for n in networks]))
    within = sum(1 / 1.25 <= ratio <= 1.25 for ratio in ratios)
    low, middle, high = statistics.quantiles(ratios, n=4)
    print(f"{what}: {len(ratios)} networks, ratio {ratios[0]:.3f} / {low:.3f} / {middle:.3f} / {high:.3f} / {ratios[-1]:.3f} "
          f"(least, quartiles, most), {within} within 1.25, Spearman {rho:.3f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("job", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--as-is", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="exported_latency.") as temporary:
        folder = pathlib.Path(temporary)
        call(FLASH, "calibrate", arguments.job, "--emit", folder / "files")
        host, files, plain = [], [], []
        for number in range(arguments.rounds):
            host.append(promised(arguments.job, folder / f"run{number}"))
            files.append(exported(folder / "files", folder / f"{number}.csv"))
            if arguments.as_is:
                plain.append(exported(folder / "files", folder / f"as_is_{number}.csv", "--as-is"))
            compare(f"round {number + 1}", host[-1], files[-1])
        base = medians(host)
        for number, values in enumerate(host, 1):
            compare(f"promised in round {number} against the median of all rounds", base, values)
        compare("medians: exported, optimize_for_inference", base, medians(files))
        if arguments.as_is:
            compare("medians: exported, as it is", base, medians(plain))


if __name__ == "__main__":
    main()

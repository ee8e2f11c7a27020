#!/usr/bin/env python3
"""Whether the prediction bands of hardware models hold on networks that the fit has not seen.

    tests/bench/bands.py JOB TABLE [--fit 25] [--draws 10]

TABLE is a CSV of many measured networks of the job's space (measure.py's, or one made from an archive). Each draw fits
to so many of them, drawn by another seed, and looks at all others: the share that is measured within the band, and the
band's median width against that of the plain mean (Student's t times the deviation of the fitted, as a prediction band).
flash is that of $FLASH_BIN_DIR, or of build/bin.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
FLASH = pathlib.Path(os.environ.get("FLASH_BIN_DIR", TOP / "build" / "bin")) / "flash"
T_95 = {10: 2.262, 15: 2.145, 25: 2.064, 30: 2.045, 40: 2.023}  # two-sided, of as many networks less one


def job_text(job, table, seed, holdout):
    """The job with the table as its target."""
    text = job.read_text()
    head, _, rest = text.partition("[hardware]\n")
    rest = rest.partition("\n[")
    head = "\n".join(line for line in head.splitlines() if not line.startswith("seed"))
    head = head.replace("[job]\n", f"[job]\nseed = {seed}\n", 1)
    return head + f'\n[hardware]\ntarget = "table"\nfile = "{table.resolve()}"\nholdout = {holdout}\n\n' + "".join(rest[1:])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("job", type=pathlib.Path)
    parser.add_argument("table", type=pathlib.Path)
    parser.add_argument("--fit", type=int, default=25, choices=sorted(T_95))
    parser.add_argument("--draws", type=int, default=10)
    arguments = parser.parse_args()
    rows = sum(not line.startswith("#") for line in arguments.table.read_text().splitlines() if line) - 1
    shares, widths, mapes = [], [], []
    with tempfile.TemporaryDirectory(prefix="bands.") as temporary:
        for draw in range(1, arguments.draws + 1):
            job = pathlib.Path(temporary) / f"{draw}.toml"
            job.write_text(job_text(arguments.job, arguments.table, draw, rows - arguments.fit))
            done = subprocess.run([FLASH, "calibrate", job, "-o", job.with_suffix(".run"), "--json"], capture_output=True, text=True,
                                  check=False)
            if done.returncode != 0:
                sys.exit(done.stderr)
            networks = json.loads(done.stdout)["hardware"]["networks"]
            fitted = [n["latency_ms"] for n in networks if n["role"] == "fit"]
            unseen = [n for n in networks if n["role"] == "holdout"]
            mean_band = T_95[arguments.fit] * statistics.stdev(fitted) * (1 + 1 / len(fitted)) ** 0.5
            held = [abs(n["latency_ms"] - n["latency_ms_predicted"]) <= n["latency_ms_band"] for n in unseen]
            shares.append(statistics.mean(held))
            widths.append(statistics.median(n["latency_ms_band"] for n in unseen) / mean_band)
            mapes.append(statistics.mean(abs(n["latency_ms_predicted"] / n["latency_ms"] - 1) for n in unseen))
            print(f"draw {draw}: {100 * shares[-1]:.1f} % of {len(unseen)} held, {widths[-1]:.3f} of the mean's band, "
                  f"MAPE {100 * mapes[-1]:.2f} %", flush=True)
    print(f"of {arguments.draws} draws: held {100 * statistics.mean(shares):.1f} % ({100 * min(shares):.1f} to {100 * max(shares):.1f}), "
          f"width {statistics.median(widths):.3f} of the mean's ({min(widths):.3f} to {max(widths):.3f}), MAPE "
          f"{100 * statistics.median(mapes):.2f} %")


if __name__ == "__main__":
    main()

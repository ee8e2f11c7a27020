#!/usr/bin/python3
"""What target host promises against what users measure of the exported files, on this machine.

    nice -n -10 tests/bench/exported_latency.py jobs/quickstart.toml [--rounds 9] [--as-is]

Of the networks of the job's stage calibrate: flash-trainer measures one as that stage does, then measure.py its exported
file, as its rounds do, and so on with all networks in as many rounds; a network's ratio, exported to promised, is the
median of its rounds', and likewise its latencies: so a machine that others slow down meanwhile slows both. With --as-is
also the files as torch.jit.load gives them, without optimize_for_inference. Programs are those of $FLASH_BIN_DIR, or of
build/bin; Python is Debian's, whose PyTorch is the LibTorch that flash-trainer is linked to.
"""

import argparse
import json
import os
import pathlib
import statistics
import struct
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("FLASH_BIN_DIR", TOP / "build" / "bin"))
sys.path.insert(0, str(TOP / "analysis"))
import measure  # noqa: E402


class Trainer:
    """flash-trainer, asked as a rank asks it."""

    def __init__(self, host):
        self.child = subprocess.Popen([BIN / "flash-trainer"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.host = host

    def latency_ms(self, description):
        request = json.dumps({"command": "measure", "space": description["made_from"]["space"], "id": description["id"],
                              "host": self.host, "seed": 1}).encode()
        self.child.stdin.write(struct.pack("<I", len(request)) + request)
        self.child.stdin.flush()
        length = struct.unpack("<I", self.child.stdout.read(4))[0]
        answer = json.loads(self.child.stdout.read(length))
        if "error" in answer:
            sys.exit(answer["error"])
        self.machine = answer["machine"]
        return answer["latency_ms"]


def ranks(values):
    return [statistics.mean(i for i, other in enumerate(sorted(values)) if other == value) for value in values]


def compare(what, promised, exported):
    """Both: of each network the latencies of its rounds."""
    ratios = sorted(statistics.median(e / p for e, p in zip(exported[n], promised[n])) for n in promised)
    medians = [[statistics.median(side[n]) for n in promised] for side in (promised, exported)]
    within = sum(1 / 1.25 <= ratio <= 1.25 for ratio in ratios)
    low, middle, high = statistics.quantiles(ratios, n=4)
    print(f"{what}: {len(ratios)} networks, ratio {ratios[0]:.3f} / {low:.3f} / {middle:.3f} / {high:.3f} / {ratios[-1]:.3f} "
          f"(least, quartiles, most), {within} within 1.25, Spearman {statistics.correlation(*map(ranks, medians)):.3f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("job", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--as-is", action="store_true")
    arguments = parser.parse_args()
    trainer = Trainer({"batch": 1, "threads": 1, "repeats": 20, "warmup": 3, "device": "cpu"})
    ways = {"optimize_for_inference": measure.Torch(1, False)}
    if arguments.as_is:
        ways["as it is"] = measure.Torch(1, True)
    with tempfile.TemporaryDirectory(prefix="exported_latency.") as folder:
        subprocess.run([BIN / "flash", "calibrate", arguments.job, "--emit", folder], check=True, capture_output=True)
        networks = measure.find_networks(folder, ".pt")
        descriptions = {n: json.loads(network["file"].with_suffix(".json").read_text()) for n, network in networks.items()}
        promised = {n: [] for n in networks}
        exported = {way: {n: [] for n in networks} for way in ways}
        for number in range(1, arguments.rounds + 1):
            for n, network in networks.items():
                promised[n].append(trainer.latency_ms(descriptions[n]))
                for way, runtime in ways.items():
                    exported[way][n].append(measure.measure(runtime, network, 20, 3))
            print(f"round {number} is done", file=sys.stderr, flush=True)
        print("measured on:", ", ".join(str(value) for value in trainer.machine.values() if value))
        for way in ways:
            compare(way, promised, exported[way])


if __name__ == "__main__":
    main()

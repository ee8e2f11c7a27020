"""How long flash takes from a signal to exit code 75: with training tasks that would run for minutes, and while sweeping.

    stop_times.py [REPEATS]      FLASH_BIN_DIR names another folder than build/bin
"""

import os
import pathlib
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
FLASH = pathlib.Path(os.environ.get("FLASH_BIN_DIR", TOP / "build" / "bin")) / "flash"
LONG_TRAINING = """\
[job]
name = "long"
[space]
widths = [16, 32, 64]
wm = [1, 2]
depths = [5, 6]
[data]
source = "shapes"
side = 16
train_images = 20000
[sample]
count = 12
[train]
epochs = 100
"""
MPI = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
           OMPI_MCA_rmaps_base_oversubscribe="1", OMPI_MCA_hwloc_base_binding_policy="none")


def seconds_to_exit(arguments, ranks, sent, chance):
    launcher = ["mpirun", "-n", str(ranks)] if ranks > 1 else []
    process = subprocess.Popen([*launcher, FLASH, *arguments], env=MPI, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(chance.uniform(4, 7))
    process.send_signal(sent)
    start = time.monotonic()
    code = process.wait(timeout=120)
    seconds = time.monotonic() - start
    if code != 75:
        sys.exit(f"exit code {code}, not 75: {' '.join(map(str, arguments))}")
    return seconds


def main():
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        job = pathlib.Path(folder) / "long.toml"
        job.write_text(LONG_TRAINING)
        for what, command, ranks, sent in [
                ("training, 2 ranks, USR1", ("train", job), 2, signal.SIGUSR1),
                ("training, 1 rank, TERM", ("train", job), 1, signal.SIGTERM),
                ("sweeping, 2 ranks, USR1", ("sweep", TOP / "jobs/flash63b.toml"), 2, signal.SIGUSR1),
                ("sweeping, 1 rank, TERM", ("sweep", TOP / "jobs/flash63b.toml"), 1, signal.SIGTERM)]:
            times = [seconds_to_exit([*command, "-o", f"{folder}/{what}{i}"], ranks, sent, chance) for i in range(repeats)]
            print(f"{what}: median {statistics.median(times):.2f} s, at most {max(times):.2f} s, of {repeats}", flush=True)


if __name__ == "__main__":
    main()

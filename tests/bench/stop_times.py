"""How long flash takes from a signal to exit code 75: with training tasks that would run for minutes, and while sweeping.

Where ranks end with a code other than 0, Open MPI's mpirun waits for 2 s more, though all of them have ended; "at once" tells it
not to.

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


def seconds_to_exit(launcher, arguments, sent, chance):
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
        train = ("train", job)
        sweep = ("sweep", TOP / "jobs/flash63b.toml")
        mpirun = ("mpirun", "-n", "2")
        at_once = (*mpirun, "--mca", "odls_base_sigkill_timeout", "0")
        for what, launcher, command, sent in [
                ("training, mpirun, USR1", mpirun, train, signal.SIGUSR1),
                ("training, no mpirun, TERM", (), train, signal.SIGTERM),
                ("sweeping, mpirun, USR1", mpirun, sweep, signal.SIGUSR1),
                ("sweeping, mpirun at once, USR1", at_once, sweep, signal.SIGUSR1),
                ("sweeping, no mpirun, TERM", (), sweep, signal.SIGTERM)]:
            times = [seconds_to_exit(launcher, [*command, "-o", f"{folder}/{what}{i}"], sent, chance) for i in range(repeats)]
            print(f"{what}: median {statistics.median(times):.2f} s, at most {max(times):.2f} s, of {repeats}", flush=True)


if __name__ == "__main__":
    main()

"""What the end-to-end tests share: a tiny job, and ways to run flash."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from gate import Gate

TOP = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("FLASH_BIN_DIR", TOP / "build" / "bin"))
FLASH = str(BIN / "flash")
# What every limit on time is multiplied by: sanitizers make programs several times slower.
SLOWNESS = int(os.environ.get("FLASH_SLOWNESS", "1"))
# How long anything may take: a watchdog for what hangs, far beyond what a busy machine needs.
PATIENCE = 300 * SLOWNESS

# 912 configurations, networks of two cells on 8x8 images: trained in a fraction of a second each.
TINY_JOB = """\
[job]
name = "tiny"
seed = 3

[space]
widths = [4, 8]
wm = [1, 2]
depths = [3, 4]

[data]
source = "shapes"
side = 8
train_images = {images}
test_images = 200
validation_share = 0

[sample]
count = 6
holdout = 2

[train]
epochs = {epochs}
batch = 20
learning_rate = 0.1
crop = 0

[hardware]
count = 6
holdout = 2
repeats = 3
warmup = 1

[search]
methods = {methods}
seeds = 2
evaluations = 300

[sweep]
block = 300

[confirm]
networks = 0
"""
QUICK_METHODS = '["shgo", "shgo-hierarchical", "random", "reinforce", "exact"]'


class FlashCase(unittest.TestCase):
    """A test with a folder of its own, a tiny job in it and a watchdog on every command."""

    LOOK = 0.02  # s between two looks at what a test waits for

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="flash_test."))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.job = self.write_job()
        self.run_folder = self.folder / "run"
        self.environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
                                OMPI_MCA_rmaps_base_oversubscribe="1", OMPI_MCA_mpi_yield_when_idle="1",
                                OMPI_MCA_hwloc_base_binding_policy="none")

    def write_job(self, name="job.toml", epochs=6, images=600, methods=QUICK_METHODS, text=None):
        path = self.folder / name
        path.write_text(text if text is not None else TINY_JOB.format(epochs=epochs, images=images, methods=methods))
        return path

    def command(self, *arguments, ranks=1):
        launcher = ["mpirun", "-n", str(ranks)] if ranks > 1 else []
        return launcher + [FLASH] + [str(a) for a in arguments]

    def flash(self, *arguments, ranks=1, expect=0, environment=None):
        """Runs flash to its end, checks its exit code, returns what it printed."""
        done = subprocess.run(self.command(*arguments, ranks=ranks), capture_output=True, text=True, timeout=PATIENCE,
                              env=dict(self.environment, **(environment or {})))
        if expect is not None:
            self.assertEqual(done.returncode, expect, f"{arguments}:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        return done

    def flash_json(self, *arguments, **options):
        return json.loads(self.flash(*arguments, "--json", **options).stdout)

    def start(self, *arguments, ranks=1, environment=None, launcher=()):
        """Starts flash in a process group of its own, which is killed at the test's end. Its `errors` may be read at any time."""
        errors = self.folder / f"errors.{time.monotonic_ns()}"
        with open(errors, "ab") as file:
            process = subprocess.Popen([*launcher, *self.command(*arguments, ranks=ranks)], stdout=subprocess.DEVNULL, stderr=file,
                                       env=dict(self.environment, **(environment or {})), start_new_session=True)
        process.errors = errors
        self.addCleanup(self.end_group, process)
        return process

    def expect_code(self, process, code):
        """Waits for the end of what `start` has started; returns what it said."""
        process.wait(timeout=PATIENCE)
        said = process.errors.read_text()
        self.assertEqual(process.returncode, code, said[-4000:])
        return said

    @staticmethod
    def end_group(process):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()

    def wait_for(self, condition, process=None):
        """Waits for something that is bound to come true, before the process, where one is named, ends."""
        limit = time.monotonic() + PATIENCE
        while not condition():
            if process is not None and process.poll() is not None and not condition():
                self.fail(f"it ended with {process.returncode} before that:\n{process.errors.read_text()[-4000:]}")
            self.assertLess(time.monotonic(), limit, "the condition does not come true")
            time.sleep(self.LOOK)

    def make_gate(self):
        """A gate that is closed, for what is started with its environment."""
        gate = Gate(self.folder / "gate", BIN / "flash-trainer")
        self.addCleanup(gate.close)
        return gate

    def journal_bytes(self):
        path = self.run_folder / "journal"
        return path.stat().st_size if path.exists() else 0

    def one_line(self, done, *parts):
        """The error is one line on standard error that names all the parts."""
        lines = [line for line in done.stderr.splitlines() if line.startswith("flash: ")]
        self.assertEqual(len(lines), 1, done.stderr)
        for part in parts:
            self.assertIn(part, lines[0])


def results(report):
    """A report's figures that must not depend on ranks, restarts or the clock."""
    samples = [(s["id"], s["role"], s["state"], s["accuracy"], s["train_loss"], s["seed"]) for s in report["samples"]]
    predictor = {key: report["predictor"][key] for key in ("a", "b", "c", "rmse_fit", "rmse_loo")}
    return {"samples": samples, "predictor": predictor,
            "measured": [n["id"] for n in report["hardware"]["networks"]]}

"""What the tests of sweeps share: a job whose models are written by hand, so that nothing is trained or measured."""

import json
import os
import subprocess

import h5py

from archive_comparison import differences
from flash_case import PATIENCE, FlashCase
from resilience_case import whole_records

JOB = """\
[job]
name = "sweep"

[space]
{space}

[data]
source = "shapes"
side = {side}

[search]
methods = ["random", "reinforce", "shgo", "exact"]
seeds = 2
evaluations = 200

[objective]
latency = 1
energy = 1

[constraints]
latency_max_ms = {latency}

[sweep]
block = {block}
top = 10

[models]
file = "models.json"
"""
SMALL = {"space": "widths = [4, 8]\nwm = [1, 2]\ndepths = [3, 4]", "side": 8, "latency": 2}
SPACES = {
    # 912 configurations under 3 sets of constraints, in 11 blocks; or in blocks of one, which are far more than ranks do
    # between two looks at a stop.
    "small": SMALL | {"block": 90},
    "fine": SMALL | {"block": 1},
    # 297 million million of them, in blocks that take minutes.
    "endless": {"space": "widths = [32, 64, 128]\nwm = [1, 2, 3]\ndepths = [250, 255]", "side": 32,
                "block": 1_000_000_000_000, "latency": 300}}


class SweepCase(FlashCase):
    SPACE = "small"

    def setUp(self):
        super().setUp()
        self.job = self.write_job(text=JOB.format(**SPACES[self.SPACE]))
        self.write_models()

    def write_models(self, b=20):
        """Fitted models of the job's space: a predictor, latency and energy."""
        space = self.flash_json("space", self.job)["definition"]
        models = {"format": "flash-models", "version": 1, "space": space, "reading": "links", "target": "host",
                  "accuracy": {"a": 1.05, "b": b, "c": -1}, "provenance": "by hand",
                  "metrics": {"latency_ms": model({"macs": 1e-5, "layers": 0.02}, 0.5),
                              "energy_mj": model({"parameters": 1e-3, "traffic": 1e-4}, 2)}}
        (self.folder / "models.json").write_text(json.dumps(models))

    def stop_in_the_middle(self, *arguments, ranks=1):
        """A sweep that is stopped when some blocks more are done, and not all."""
        before = self.blocks_done()
        self.flash(*arguments, "--max-tasks", "3", ranks=ranks, expect=75)
        self.assertGreaterEqual(self.blocks_done(), before + 3)

    def break_in_the_middle(self, *arguments):
        """A sweep that fails when some blocks more are done, since its journal may grow no further; and the record that a
        kill would have left unfinished."""
        before, limit = self.blocks_done(), self.journal_bytes() + 20_000
        done = subprocess.run(["prlimit", f"--fsize={limit}", *self.command(*arguments)], capture_output=True, text=True,
                              env=self.environment, timeout=PATIENCE)
        self.assertEqual(done.returncode, 74, done.stderr)
        self.assertGreater(self.blocks_done(), before)
        os.truncate(self.run_folder / "journal", self.journal_bytes() - 7)

    def blocks_done(self):
        journal = self.run_folder / "journal"
        return sum(r.get("stage") == "sweep" for r in whole_records(journal.read_bytes())[1]) if journal.exists() else 0

    def assert_same_sweep(self, run, expected):
        """The archives hold the same, bit for bit, save what the clock says and what befell the runs."""
        self.assertEqual(differences(run, expected), [])
        with h5py.File(expected / "archive.h5") as archive:
            self.assertGreater(len(archive["sweep/top/id"]), 0)


def model(terms, intercept):
    return {"intercept": intercept, "terms": [{"feature": f, "coefficient": c} for f, c in terms.items()]}

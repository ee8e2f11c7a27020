"""What the tests of sweeps share: a job whose models are written by hand, so that nothing is trained or measured."""

import json
import signal as signals

import h5py

from archive_comparison import differences
from flash_case import SLOWNESS, FlashCase

# 912 configurations in blocks of 90, or 207 million in blocks of 100,000: long enough to be stopped in the middle.
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

[constraints]
latency_max_ms = {latency}

[sweep]
block = {block}
top = 10

[models]
file = "models.json"
"""
SMALL = {"space": "widths = [4, 8]\nwm = [1, 2]\ndepths = [3, 4]", "side": 8, "block": 90, "latency": 2}
LARGE = {"space": 'preset = "cifar-small"', "side": 32, "block": 100_000, "latency": 300}


class SweepCase(FlashCase):
    LONG = False

    def setUp(self):
        super().setUp()
        self.job = self.write_job(text=JOB.format(**(LARGE if self.LONG else SMALL)))
        self.write_models()

    def write_models(self, b=20):
        """Fitted models of the job's space: a predictor, latency and energy."""
        space = self.flash_json("space", self.job)["definition"]
        models = {"format": "flash-models", "version": 1, "space": space, "reading": "links", "target": "host",
                  "accuracy": {"a": 1.05, "b": b, "c": -1}, "provenance": "by hand",
                  "metrics": {"latency_ms": model({"macs": 1e-5, "layers": 0.02}, 0.5),
                              "energy_mj": model({"parameters": 1e-3, "traffic": 1e-4}, 2)}}
        (self.folder / "models.json").write_text(json.dumps(models))

    def stop_in_the_middle(self, *arguments, ranks=1, signal=signals.SIGTERM):
        """Starts a sweep and ends it by a signal once some blocks more are done, long before all are."""
        goal = self.journal_bytes() + 50_000
        process = self.start(*arguments, ranks=ranks)
        self.wait_for(lambda: process.poll() is not None or self.journal_bytes() >= goal)
        self.assertIsNone(process.poll(), "the sweep was over before it could be stopped")
        if signal == signals.SIGKILL:
            self.end_group(process)
        else:
            process.send_signal(signal)
            _, errors = process.communicate(timeout=60 * SLOWNESS)
            self.assertEqual(process.returncode, 75, errors)

    def assert_same_sweep(self, run, expected):
        """The archives hold the same, bit for bit, save what the clock says and what befell the runs."""
        self.assertEqual(differences(run, expected), [])
        with h5py.File(expected / "archive.h5") as archive:
            self.assertGreater(len(archive["sweep/top/id"]), 0)


def model(terms, intercept):
    return {"intercept": intercept, "terms": [{"feature": f, "coefficient": c} for f, c in terms.items()]}

"""A trainer that dies costs one try of one sample, never the job."""

import os
import pathlib
import stat
import unittest

import h5py

from flash_case import BIN, FlashCase


class MemoryGroup:
    """A control group of processes that the kernel lets have so much memory, of either version of cgroups."""

    def __init__(self, limit):
        top = pathlib.Path("/sys/fs/cgroup")
        version1 = (top / "memory").is_dir()
        self.path = (top / "memory" if version1 else top) / f"flash_test_{os.getpid()}"
        try:
            self.path.mkdir()
            (self.path / ("memory.limit_in_bytes" if version1 else "memory.max")).write_text(str(limit))
        except OSError as error:
            self.remove()
            raise unittest.SkipTest(f"no control group can be made here: {error}")

    def remove(self):
        if self.path.is_dir():
            self.path.rmdir()


class Trainer(FlashCase):
    def trainer(self, script):
        path = self.folder / "trainer.sh"
        path.write_text("#!/bin/sh\n" + script)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return {"FLASH_TRAINER": str(path)}

    def test_killed_once_is_tried_again(self):
        marker = self.folder / "killed"
        environment = self.trainer(f'if mkdir "{marker}" 2>/dev/null; then kill -9 $$; fi\nexec "{BIN}/flash-trainer"\n')
        report = self.flash_json("train", self.job, "-o", self.run_folder, environment=environment)
        self.assertEqual([s["state"] for s in report["samples"]], ["done"] * 8)
        self.assertEqual(sum(s["attempt"] == 2 for s in report["samples"]), 1)

    def test_out_of_memory_once_is_tried_again(self):
        """The kernel itself kills a trainer that takes more than there is."""
        group, marker = MemoryGroup(48 << 20), self.folder / "killed"
        self.addCleanup(group.remove)
        environment = self.trainer(f'if mkdir "{marker}" 2>/dev/null; then echo $$ >"{group.path}/cgroup.procs"; fi\n'
                                   f'exec "{BIN}/flash-trainer"\n')
        report = self.flash_json("train", self.job, "-o", self.run_folder, environment=environment)
        self.assertEqual([s["state"] for s in report["samples"]], ["done"] * 8)
        self.assertEqual(sum(s["attempt"] == 2 for s in report["samples"]), 1)
        with h5py.File(self.run_folder / "archive.h5") as file:
            texts = file["events/text"].asstr()[file["events/kind"].asstr()[:] == "retry"]
        self.assertEqual(len(texts), 1)
        self.assertIn("killed by signal 9 (Killed), often a sign of exhausted memory", texts[0])

    def test_always_killed_is_reported_with_its_reason(self):
        environment = self.trainer("kill -9 $$\n")
        done = self.flash("run", self.job, "-o", self.run_folder, environment=environment, expect=65)
        self.one_line(done, "needs at least 4 trained networks")
        report = self.flash_json("report", self.run_folder)
        self.assertEqual({s["state"] for s in report["samples"]}, {"failed"})
        self.assertIn("signal 9", report["samples"][0]["error"])
        # With a trainer that works the failed ones are tried again on request.
        again = self.flash_json("train", self.job, "-o", self.run_folder, "--retry-failed")
        self.assertEqual([s["state"] for s in again["samples"]], ["done"] * 8)

    def test_missing_trainer_is_said(self):
        environment = {"FLASH_TRAINER": str(self.folder / "absent")}
        done = self.flash("check", self.job, "--json", environment=environment, expect=66)
        self.assertIn("absent", done.stdout)

    def test_divergence_is_a_failed_sample_not_a_data_point(self):
        text = self.job.read_text().replace("learning_rate = 0.1", "learning_rate = 10.0\nretries = 0")
        job = self.write_job("diverges.toml", text=text)
        report = self.flash_json("train", job, "-o", self.folder / "diverges")
        failed = [s for s in report["samples"] if s["state"] == "failed"]
        self.assertGreater(len(failed), 0)
        for sample in failed:
            self.assertIsNone(sample["accuracy"])
            self.assertNotEqual(sample["error"], "")

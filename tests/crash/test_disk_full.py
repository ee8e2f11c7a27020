"""The disk fills up while journal, status or archive are written: one clear line, and with room again the run goes on."""

import os
import subprocess
import unittest

from flash_case import PATIENCE
from resilience_case import ResilienceCase


class DiskFull(ResilienceCase):
    def setUp(self):
        super().setUp()
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", self.disk], capture_output=True, text=True)
        if os.geteuid() != 0 or mount.returncode != 0:
            raise unittest.SkipTest(f"no file system can be mounted here: {mount.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", self.disk])
        self.run_folder = self.disk / "run"

    def resize(self, size):
        subprocess.run(["mount", "-o", f"remount,size={size}", self.disk], check=True)

    def test_full_at_several_sizes(self):
        failures = 0
        for size in ("8k", "16k", "32k", "48k", "64k", "96k", "128k"):
            self.resize(size)
            done = subprocess.run(self.command("run", self.job, "-o", self.run_folder), capture_output=True, text=True,
                                  timeout=PATIENCE, env=self.environment)
            if done.returncode == 0:
                break
            self.assertEqual(done.returncode, 74, done.stderr)
            self.one_line(done, "No space left on device", str(self.run_folder))
            failures += 1
        self.assertGreaterEqual(failures, 3)
        self.resize("16m")
        self.flash("run", self.job, "-o", self.run_folder)
        self.expect_undisturbed()

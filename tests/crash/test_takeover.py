"""A requeued job finds its older copy still at work: that one stops by itself, and nothing is lost or doubled."""

import shutil
import signal
import subprocess
import time

import h5py

from flash_case import SLOWNESS
from resilience_case import ResilienceCase

SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static long offset(void) {
  long seconds = 0;
  FILE *file = fopen(getenv("CLOCK_OFFSET_FILE"), "r");
  if (file) { if (fscanf(file, "%ld", &seconds) != 1) seconds = 0; fclose(file); }
  return seconds;
}
int clock_gettime(clockid_t clock, struct timespec *now) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  int result = real(clock, now);
  if (clock == CLOCK_REALTIME) now->tv_sec += offset();
  return result;
}
"""


class Takeover(ResilienceCase):
    SECONDS = 8

    def test_the_older_copy_stops(self):
        older = self.start("run", self.job, "-o", self.run_folder, ranks=2, environment={"SLURM_JOB_ID": "77"})
        self.wait_for(lambda: older.poll() is not None or len(self.tasks_done()) >= 2)
        self.assertIsNone(older.poll())
        self.flash("run", self.job, "-o", self.run_folder, environment={"SLURM_JOB_ID": "77", "SLURM_RESTART_COUNT": "1"})
        _, err = older.communicate(timeout=60 * SLOWNESS)
        self.assertEqual(older.returncode, 75, err)
        self.assertIn("taken over", err)
        self.expect_undisturbed()

    def test_two_jobs_in_one_run(self):
        first = self.start("run", self.job, "-o", self.run_folder, environment={"SLURM_JOB_ID": "77"})
        self.wait_for(lambda: len(self.tasks_done()) >= 1)
        first.send_signal(signal.SIGSTOP)  # not to end while the other waits for its turn
        refused = self.flash("run", self.job, "-o", self.run_folder, expect=64, environment={"SLURM_JOB_ID": "78"})
        self.one_line(refused, "is in use by process", str(self.run_folder))
        first.send_signal(signal.SIGCONT)
        self.assertEqual(first.wait(timeout=120 * SLOWNESS), 0)
        self.expect_undisturbed()


class Clock(ResilienceCase):
    def test_a_clock_that_jumps(self):
        compiler = shutil.which("gcc") or shutil.which("cc")
        (self.folder / "shim.c").write_text(SHIM)
        shim, offset = self.folder / "shim.so", self.folder / "offset"
        subprocess.run([compiler, "-shared", "-fPIC", "-o", shim, self.folder / "shim.c", "-ldl"], check=True)
        process = self.start("run", self.job, "-o", self.run_folder, "--deadline", "300",
                             environment={"LD_PRELOAD": str(shim), "CLOCK_OFFSET_FILE": str(offset)})
        for done, jump in ((1, 86400), (3, -172800), (5, 7200)):
            self.wait_for(lambda done=done: process.poll() is not None or len(self.tasks_done()) >= done)
            offset.write_text(str(jump))
            time.sleep(0.05)
        _, err = process.communicate(timeout=120 * SLOWNESS)
        self.assertEqual(process.returncode, 0, err)
        self.expect_undisturbed()
        with h5py.File(self.run_folder / "archive.h5") as file:
            start, end = file["tasks/t_start"][()], file["tasks/t_end"][()]
        self.assertTrue((end >= start).all() and (end - start < 100).all())
        self.assertGreater(start.max() - start.min(), 86400)  # the shim was at work

"""A requeued job finds its older copy still at work: that one stops by itself, and nothing is lost or doubled."""

import shutil
import subprocess

import h5py

from flash_case import PATIENCE
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
    def test_the_older_copy_stops(self):
        gate = self.make_gate()
        gate.let_pass(2)
        older = self.start("run", self.job, "-o", self.run_folder, ranks=2, environment={"SLURM_JOB_ID": "77"} | gate.environment)
        self.wait_until_held(gate, 2, ranks=2, process=older)
        self.flash("run", self.job, "-o", self.run_folder, environment={"SLURM_JOB_ID": "77", "SLURM_RESTART_COUNT": "1"})
        self.assertIn("taken over", self.expect_code(older, 75))
        self.expect_undisturbed()

    def test_two_jobs_in_one_run(self):
        gate = self.make_gate()
        gate.let_pass(1)
        first = self.start("run", self.job, "-o", self.run_folder, environment={"SLURM_JOB_ID": "77"} | gate.environment)
        self.wait_until_held(gate, 1, process=first)
        refused = self.flash("run", self.job, "-o", self.run_folder, expect=64, environment={"SLURM_JOB_ID": "78"})
        self.one_line(refused, "is in use by process", str(self.run_folder))
        gate.open()
        self.expect_code(first, 0)
        self.expect_undisturbed()


class Clock(ResilienceCase):
    def test_a_clock_that_jumps(self):
        compiler = shutil.which("gcc") or shutil.which("cc")
        (self.folder / "shim.c").write_text(SHIM)
        shim, offset = self.folder / "shim.so", self.folder / "offset"
        subprocess.run([compiler, "-shared", "-fPIC", "-o", shim, self.folder / "shim.c", "-ldl"], check=True)
        gate = self.make_gate()
        clock = {"LD_PRELOAD": str(shim), "CLOCK_OFFSET_FILE": str(offset)}
        process = self.start("run", self.job, "-o", self.run_folder, "--deadline", str(PATIENCE),
                             environment=gate.environment | clock)
        for done, jump in ((1, 86400), (3, -172800), (5, 7200)):
            gate.let_pass(done - len(self.tasks_done()))
            self.wait_until_held(gate, done, process=process)  # the jump comes while a network is trained
            offset.write_text(str(jump))
        gate.open()
        self.expect_code(process, 0)
        self.expect_undisturbed()
        with h5py.File(self.run_folder / "archive.h5") as file:
            start, end = file["tasks/t_start"][()], file["tasks/t_end"][()]
        self.assertTrue((end >= start).all() and (end - start < PATIENCE).all())
        self.assertGreater(start.max() - start.min(), 86400)  # the shim was at work

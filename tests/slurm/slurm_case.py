"""What the tests under Slurm share: a cluster for each class, sbatch, and jobs watched to their end."""

import json
import pathlib
import sys
import time
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "crash"))

import cluster  # noqa: E402
from flash_case import BIN, SLOWNESS, FlashCase  # noqa: E402
from resilience_case import ResilienceCase, whole_records  # noqa: E402

ENDED = {"COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY"}


class SlurmCase(FlashCase):
    """A test with a cluster of three nodes of four processors each, which are all this machine."""

    @classmethod
    def setUpClass(cls):
        if reason := cluster.why_impossible():
            raise unittest.SkipTest(reason)
        super().setUpClass()
        cls.cluster = cluster.Cluster()
        cls.addClassCleanup(cls.cluster.stop)
        cls.cluster.start()
        # Nodes that are one machine: Open MPI over the loopback, ranks not bound to processors that are not there.
        cls.cluster.environment.update(
            FLASH_HOME=str(BIN), OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
            OMPI_MCA_pml="ob1", OMPI_MCA_btl="self,vader,tcp", OMPI_MCA_btl_tcp_if_include="lo",
            OMPI_MCA_oob_tcp_if_include="lo", OMPI_MCA_mpi_yield_when_idle="1",
            OMPI_MCA_hwloc_base_binding_policy="none", OMPI_MCA_orte_tmpdir_base=str(cls.cluster.folder))

    def setUp(self):
        super().setUp()
        self.log = self.folder / "log"
        self.hurried = set()
        self.addCleanup(self.cancel_all)

    def cancel_all(self):
        self.cluster.command("scancel", "--partition=test")
        self.cluster.wait_for(lambda: not self.cluster.command("squeue", "-h"), "the end of all jobs", 60)

    def program(self, folder, name, text):
        """A program of ours under the name of one that the scripts call; returns its folder."""
        path = self.folder / folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("#!/bin/bash\n" + text)
        path.chmod(0o755)
        return str(path.parent)

    def sbatch(self, template, *arguments, options=(), environment=None):
        """Submits one of slurm/'s scripts; returns the job's number."""
        number = self.cluster.command(
            "sbatch", "--parsable", f"--output={self.log}", *options, TOP / "slurm" / template, *arguments,
            cwd=TOP, extra=environment)
        return number.strip()

    def wait_for_end(self, number, seconds=150):
        """Waits until a job has ended for good."""
        limit = time.monotonic() + seconds * SLOWNESS
        while (job := self.hurry(number))["JobState"] not in ENDED:
            self.assertLess(time.monotonic(), limit, f"job {number} does not end: {job}\n{self.all_logs()}")
            time.sleep(0.2)
        return job

    def hurry(self, number):
        """A requeued job waits two minutes in Slurm: lets it go at once, though not within the second in which it was
        requeued, which slurmd takes for the earlier start. Returns what Slurm knows of it."""
        job = self.cluster.job(number)
        start = (number, job["Restarts"])
        if job["JobState"] == "PENDING" and job["Reason"] == "BeginTime" and start not in self.hurried:
            self.cluster.command("scontrol", "update", f"job={number}", "StartTime=now+2")
            self.hurried.add(start)
        return job

    def expect_end(self, number, state="COMPLETED", code=0, restarts=0):
        job = self.wait_for_end(number)
        found = (job["JobState"], job["ExitCode"], int(job["Restarts"]))
        self.assertEqual(found, (state, f"{code}:0", restarts), self.all_logs())

    def log_text(self, element=None):
        """What the job, or an element of its array, has said so far."""
        log = self.log.with_suffix(f".{element}") if element else self.log
        return log.read_text() if log.exists() else "(no log)"

    def all_logs(self):
        """For a test's failure: what the job said, and what the cluster's daemons did meanwhile."""
        return self.log_text() + self.cluster.log_text()


class SlurmRunCase(SlurmCase, ResilienceCase):
    """Tests of `flash run` by the templates with MPI, on a job whose archive is the same wherever it runs."""

    SECONDS = 8

    def submit(self, template, options=("--nodes=2", "--ntasks=2"), environment=None):
        return self.sbatch(template, self.job, self.run_folder, options=options, environment=environment)

    def wait_until_training(self, number, tasks=2):
        """Until some networks are trained and some are not."""
        def far_enough():
            self.assertNotIn(self.cluster.job(number)["JobState"], ENDED, self.log_text())
            return len(self.tasks_done()) >= tasks
        self.wait_for(far_enough)
        self.assertLess(len(self.tasks_done()), 8, "too late: all networks are trained")

    def records(self):
        return whole_records(self.journal())[1]

    def events(self, kind):
        return [record["text"] for record in self.records() if record.get("kind") == kind]

    def state(self):
        """What flash itself said last."""
        path = self.run_folder / "status.json"
        return json.loads(path.read_text())["state"] if path.exists() else None

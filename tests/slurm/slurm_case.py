"""What the tests under Slurm share: a cluster for each class, sbatch, and jobs watched to their end."""

import pathlib
import sys
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "crash"))

import cluster  # noqa: E402
from flash_case import BIN, FlashCase  # noqa: E402
from resilience_case import ResilienceCase  # noqa: E402

ENDED = {"COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY"}


class SlurmCase(FlashCase):
    """A test with a cluster of three nodes of four processors each, which are all this machine."""

    LOOK = 0.2  # at what Slurm's programs say

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
        self.cluster.wait_for(lambda: not self.cluster.command("squeue", "-h"), "the end of all jobs")

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

    def wait_for_end(self, number):
        """Waits until a job has ended for good."""
        self.wait_for(lambda: self.hurry(number)["JobState"] in ENDED)
        return self.cluster.job(number)

    def wait_for_restart(self, number):
        """Waits until a job that was requeued runs again."""
        self.wait_for(lambda: (job := self.hurry(number))["JobState"] == "RUNNING" and int(job["Restarts"]) > 0)

    def wait_for_log(self, text, element=None):
        """Waits until the job, which has not ended then, has said this."""
        self.wait_for(lambda: text in self.log_text(element))

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

    def wait_for(self, condition, process=None):
        try:
            super().wait_for(condition, process)
        except AssertionError as error:
            raise AssertionError(self.all_logs()) from error

    def log_text(self, element=None):
        """What the job, or an element of its array, has said so far."""
        log = self.log.with_suffix(f".{element}") if element else self.log
        return log.read_text() if log.exists() else "(no log)"

    def all_logs(self):
        """For a test's failure: what the job said, and what the cluster's daemons did meanwhile."""
        return self.log_text() + self.cluster.log_text()


class SlurmRunCase(SlurmCase, ResilienceCase):
    """Tests of `flash run` by the templates with MPI, on a job whose archive is the same wherever it runs."""

    TRAINED = 2  # before what befalls a run

    def submit(self, template, options=("--nodes=2", "--ntasks=2"), environment=None):
        return self.sbatch(template, self.job, self.run_folder, options=options, environment=environment)

    def submit_to_the_gate(self, template, environment=None, **options):
        """A job whose two ranks have trained some networks and are held at another one each; its number, and the gate."""
        gate = self.make_gate()
        gate.let_pass(self.TRAINED)
        number = self.submit(template, environment=gate.environment | (environment or {}), **options)
        self.wait_until_at_gate(number, gate)
        return number, gate

    def wait_until_at_gate(self, number, gate):
        def there():
            self.assertNotIn(self.cluster.job(number)["JobState"], ENDED, self.log_text())
            return gate.held() == 2 and len(self.tasks_done()) == self.TRAINED
        self.wait_for(there)

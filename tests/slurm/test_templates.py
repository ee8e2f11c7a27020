"""The batch scripts on a cluster: to the end, refused, cancelled, and over again for as long as is allowed."""

import os
import signal
import unittest

from slurm_case import BIN, ENDED, SlurmRunCase

MPIRUN, SRUN = "flash.sbatch", "flash-srun.sbatch"


class Templates(SlurmRunCase):
    def test_to_the_end_over_nodes(self):
        for nodes, template in enumerate((MPIRUN, SRUN), 2):
            with self.subTest(template):
                self.run_folder = self.folder / f"run of {template}"
                self.expect_end(self.submit(template, options=[f"--nodes={nodes}", "--ntasks=3"]))
                self.expect_undisturbed()
                self.assertIn("Comparison of search methods", self.log_text())
                hosts = {record["host"] for record in self.records() if record.get("stage") == "train"}
                self.assertEqual(len(hosts), nodes)

    def test_errors_of_flash_are_the_jobs_and_not_requeued(self):
        self.job.write_text(self.job.read_text().replace("learning_rate", "learning_rte"))
        for template in (MPIRUN, SRUN):
            with self.subTest(template):
                self.expect_end(self.submit(template), "FAILED", 78)
                self.assertIn("did you mean", self.log_text())
                self.log.unlink()
        with self.subTest("ranks that do not see each other"):
            path = self.program("fake", "srun", 'shift\nexec /usr/bin/srun --mpi=none "$@"\n') + ":" + os.environ["PATH"]
            self.expect_end(self.submit(SRUN, environment={"PATH": path}), "FAILED", 71)
        with self.subTest("a program that is not there"):
            nothing = {"PATH": "/usr/bin:/bin", "FLASH_IMAGE": "my.sif"}
            self.expect_end(self.submit(MPIRUN, environment=nothing), "FAILED", 127)

    def test_a_container(self):
        # In place of apptainer a script that notes how it is called and starts what it is to start.
        path = self.program("fake", "apptainer", 'echo "container $1 $2"\nshift 2\nexec "$@"\n') + ":" + os.environ["PATH"]
        self.job.write_text(self.job.read_text().replace("learning_rate", "learning_rte"))
        for template in (MPIRUN, SRUN):
            with self.subTest(template):
                self.expect_end(self.submit(template, environment={"PATH": path, "FLASH_IMAGE": "my.sif"}), "FAILED", 78)
                self.assertIn("container exec my.sif", self.log_text())
                self.log.unlink()

    def test_always_stopped(self):
        stops = {"FLASH_HOME": self.program("stops", "flash", f'exec {BIN}/flash "$@" --max-tasks 1\n')}
        with self.subTest("goes on as often as allowed"):
            number = self.submit(MPIRUN, environment=stops | {"FLASH_MAX_RESTARTS": "1"})
            self.expect_end(number, "FAILED", 75, restarts=1)
            self.assertIn("exit code 75 at restart 1, the last allowed", self.log_text())
            self.assertEqual(len(self.events("stop")), 2)
        with self.subTest("where Slurm allows no requeue, the code is the same"):
            self.expect_end(self.submit(SRUN, ["--no-requeue", "--nodes=2", "--ntasks=2"], stops), "FAILED", 75)
            self.assertIn("submit the same command again", self.log_text())

    def test_a_signal_before_flash_runs(self):
        started, go = self.folder / "started", self.folder / "go"
        slow = self.program("slow", "flash", f'touch {started}\nuntil [ -e {go} ]; do sleep 0.05; done\nexec {BIN}/flash "$@"\n')
        gate = self.make_gate()
        number = self.submit(MPIRUN, environment=gate.environment | {"FLASH_HOME": slow, "FLASH_MAX_RESTARTS": "0"})
        self.wait_for(started.exists)
        self.cluster.command("scancel", "--batch", "--signal=USR1", number)
        go.touch()
        # The script asks again and again: flash, whose first tasks are held, is bound to see it.
        self.wait_for(lambda: "asked to stop" in self.log_text() or self.cluster.job(number)["JobState"] in ENDED)
        gate.open()
        self.expect_end(number, "FAILED", 75)
        self.assertEqual(self.events("stop"), ["STOP file"])

    def test_a_launcher_that_starts_nothing_and_says_all_is_well(self):
        path = self.program("fake", "srun", "exit 0\n") + ":" + os.environ["PATH"]
        number = self.submit(SRUN, environment={"PATH": path, "FLASH_MAX_RESTARTS": "1"})
        self.expect_end(number, "FAILED", 1, restarts=1)
        self.assertIn("flash has not said that it is done", self.log_text())

    def test_cancelled_and_submitted_again(self):
        number, gate = self.submit_to_the_gate(SRUN)
        self.cluster.command("scancel", number)
        self.assertEqual(self.wait_for_end(number)["JobState"], "CANCELLED")
        kept = self.journal()
        self.assertEqual(len(self.tasks_done()), self.TRAINED)
        self.assertNotIn("requeued", self.log_text())
        gate.open()
        self.expect_end(self.submit(SRUN, environment=gate.environment))
        self.assertTrue(self.journal().startswith(kept))
        self.expect_undisturbed()

    def test_a_rank_that_falls_silent(self):
        """What the loss of a node looks like where nobody closes its connections: flash notices, with exit code 69."""
        home = self.program("impatient", "flash", f'''\
            if [ "${{SLURM_RESTART_COUNT:-0}}" = 0 ]; then export FLASH_SILENCE_LIMIT=10; fi
            exec {BIN}/flash "$@"
            ''')
        number, gate = self.submit_to_the_gate(MPIRUN, environment={"FLASH_HOME": home})
        batch = self.cluster.job(number)["BatchHost"]
        other = "node1" if batch != "node1" else "node2"
        for pid in self.cluster.processes(other, "flash"):
            os.kill(pid, signal.SIGSTOP)
        self.wait_for_log("exit code 69: requeued")
        gate.open()
        self.expect_end(number, restarts=1)
        self.expect_undisturbed()


if __name__ == "__main__":
    unittest.main()

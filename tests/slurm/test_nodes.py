"""Lost nodes: the job goes on elsewhere, nothing is lost or done twice, and an older copy that lives on is harmless."""

import time
import unittest

from slurm_case import SlurmRunCase


class Nodes(SlurmRunCase):
    SECONDS = 12

    def lose(self, node, how, *arguments):
        """Loses a node, and has it back for the next test."""
        self.addCleanup(self.cluster.bring_back, node)
        self.addCleanup(self.cancel_all)  # cleanups run last to first
        how(node, *arguments)

    def batch_and_other_node(self, number):
        batch = self.cluster.job(number)["BatchHost"]
        return batch, next(node for node in ("node1", "node2") if node != batch)

    def test_power_failure_under_mpirun(self):
        number = self.submit("flash.sbatch")
        self.wait_until_training(number)
        batch, other = self.batch_and_other_node(number)
        self.lose(other, self.cluster.power_off)
        self.wait_for(lambda: "requeued to go on" in self.log_text())  # by the script: Slurm knows nothing yet
        # The job starts as soon as the node is down; slurmd takes a start within this second for the earlier one.
        time.sleep(2)
        self.cluster.set_down(other)
        # mpirun's srun, an orphan now, ends the job's step some seconds later, whichever start's it is by then. Slurm
        # that tracks processes by cgroups has killed it; others are saved by the two minutes that we do not wait.
        self.cluster.kill(batch, "srun")
        self.expect_end(number, restarts=1)
        self.expect_undisturbed()

    def test_power_failure_under_srun(self):
        number = self.submit("flash-srun.sbatch")
        self.wait_until_training(number)
        _, other = self.batch_and_other_node(number)
        self.lose(other, self.cluster.power_off)
        self.cluster.set_down(other)  # Slurm requeues the job
        self.expect_end(number, restarts=1)
        self.expect_undisturbed()

    def test_a_copy_that_lives_on_is_fenced_off(self):
        number = self.submit("flash.sbatch", options=["--nodes=1", "--ntasks=2"])
        self.wait_until_training(number)
        node, _ = self.batch_and_other_node(number)
        self.lose(node, self.cluster.kill, "slurmd")
        self.cluster.set_down(node)
        self.wait_for(lambda: self.hurry(number)["JobState"] == "RUNNING", 30)
        self.wait_for(lambda: self.cluster.processes(node, "mpirun") == [], 60)
        self.assertIn("has been taken over by another process", self.log_text())
        self.wait_for(lambda: "this is not the job's latest start: not requeued" in self.log_text(), 10)
        self.expect_end(number, restarts=1)
        self.assertEqual(len(self.events("takeover")), 1)
        self.expect_undisturbed()


if __name__ == "__main__":
    unittest.main()

"""Lost nodes: the job goes on elsewhere, nothing is lost or done twice, and an older copy that lives on is harmless."""

import time
import unittest

from slurm_case import SlurmRunCase


class Nodes(SlurmRunCase):
    def lose(self, node, how, *arguments):
        """Loses a node, and has it back for the next test."""
        self.addCleanup(self.cluster.bring_back, node)
        self.addCleanup(self.cancel_all)  # cleanups run last to first
        how(node, *arguments)

    def batch_and_other_node(self, number):
        batch = self.cluster.job(number)["BatchHost"]
        return batch, next(node for node in ("node1", "node2") if node != batch)

    def test_power_failure_under_mpirun(self):
        number, gate = self.submit_to_the_gate("flash.sbatch")
        batch, other = self.batch_and_other_node(number)
        self.lose(other, self.cluster.power_off)
        self.wait_for_log("requeued to go on")  # by the script: Slurm knows nothing yet
        # The job starts as soon as the node is down; slurmd takes a start within the second of its end for the earlier one.
        time.sleep(2)
        self.cluster.set_down(other)
        gate.open()
        # mpirun's srun, an orphan now, ends the job's step some seconds later, whichever start's it is by then. Slurm
        # that tracks processes by cgroups has killed it; others are saved by the two minutes that we do not wait.
        self.cluster.kill(batch, "srun")
        self.expect_end(number, restarts=1)
        self.expect_undisturbed()

    def test_power_failure_under_srun(self):
        number, gate = self.submit_to_the_gate("flash-srun.sbatch")
        _, other = self.batch_and_other_node(number)
        self.lose(other, self.cluster.power_off)
        self.cluster.set_down(other)  # Slurm requeues the job
        self.wait_for_restart(number)
        gate.open()
        self.expect_end(number, restarts=1)
        self.expect_undisturbed()

    def test_a_copy_that_lives_on_is_fenced_off(self):
        number, gate = self.submit_to_the_gate("flash.sbatch", options=["--nodes=1", "--ntasks=2"])
        node, _ = self.batch_and_other_node(number)
        self.lose(node, self.cluster.kill, "slurmd")
        self.cluster.set_down(node)
        self.wait_for_restart(number)
        self.wait_for_log("this is not the job's latest start: not requeued")
        self.assertEqual(self.cluster.processes(node, "mpirun"), [])
        self.assertIn("has been taken over by another process", self.log_text())
        gate.open()
        self.expect_end(number, restarts=1)
        self.assertEqual(len(self.events("takeover")), 1)
        self.expect_undisturbed()


if __name__ == "__main__":
    unittest.main()

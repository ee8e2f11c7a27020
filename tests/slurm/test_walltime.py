"""Walltime: Slurm's signal, a stop in time, a requeue, and the end that one long run would have come to."""

import unittest

from slurm_case import SlurmRunCase


class Walltime(SlurmRunCase):
    def test_stopped_and_requeued_until_done(self):
        # A minute is the shortest limit there is. With this lead the signal comes when Slurm first looks at the time, which
        # it does every 30 s.
        options = ["--nodes=2", "--ntasks=2", "--time=1", "--signal=B:USR1@90"]
        number, gate = self.submit_to_the_gate("flash.sbatch", options=options)
        self.wait_for_log("asked to stop: 2 tasks in hand")
        gate.open()
        job = self.wait_for_end(number)
        self.assertEqual((job["JobState"], job["ExitCode"]), ("COMPLETED", "0:0"), self.log_text())
        restarts = int(job["Restarts"])
        self.assertGreaterEqual(restarts, 1)
        self.assertEqual(self.events("stop"), ["STOP file"] * restarts)
        self.assertEqual(self.log_text().count("exit code 75: requeued"), restarts)
        self.expect_undisturbed()


if __name__ == "__main__":
    unittest.main()

"""Walltime: Slurm's signal, a stop in time, a requeue, and the end that one long run would have come to."""

import unittest

from slurm_case import SlurmRunCase


class Walltime(SlurmRunCase):
    # Slurm's clock stops a start after 6 to 30 s, whatever this machine's speed: the job takes longer than the first of
    # them, each of its eight networks less.
    SECONDS = 40

    def test_stopped_and_requeued_until_done(self):
        self.undisturbed()  # now: there is a while to wait
        self.cluster.wait_for_time_check(ahead=6)
        # A minute is the shortest limit there is. With this lead the signal comes at the first look at the time.
        number = self.submit("flash.sbatch", options=["--nodes=2", "--ntasks=2", "--time=1", "--signal=B:USR1@90"])
        job = self.wait_for_end(number)
        self.assertEqual((job["JobState"], job["ExitCode"]), ("COMPLETED", "0:0"), self.log_text())
        restarts = int(job["Restarts"])
        self.assertGreaterEqual(restarts, 1)
        self.assertEqual(self.events("stop"), ["STOP file"] * restarts)
        self.assertEqual(self.log_text().count("exit code 75: requeued"), restarts)
        self.expect_undisturbed()


if __name__ == "__main__":
    unittest.main()

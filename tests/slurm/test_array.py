"""A sweep as a job array of shards without MPI, and its merge as a dependent job."""

import unittest

from slurm_case import BIN, SlurmCase
from sweep_case import SweepCase


class Array(SlurmCase, SweepCase):
    SPACE = "fine"

    def test_shards_and_merge(self):
        # Element 1 is to stop after its first task at its first start: it stops, requeues itself, and the merge waits for it.
        home = self.program("home", "flash", f"""\
            if [ "$SLURM_ARRAY_TASK_ID" = 1 ] && [ "${{SLURM_RESTART_COUNT:-0}}" = 0 ]; then set -- "$@" --max-tasks 1; fi
            exec {BIN}/flash "$@"
            """)
        script = ("flash-array.sbatch", self.job, self.run_folder, 3)
        shards = self.sbatch(*script, options=["--array=1-3", f"--output={self.log}.%a"], environment={"FLASH_HOME": home})
        merge = self.sbatch(*script, options=[f"--dependency=afterok:{shards}"])
        first = f"{shards}_1"
        self.wait_for_log("exit code 75: requeued to go on", 1)
        self.assertEqual(self.cluster.job(merge)["Reason"], "Dependency")
        self.wait_for(lambda: self.hurry(first)["JobState"] == "COMPLETED")
        self.expect_end(merge)
        self.flash("sweep", self.job, "-o", self.folder / "plain")
        self.assert_same_sweep(self.run_folder, self.folder / "plain")

    def test_a_shard_that_fails_is_not_merged(self):
        (self.folder / "models.json").unlink()
        script = ("flash-array.sbatch", self.job, self.run_folder, 2)
        shards = self.sbatch(*script, options=["--array=1-2", f"--output={self.log}.%a"])
        merge = self.sbatch(*script, options=["--kill-on-invalid-dep=yes", f"--dependency=afterok:{shards}"])
        self.assertEqual(self.wait_for_end(merge)["JobState"], "CANCELLED")
        self.assertEqual(self.cluster.job(f"{shards}_1")["ExitCode"], "66:0", self.log_text(1))
        self.assertFalse(self.run_folder.exists())


if __name__ == "__main__":
    unittest.main()

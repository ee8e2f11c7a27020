"""The sweep gives the same archive, bit for bit, over any number of ranks and after any stop."""

import json
import signal

from sweep_case import SweepCase


class Ranks(SweepCase):
    def test_ranks_change_nothing(self):
        folders = [self.folder / f"ranks{ranks}" for ranks in (1, 2, 3)]
        for ranks, folder in enumerate(folders, 1):
            self.flash("sweep", self.job, "-o", folder, ranks=ranks)
        for folder in folders[1:]:
            self.assert_same_sweep(folder, folders[0])


class Stops(SweepCase):
    SPACE = "fine"

    def test_a_sweep_that_was_stopped_or_failed_ends_the_same(self):
        self.stop_in_the_middle("sweep", self.job, "-o", self.run_folder, ranks=2)
        self.break_in_the_middle("sweep", self.job, "-o", self.run_folder)
        self.flash("sweep", self.job, "-o", self.run_folder, ranks=3)
        plain = self.folder / "plain"
        self.flash("sweep", self.job, "-o", plain)
        self.assert_same_sweep(self.run_folder, plain)


class GivenUp(SweepCase):
    SPACE = "endless"

    def test_a_block_that_would_take_minutes_ends_with_the_stop(self):
        process = self.start("sweep", self.job, "-o", self.run_folder)
        status = self.run_folder / "status.json"
        self.wait_for(lambda: status.exists() and json.loads(status.read_text())["state"] == "running", process)
        process.send_signal(signal.SIGTERM)
        self.assertNotIn("still running", self.expect_code(process, 75))

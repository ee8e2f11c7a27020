"""The sweep gives the same archive, bit for bit, over any number of ranks and after any stop."""

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
    LONG = True

    def test_a_sweep_that_was_stopped_or_killed_ends_the_same(self):
        self.stop_in_the_middle("sweep", self.job, "-o", self.run_folder)
        self.stop_in_the_middle("sweep", self.job, "-o", self.run_folder, ranks=2, signal=signal.SIGKILL)
        self.flash("sweep", self.job, "-o", self.run_folder, ranks=3)
        plain = self.folder / "plain"
        self.flash("sweep", self.job, "-o", plain)
        self.assert_same_sweep(self.run_folder, plain)

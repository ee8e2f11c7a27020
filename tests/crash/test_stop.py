"""Asked to stop, a run keeps what is finished, exits with 75, and goes on when started again."""

import pathlib
import signal
import time

from flash_case import SLOWNESS, FlashCase

# Long enough that the stop comes in the middle of training.
LONG = {"epochs": 60, "images": 2000}


class Stop(FlashCase):
    def setUp(self):
        super().setUp()
        self.job = self.write_job(**LONG)

    def started(self, ranks=2):
        process = self.start("train", self.job, "-o", self.run_folder, ranks=ranks)
        self.wait_for(lambda: process.poll() is not None or (self.run_folder / "journal").exists())
        time.sleep(1.5)
        return process

    def expect_stopped(self, process, reason):
        out, err = process.communicate(timeout=60 * SLOWNESS)
        self.assertEqual(process.returncode, 75, err)
        self.assertIn(reason, err)
        status = self.flash_json("status", self.run_folder)
        self.assertEqual(status["state"], "stopped")
        self.assertLess(status["stages"]["train"]["done"], 8)
        self.flash("report", self.run_folder)

    def test_stop_file(self):
        process = self.started()
        (self.run_folder / "STOP").touch()
        self.expect_stopped(process, "STOP file")

    def test_stop_file_while_flash_starts(self):
        process = self.start("train", self.job, "-o", self.run_folder)
        self.wait_for(lambda: pathlib.Path(f"/proc/{process.pid}/exe").resolve().name == "flash")
        self.run_folder.mkdir(exist_ok=True)
        (self.run_folder / "LOCK").touch()  # an empty run directory may hold this, and no STOP
        (self.run_folder / "job.toml").write_text(self.job.read_text())
        (self.run_folder / "STOP").touch()
        self.expect_stopped(process, "STOP file")
        self.assertEqual(self.flash_json("status", self.run_folder)["stages"]["train"]["done"], 0)

    def test_an_old_stop_file_stops_nothing(self):
        self.job = self.write_job()
        self.flash("train", self.job, "-o", self.run_folder, "--max-tasks", "1", expect=75)
        (self.run_folder / "STOP").touch()
        time.sleep(0.1)  # a process's age is known to a hundredth of a second
        again = self.flash("train", self.job, "-o", self.run_folder, "--max-tasks", "1", expect=75)
        self.assertIn("budget of 1 task", again.stderr)
        self.assertFalse((self.run_folder / "STOP").exists())

    def test_sigterm_without_mpirun(self):
        process = self.started(ranks=1)
        process.send_signal(signal.SIGTERM)
        self.expect_stopped(process, "signal 15")

    def test_sigusr1_through_mpirun(self):
        process = self.started()
        process.send_signal(signal.SIGUSR1)
        self.expect_stopped(process, "signal 10")

    def test_deadline(self):
        process = self.start("train", self.job, "-o", self.run_folder, "--deadline", "2", ranks=2)
        self.expect_stopped(process, "deadline")

    def test_second_signal_ends_at_once(self):
        process = self.started(ranks=1)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        started = time.monotonic()
        process.communicate(timeout=30 * SLOWNESS)
        self.assertEqual(process.returncode, 75)
        self.assertLess(time.monotonic() - started, 5 * SLOWNESS)

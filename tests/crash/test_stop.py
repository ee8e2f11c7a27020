"""Asked to stop, a run keeps what is finished, exits with 75, and goes on when started again."""

import os
import signal
import time

from resilience_case import ResilienceCase


class Stop(ResilienceCase):
    TRAINED = 2  # before the stop

    def setUp(self):
        super().setUp()
        self.gate = self.make_gate()

    def started(self, *options, ranks=2):
        """A run whose ranks have trained some networks and are at another one each."""
        self.gate.let_pass(self.TRAINED)
        process = self.start("train", self.job, "-o", self.run_folder, *options, ranks=ranks, environment=self.gate.environment)
        self.wait_until_held(self.gate, self.TRAINED, ranks, process)
        return process

    def expect_stopped(self, process, reason, done):
        self.assertIn(f"stopped ({reason}", self.expect_code(process, 75))
        status = self.flash_json("status", self.run_folder)
        self.assertEqual(status["state"], "stopped")
        self.assertEqual(status["stages"]["train"]["done"], done)
        self.flash("report", self.run_folder)

    def expect_grace(self, process, reason, ranks=2):
        """Tasks in hand are waited for and kept; no others are begun."""
        self.wait_for(lambda: f"asked to stop: {ranks} tasks in hand" in process.errors.read_text(), process)
        self.gate.open()
        self.expect_stopped(process, reason, self.TRAINED + ranks)

    def test_stop_file(self):
        process = self.started()
        (self.run_folder / "STOP").touch()
        self.expect_grace(process, "STOP file")

    def test_stop_file_while_flash_starts(self):
        # A shell, whose process flash takes over: a STOP file that is younger than this one is meant for it.
        go = self.folder / "go"
        launcher = ["sh", "-c", f'until [ -e "{go}" ]; do sleep 0.02; done; exec "$@"', "sh"]
        process = self.start("train", self.job, "-o", self.run_folder, environment=self.gate.environment, launcher=launcher)
        self.run_folder.mkdir()
        (self.run_folder / "LOCK").touch()  # an empty run directory may hold this, and no STOP
        (self.run_folder / "job.toml").write_bytes(self.job.read_bytes())
        (self.run_folder / "STOP").touch()
        go.touch()
        self.expect_stopped(process, "STOP file", 0)

    def test_an_old_stop_file_stops_nothing(self):
        self.flash("train", self.job, "-o", self.run_folder, "--max-tasks", "1", expect=75)
        stop = self.run_folder / "STOP"
        stop.touch()
        minute_ago = time.time() - 60
        os.utime(stop, (minute_ago, minute_ago))
        again = self.flash("train", self.job, "-o", self.run_folder, "--max-tasks", "1", expect=75)
        self.assertIn("budget of 1 task", again.stderr)
        self.assertFalse(stop.exists())

    def test_sigterm_without_mpirun(self):
        process = self.started(ranks=1)
        process.send_signal(signal.SIGTERM)
        self.expect_stopped(process, "signal 15", self.TRAINED)

    def test_sigusr1_through_mpirun(self):
        process = self.started()
        process.send_signal(signal.SIGUSR1)
        self.expect_grace(process, "signal 10")

    def test_deadline(self):
        self.gate.let_pass(self.TRAINED)
        process = self.start("train", self.job, "-o", self.run_folder, "--deadline", "1", ranks=2,
                             environment=self.gate.environment)
        self.wait_for(lambda: process.poll() is not None or "asked to stop" in process.errors.read_text())
        self.gate.open()
        self.assertIn("stopped (deadline)", self.expect_code(process, 75))
        self.assertLessEqual(len(self.tasks_done()), self.TRAINED + 2)  # what was in hand, at the most

    def test_second_signal_ends_at_once(self):
        # After the first of them tasks in hand have 15 s.
        process = self.started(ranks=1)
        process.send_signal(signal.SIGUSR1)
        self.wait_for(lambda: "asked to stop" in process.errors.read_text(), process)
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        self.assertNotIn("stopped (", self.expect_code(process, 75))
        self.assertEqual(self.events("stop"), [])  # there was no time to keep it


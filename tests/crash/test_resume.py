"""Killed at any moment, the same command goes on and ends with the same results."""

import os

from flash_case import FlashCase, results


class Resume(FlashCase):
    def test_kill_9_of_everything(self):
        undisturbed = self.flash_json("run", self.job, "-o", self.folder / "undisturbed", ranks=2)
        gate = self.make_gate()
        for requests in (0, 1, 3):  # of eight networks that are trained
            before = self.journal_bytes()
            gate.let_pass(requests)
            process = self.start("run", self.job, "-o", self.run_folder, ranks=2, environment=gate.environment)
            self.wait_for(lambda: gate.held() == 2 and self.journal_bytes() > before, process)
            self.end_group(process)
            self.wait_for(lambda: gate.held() == 0)
        report = self.flash_json("run", self.job, "-o", self.run_folder, ranks=2)
        self.assertEqual(results(report), results(undisturbed))
        self.assertEqual(report["restarts"], 3)

    def test_a_watch_ends_where_the_run_was_killed(self):
        gate = self.make_gate()
        process = self.start("run", self.job, "-o", self.run_folder, environment=gate.environment)
        noted = self.run_folder / "status.json"
        self.wait_for(lambda: gate.held() == 1 and noted.exists(), process)
        watch = self.start("status", self.run_folder, "--watch")
        self.end_group(process)
        self.assertEqual(self.flash_json("status", self.run_folder)["state"], "running", "nobody was left to say otherwise")
        self.assertIsNone(watch.poll(), "a lock that is fresh may be another host's")
        os.utime(self.run_folder / "LOCK", (0, 0))
        self.expect_code(watch, 0)

    def test_torn_journal_goes_on(self):
        self.flash("train", self.job, "-o", self.run_folder)
        journal = self.run_folder / "journal"
        whole = self.flash_json("report", self.run_folder)
        journal.write_bytes(journal.read_bytes()[:-7])
        report = self.flash_json("train", self.job, "-o", self.run_folder)
        self.assertEqual([s["accuracy"] for s in report["samples"]], [s["accuracy"] for s in whole["samples"]])

    def test_damaged_journal_is_refused_and_repaired(self):
        self.flash("train", self.job, "-o", self.run_folder)
        journal = self.run_folder / "journal"
        contents = bytearray(journal.read_bytes())
        contents[len(contents) // 3] ^= 0x40
        journal.write_bytes(contents)
        refused = self.flash("train", self.job, "-o", self.run_folder, expect=65)
        self.one_line(refused, "journal", "repair")
        repair = self.flash_json("repair", self.run_folder)
        self.assertGreater(repair["records"], 0)
        report = self.flash_json("train", self.job, "-o", self.run_folder)
        self.assertEqual([s["state"] for s in report["samples"]], ["done"] * 8)

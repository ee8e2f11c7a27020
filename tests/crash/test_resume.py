"""Killed at any moment, the same command goes on and ends with the same results."""

import random

from flash_case import FlashCase, results


class Resume(FlashCase):
    def test_kill_9_of_everything(self):
        undisturbed = self.flash_json("run", self.job, "-o", self.folder / "undisturbed", ranks=2)
        chance = random.Random(5)
        for _ in range(4):
            before = self.journal_bytes()
            process = self.start("run", self.job, "-o", self.run_folder, ranks=2)
            goal = before + chance.randrange(300, 3000)
            self.wait_for(lambda: process.poll() is not None or self.journal_bytes() >= goal)
            self.end_group(process)  # it may have finished, or been killed in the very moment of its end
        report = self.flash_json("run", self.job, "-o", self.run_folder, ranks=2)
        self.assertEqual(results(report), results(undisturbed))
        self.assertGreaterEqual(report["restarts"], 1)

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
        self.assertTrue(all(s["state"] in ("done", "failed") for s in report["samples"]))

"""Accuracies on the imc chip through a whole job: the same whatever the ranks and whoever was killed, beside the ideal ones."""

import json
import os
import signal
import subprocess
import sys

import h5py

from flash_case import TOP
from resilience_case import IMC, ResilienceCase

CHIP = "[adc]\nbits = 5\n[crossbar]\nrows = 64\n[accuracy]\nread_noise = 0.05\nstuck_off = 0.01\n"
KEYS = 'accuracy_on = "chip"\nnoise_epochs = 1\n'


class Chip(ResilienceCase):
    def setUp(self):
        super().setUp()
        (self.folder / "chip.toml").write_text(CHIP)
        self.ideal_text = self.job.read_text().replace("test_images = 200", "test_images = 60").replace(
            '"imc"\n', f'"imc"\ndesign = "{self.folder}/chip.toml"\n').replace("networks = 0", "networks = 1\nseeds = 1")
        self.job = self.write_job(text=self.ideal_text.replace("[train]\n", "[train]\n" + KEYS))

    def test_ranks_and_kills(self):
        report = self.flash_json("run", self.job, "-o", self.folder / "undisturbed")
        self.check_report(report)
        gate = self.make_gate()
        process = self.start("run", self.job, "-o", self.run_folder, ranks=2, environment=gate.environment)
        gate.let_pass(3)
        self.wait_until_held(gate, 3, ranks=2, process=process)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.flash("run", self.job, "-o", self.run_folder, ranks=2)
        type(self).undisturbed_run = self.folder / "undisturbed"
        self.expect_undisturbed()

    def check_report(self, report):
        done = [n for n in report["samples"] if n["state"] == "done"]
        self.assertTrue(any(n["accuracy"] != n["accuracy_ideal"] for n in done))
        self.assertIn("those on the chip", self.flash("report", self.folder / "undisturbed").stdout)
        archive = self.folder / "undisturbed" / "archive.h5"
        with h5py.File(archive) as file:
            trainings = file["confirmed/trainings"]
            for column in ("accuracy_ideal", "test_accuracy_ideal"):
                self.assertTrue((trainings[column][()] > 0).all())
        subprocess.run([sys.executable, "-m", "flash_analysis.validate", archive], check=True, cwd=TOP / "analysis",
                       capture_output=True)

    def test_another_chip_trains_anew_and_ideal_accuracies_do_not(self):
        self.flash("train", self.job, "-o", self.run_folder)
        trained = len(self.tasks_done())
        (self.folder / "chip.toml").write_text(CHIP.replace("0.05", "0.1"))
        self.flash("train", self.job, "-o", self.run_folder)
        self.assertEqual(len(self.tasks_done()), 2 * trained)

        ideal, folder = self.write_job("ideal.toml", text=self.ideal_text), self.folder / "ideal"
        report = self.flash_json("train", ideal, "-o", folder)
        self.assertNotIn("accuracy_ideal", report["samples"][0])
        self.assertIn("accuracies are ideal", self.flash("report", folder).stdout)
        self.assertIn("accuracies are ideal", self.flash_json("check", ideal)["accuracies"])
        before = (folder / "journal").read_bytes()
        (self.folder / "chip.toml").write_text(CHIP)
        self.flash("train", ideal, "-o", folder)
        records = (folder / "journal").read_bytes()[len(before):]
        self.assertNotIn(b'"stage":"train"', records)

    def test_what_is_refused(self):
        def refused(code, text, *parts):
            self.one_line(self.flash("check", self.write_job("bad.toml", text=text), expect=code), "bad.toml", *parts)

        on_chip = self.job.read_text()
        refused(78, on_chip.replace(IMC.split("count")[0] + f'design = "{self.folder}/chip.toml"\n', "[hardware]\n"),
                "train.accuracy_on: is chip, but hardware.target is host")
        (self.folder / "chip.toml").write_text("[precision]\nweight_bits = 16\n")
        done = self.flash("run", self.job, "-o", self.run_folder, expect=78)
        self.one_line(done, "train.accuracy_on", "precision.weight_bits of 2 to 8, not 16")
        (self.folder / "chip.toml").write_text("[accuracy]\nstuck_off = 0.7\nstuck_on = 0.5\n")
        done = self.flash("run", self.job, "-o", self.run_folder, expect=78)
        self.one_line(done, "chip.toml:3", "accuracy.stuck_on", "more than all cells")
        self.assertEqual(json.loads(self.flash("check", self.job, "--json", expect=78).stdout)["missing"][0].count("\n"), 0)

"""Bounds that hold by the band's end: what is searched, what is said, what is refused."""

import json
import subprocess
import unittest

import h5py

from flash_case import BIN, TOP, FlashCase

METRICS = (("latency", "latency_ms"), ("energy", "energy_mj"))


class Margin(FlashCase):
    def chip_job(self, constraints="", name="chip.toml"):
        head, hardware = self.job.read_text().split("[hardware]\n")
        _, rest = hardware.split("\n\n", 1)
        # Whose models are less exact: bands are wide enough to matter.
        chip = f'[hardware]\ntarget = "imc"\ndesign = "{TOP}/data/targets/imc-v1.toml"\ncount = 12\nholdout = 2\n\n'
        return self.write_job(name, text=head + chip + rest + "\n[constraints]\n" + constraints)

    def setUp(self):
        super().setUp()
        job = self.chip_job()
        for stage in ("train", "calibrate", "fit"):
            self.flash(stage, job, "-o", self.run_folder)
        most = self.flash_json("exact", job, "-o", self.run_folder, "--maximise", "accuracy")["best"]
        least = self.flash_json("exact", job, "-o", self.run_folder, "--minimise", "latency")["best"]
        self.ceilings = {key: (least[key] * most[key]) ** 0.5 for _, key in METRICS}
        self.question = ",".join(f"{metric}<={self.ceilings[key]!r}" for metric, key in METRICS)

    def test_the_bands_end_meets_the_bounds(self):
        job = self.chip_job()
        asked = [job, "-o", self.run_folder, "--maximise", "accuracy", "--subject-to", self.question]
        plain = self.flash_json("exact", *asked)
        sure = self.flash_json("exact", *asked, "--margin", 1)
        half = self.flash_json("exact", *asked, "--margin", 0.5)
        self.assertNotIn("searched", plain["constraints"])
        self.assertEqual(self.flash_json("exact", *asked, "--margin", 0)["best"], plain["best"])
        for metric, key in METRICS:
            with self.subTest(metric):
                ceiling = self.ceilings[key]
                self.assertLessEqual(sure["best"][key] + sure["best"][key + "_band"], ceiling)
                self.assertGreaterEqual(sure["best"][metric + "_probability"], 0.975)
                searched = [found["constraints"]["searched"]["metric_max"][metric] for found in (half, sure)]
                self.assertTrue(searched[1] < searched[0] < ceiling, searched)
                for found in (plain, half, sure):
                    self.assertEqual(found["constraints"]["metric_max"][metric], ceiling)
        self.assertTrue(any(plain["best"][key] + plain["best"][key + "_band"] > self.ceilings[key] for _, key in METRICS))
        self.assertGreaterEqual(plain["best"]["accuracy"], half["best"]["accuracy"])
        self.assertGreaterEqual(half["best"]["accuracy"], sure["best"]["accuracy"])
        self.assertIn("searched at <= ", self.flash("exact", *asked, "--margin", 1).stdout)
        with self.subTest("the program for boards says the same"):
            found = subprocess.run([BIN / "flash-search", self.run_folder / "models.json", "--json", "--method", "exact",
                                    "--maximise", "accuracy", "--subject-to", self.question, "--margin", "1"],
                                   check=True, capture_output=True, text=True)
            self.assertEqual(json.loads(found.stdout)["best"]["id"], sure["best"]["id"])

    def test_a_run_keeps_both_and_mixes_nothing(self):
        bounds = "".join(f"{metric}_max_{key.split('_')[1]} = {self.ceilings[key]!r}\n" for metric, key in METRICS)
        job = self.chip_job(bounds)
        first = self.flash_json("compare", job, "-o", self.run_folder)
        self.chip_job(bounds + "margin = 1\n")
        done = self.flash("compare", job, "-o", self.run_folder, "--json")
        report = json.loads(done.stdout)
        self.assertIn("constraints", done.stderr)
        rows = [{row["name"]: row for row in found["constraints"]}["hardware"] for found in (first, report)]
        self.assertEqual([row["margin"] for row in rows], [0, 1])
        for metric, key in METRICS:
            ceiling = f"{metric}_max_{key.split('_')[1]}"
            self.assertEqual(rows[0][ceiling], self.ceilings[key])
            self.assertLess(rows[1][ceiling], self.ceilings[key])
            for row in rows:
                self.assertEqual(row[ceiling + "_asked"], self.ceilings[key])
        for row in report["rows"]:
            if row["constraints"] == "hardware" and row["found"]:
                for metric, key in METRICS:
                    self.assertLessEqual(row[key], rows[1][f"{metric}_max_{key.split('_')[1]}"])
        with h5py.File(self.run_folder / "archive.h5") as archive:
            answer = archive["answer"]
            own = answer["own"][()].tolist().index(1)
            for metric, _ in METRICS:
                self.assertGreaterEqual(answer[metric + "_probability"][own], 0.975)
        said = self.flash("report", self.run_folder).stdout
        self.assertIn("for margin 1) holds with ", " ".join(said.split()))

    def test_a_whole_run_with_a_margin(self):
        bounds = "".join(f"{metric}_max_{key.split('_')[1]} = {self.ceilings[key]!r}\n" for metric, key in METRICS)
        job = self.chip_job(bounds + "margin = 1\n", name="whole.toml")
        self.assertEqual(self.flash_json("check", job)["tasks"]["train"], 8)
        self.flash("run", job, "-o", self.folder / "whole")
        with h5py.File(self.folder / "whole" / "archive.h5") as archive:
            answer = {name: archive["answer"][name][:] for name in archive["answer"]}
        own = list(answer["own"]).index(1)
        for _, key in METRICS:
            self.assertLessEqual(answer[key][own] + answer[key + "_band"][own], self.ceilings[key])

    def test_nothing_that_meets_a_bound_is_said_first(self):
        job = self.chip_job("macs_max = 10\n", name="nothing.toml")
        text = self.flash("run", job, "-o", self.folder / "nothing").stdout
        self.assertIn("best network  none that meets the job's constraints", text)
        self.assertNotIn("no constraint was set", text)
        self.assertIn("flash exact RUN", text)

    def test_what_is_refused(self):
        job = self.chip_job()
        asked = ["exact", job, "-o", self.run_folder]
        for margin in ("1.5", "-0.1", "nan", "much"):
            with self.subTest(margin):
                self.one_line(self.flash(*asked, "--subject-to", self.question, "--margin", margin, expect=64), "--margin")
        self.one_line(self.flash("check", self.chip_job("margin = 2\n", "two.toml"), expect=78), "constraints.margin")
        with self.subTest("a bound whose tightened form nothing meets"):
            least = self.flash_json(*asked, "--minimise", "latency")["best"]["latency_ms"]
            tight = f"latency<={least * 1.0001!r}"
            self.assertTrue(self.flash_json(*asked, "--subject-to", tight)["found"])
            self.assertFalse(self.flash_json(*asked, "--subject-to", tight, "--margin", 1)["found"])
            self.assertIn("asked, tightened by margin 1)", self.flash(*asked, "--subject-to", tight, "--margin", 1).stdout)
        with self.subTest("models by hand, without bands"):
            path = self.folder / "by-hand.json"
            models = json.loads((self.run_folder / "models.json").read_text())
            del models["metrics"]["latency_ms"]["support"]
            path.write_text(json.dumps(models))
            refused = subprocess.run([BIN / "flash-search", path, "--subject-to", self.question, "--margin", "1"],
                                     capture_output=True, text=True)
            self.assertEqual(refused.returncode, 65)
            self.assertIn("constraints.margin: the latency model has no prediction band", refused.stderr)


if __name__ == "__main__":
    unittest.main()

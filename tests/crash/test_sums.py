"""A weighted sum as the objective: asked on the command line, in a job and of flash-search; search, proof and sweep."""

import json
import math
import subprocess
import sys

import h5py

from flash_case import BIN, TOP
from sweep_case import SweepCase

SUM = "accuracy - 0.02*latency - 0.001*energy"


def value(best):
    return best["accuracy"] - 0.02 * best["latency_ms"] - 0.001 * best["energy_mj"]


class Sums(SweepCase):
    def job_with(self, text):
        head, rest = self.job.read_text().split("[objective]\nlatency = 1\nenergy = 1\n")
        return self.write_job("sum.toml", text=head + f"[objective]\n{text}\n" + rest)

    def test_a_question(self):
        exact = self.flash_json("exact", self.job, "--maximise", SUM)["best"]
        self.assertAlmostEqual(exact["sum"], value(exact), places=12)
        self.assertAlmostEqual(exact["objective"], math.exp(exact["sum"]), places=12)
        swept = self.flash_json("sweep", self.job, "--maximise", SUM)["best"]
        self.assertEqual(swept, exact)
        for method in ("shgo", "shgo-hierarchical", "nsga2", "tpe", "reinforce", "annealing", "evolution", "random", "exhaustive"):
            found = self.flash_json("search", self.job, "--maximise", SUM, "--method", method, "--seed", 1)
            self.assertLessEqual(found["best"]["objective"], exact["objective"], method)
            self.assertTrue(found["found"], method)
        board = json.loads(subprocess.run(
            [BIN / "flash-search", self.folder / "models.json", "--maximise", SUM, "--subject-to", "latency<=2", "--method",
             "exhaustive", "--json"], check=True, capture_output=True, text=True, env=self.environment).stdout)
        self.assertEqual(board["best"]["id"], exact["id"])

        with self.subTest("people read the sum alone"):
            for command in ("exact", "sweep", "search"):
                text = self.flash(command, self.job, "--maximise", SUM).stdout
                self.assertIn("sum", text)
                self.assertNotIn("objective", text)
        with self.subTest("what is least"):
            least = self.flash_json("exact", self.job, "--minimise", "latency + 0.1*energy")["best"]
            self.assertAlmostEqual(least["sum"], -least["latency_ms"] - 0.1 * least["energy_mj"], places=12)
        with self.subTest("all weights ten times as large"):
            scaled = self.flash_json("exact", self.job, "--maximise", "10*accuracy - 0.2*latency - 0.01*energy")["best"]
            self.assertEqual(scaled["id"], exact["id"])

    def test_a_job(self):
        job = self.job_with(f'sum = "{SUM}"')
        exact = self.flash_json("exact", job)["best"]
        self.assertEqual(exact, self.flash_json("exact", self.job, "--maximise", SUM)["best"])
        compared = self.flash_json("compare", job, "-o", self.run_folder)
        self.assertTrue(all(row["gap"] >= 0 for row in compared["rows"] if row["found"]))
        self.flash("sweep", job, "-o", self.run_folder, "--histograms")
        best = [top for top in self.flash_json("report", self.run_folder)["sweep"]["top"]
                if top["constraints"] == "hardware" and top["rank_order"] == 1][0]
        self.assertEqual(best["objective"], exact["objective"])
        text = self.flash("report", self.run_folder).stdout
        self.assertIn(f"by the models: {SUM}", text)
        self.assertIn(f"{exact['sum']:.4g} by the models", text)
        with h5py.File(self.run_folder / "archive.h5") as archive:
            for table in ("answer", "sweep/top", "compare", "compare/summary"):
                self.assertEqual(archive[table].attrs["sum"].decode(), SUM)
        subprocess.run([sys.executable, "-m", "flash_analysis.validate", self.run_folder], check=True, cwd=TOP / "analysis",
                       capture_output=True)

        with self.subTest("a question in place of it, and back"):
            ratio = ("--maximise", "accuracy", "--minimise", "latency,energy")
            self.assertEqual(self.flash_json("exact", job, *ratio)["best"], self.flash_json("exact", self.job)["best"])
            archive = self.run_folder / "archive.h5"
            self.assertEqual(self.flash_json("exact", archive, *ratio)["best"], self.flash_json("exact", self.job)["best"])
            self.assertEqual(self.flash_json("exact", archive)["best"], exact)

    def test_what_is_refused(self):
        for options, code, parts in (
                (("--maximise", SUM, "--minimise", "latency"), 64, ["--maximise", "stands alone"]),
                (("--maximise", "accuracy + latency"), 64, ["--maximise", "subtract it"]),
                (("--maximise", "accuracy - area"), 78, ["area", "no model"]),
                (("--maximise", "accuracy - parameters"), 78, ["divide all weights by"]),
                (("--minimise", "latency + speed"), 64, ["'speed' is not known"])):
            self.one_line(self.flash("exact", self.job, *options, expect=code), *parts)
        job = self.job_with(f'sum = "{SUM}"\nenergy = 1')
        self.one_line(self.flash("exact", job, expect=78), "objective.energy", "is an exponent")

"""A table that knows the accuracy of every network: the search goes by it, and what it proves is the true best."""

import json
import random
import re
import subprocess
import unittest

import h5py

from flash_case import BIN
from resilience_case import IMC, ResilienceCase

JOB = """\
[job]
name = "known"
seed = 5

[space]
family = "choice"
layout = "chain"
operators = ["r3: inverted k3 e1", "r5: inverted k5 e2", "c3: convolution k3", "skip: skip"]
stages = ["8 x1 = convolution k3", "8 x2", "12 x3 s2"]

[data]
source = "shapes"
side = 8

[train]
table = "known.csv"

[sample]
count = 20
holdout = 0

[search]
on_table = true
seeds = 1
evaluations = 300

[sweep]
histograms = true
pareto = true

[confirm]
networks = 4
"""
SIZE = 4**5


class Known(ResilienceCase):
    def setUp(self):
        super().setUp()
        draw = random.Random(7)
        self.accuracy = [round(draw.uniform(0.2, 0.9), 6) for _ in range(SIZE)]
        self.write_table(range(SIZE))
        self.job = self.write_job("known.toml", text=JOB + "\n" + IMC)

    def write_table(self, ids):
        lines = ["id,accuracy"] + [f"{i},{self.accuracy[i]}" for i in ids]
        (self.folder / "known.csv").write_text("\n".join(lines) + "\n")

    def test_the_answer_is_the_true_best(self):
        self.flash("run", self.job, "-o", self.run_folder)
        every = self.flash_json("exact", self.run_folder, "--top", SIZE)["top"]
        self.assertEqual(len(every), SIZE)
        self.assertEqual([network["objective"] for network in every], sorted((n["objective"] for n in every), reverse=True))
        for network in every:
            self.assertEqual(network["accuracy"], self.accuracy[network["id"]])
        best = every[0]["id"]
        most_accurate = max(range(SIZE), key=lambda i: self.accuracy[i])
        archive = self.run_folder / "archive.h5"
        for source in (self.run_folder, archive):
            exact = self.flash_json("exact", source)["best"]
            self.assertEqual((exact["id"], exact["accuracy"]), (best, self.accuracy[best]))
            asked = self.flash_json("exact", source, "--maximise", "accuracy")["best"]
            self.assertEqual(asked["id"], most_accurate)
            asked = self.flash_json("exact", source, "--maximise", "accuracy", "--minimise", "latency,parameters")["best"]
            worth = max(self.accuracy[n["id"]] / (n["latency_ms"] * n["parameters"]) for n in every)
            self.assertAlmostEqual(asked["objective"] / worth, 1, places=12)
        alone = json.loads(subprocess.run([BIN / "flash-search", self.run_folder / "models.json", "--method", "exact", "--json"],
                                          check=True, capture_output=True, text=True).stdout)["best"]
        self.assertEqual((alone["id"], alone["accuracy"]), (best, self.accuracy[best]))
        with h5py.File(archive) as stored:
            self.assertEqual(list(stored["known_accuracies/accuracy"][:]), self.accuracy)
            self.assertEqual(stored["sweep/top/id"][0], best)
            self.assertEqual(list(stored["sweep/top/accuracy"][:5]), [self.accuracy[i] for i in stored["sweep/top/id"][:5]])
            self.assertEqual(stored["answer/id"][0], best)
            self.assertNotIn(b"known_accuracies", stored.attrs["models"])
        rows = self.flash_json("report", self.run_folder)["rows"]
        self.assertIn("evolution", {row["method"] for row in rows})
        for row in rows:
            self.assertLessEqual(row["objective"], exact["objective"], row["method"])
            if row["method"] == "exact" and row["constraints"] == "none":
                self.assertEqual(row["best_id"], best)
        report = self.flash("report", self.run_folder).stdout
        self.assertIn("optimum of the table, proven", report)
        self.assertNotIn("predict", report.replace("predictor:", "").split("Comparison")[1].split("Confirmed")[0])

    def test_by_the_models_the_answer_is_another(self):
        self.job.write_text(re.sub("on_table = true\n", "", self.job.read_text()))
        self.flash("run", self.job, "-o", self.run_folder)
        exact = self.flash_json("exact", self.run_folder)["best"]
        self.assertNotEqual(exact["accuracy"], self.accuracy[exact["id"]])
        with h5py.File(self.run_folder / "archive.h5") as stored:
            self.assertNotIn("known_accuracies", stored)

    def test_what_a_table_cannot_give_is_said(self):
        self.write_table(range(SIZE - 1))
        self.assertIn("search.on_table", self.flash("check", self.job, expect=65).stdout)
        self.one_line(self.flash("run", self.job, "-o", self.run_folder, expect=65), "known.csv", "lacks network",
                      "search.on_table")
        text = self.job.read_text()
        self.job.write_text(text.replace('[train]\ntable = "known.csv"\n', ""))
        self.one_line(self.flash("check", self.job, expect=78), "search.on_table", "train.table")
        self.job.write_text(text + "\n[objective]\ntraining_free = true\n")
        self.one_line(self.flash("check", self.job, expect=78), "search.on_table", "training_free")


if __name__ == "__main__":
    unittest.main()

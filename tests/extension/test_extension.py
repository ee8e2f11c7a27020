"""The programs with a toy family, target, task kind, stage, table and command, end to end."""

import json
import runpy
import unittest

from flash_case import FlashCase

JOB = """\
[job]
name = "toys"
seed = 3

[space]
preset = "toy-chain"

[data]
source = "shapes"
side = 8
train_images = 1000
validation_share = 0
test_images = 200

[sample]
count = 6
holdout = 2

[train]
epochs = 10
batch = 20
learning_rate = 0.1
crop = 0

[hardware]
target = "roofline"
roofline_gigabytes = 2
count = 12
holdout = 4

[search]
methods = ["random", "shgo-hierarchical", "exact"]
seeds = 1
evaluations = 100

[confirm]
networks = 4
seeds = 1
"""
# Two widths; of one to three blocks, each with one of 2 kernels and 3 inner widths.
STRATA = [6, 36, 216] * 2


class Extension(FlashCase):
    def setUp(self):
        super().setUp()
        self.job = self.write_job(text=JOB)

    def test_a_family_defines_spaces(self):
        space = self.flash_json("space", self.job)
        self.assertEqual((space["size"], space["strata"]), (sum(STRATA), len(STRATA)))
        self.assertEqual([v["name"] for v in space["variables"]][:2], ["width", "blocks"])
        text = "width=8 blocks=2 kernel=3,1 inner=2,8"
        network = self.flash_json("describe", self.job, "--network", text)
        self.assertEqual(network["network"], text)
        self.assertNotIn("nn_degree", network)
        # Convolutions 3x3 of 3 to 2, 1x1 of 2 to 8, 8 to 8 and 8 to 8; 8x8 pixels; a linear layer reads 4x4.
        self.assertEqual(network["macs"], 64 * (27 * 2 + 2 * 8 + 8 * 8 + 8 * 8) + 8 * 16 * 10)

    def test_options_name_the_toys(self):
        text = self.flash("options").stdout
        for word in ("plain-chain", "toy-chain", "chain_kernels", "roofline", "roofline_gmacs"):
            self.assertIn(word, text)
        self.assertIn("summary", self.flash("options", "--archive").stdout)
        self.assertIn("strata", self.flash("--help").stdout)

    def test_a_command(self):
        self.assertEqual(self.flash_json("strata", self.job), STRATA)

    def test_keys_of_others_are_refused(self):
        for key, section in (("wm = [1]", "[space]"), ("threads = 2", "[hardware]"), ("reading = \"links\"", "[predictor]")):
            text = JOB.replace(section, f"{section}\n{key}") if section in JOB else f"{JOB}\n{section}\n{key}\n"
            done = self.flash("check", self.write_job("wrong.toml", text=text), expect=78)
            self.one_line(done, key.split()[0], "delete this key")

    def test_a_run_has_them_all(self):
        report = self.flash_json("run", self.job, "-o", self.run_folder, ranks=2)
        self.assertEqual([s["state"] for s in report["samples"]], ["done"] * 8)
        self.assertEqual(report["predictor"]["predictor"], "chain_capacity")
        self.assertEqual(report["hardware"]["target"], "roofline")
        self.assertGreater(report["hardware"]["quality"]["latency_r2_fit"], 0.5)
        self.assertEqual(sum(block["count"] for block in report["sweep"]["blocks"]), sum(STRATA) * len(report["constraints"]))
        optima = {row["constraints"]: row["objective"] for row in report["rows"] if row["method"] == "exact"}
        for top in report["sweep"]["top"]:
            if top["rank_order"] == 1:
                self.assertEqual(top["objective"], optima[top["constraints"]])
        # The same from the archive, and from the fitted models alone.
        text = self.flash("report", self.run_folder).stdout
        accuracies = [s["accuracy"] for s in report["samples"]]
        self.assertIn(f"Summary: accuracy from {min(accuracies):f} to {max(accuracies):f}, mean {sum(accuracies) / 8:f}\n", text)
        self.assertNotIn("(NN-Degree", text)
        exact = self.flash_json("exact", self.job, "-o", self.run_folder)
        self.assertEqual(exact["best"]["objective"], optima["none"])
        self.assertEqual(self.flash_json("search", self.job, "-o", self.run_folder, "--method", "exact")["best"]["id"], exact["best"]["id"])
        status = self.flash_json("status", self.run_folder)
        self.assertEqual(status["stages"]["summary"], {"done": 1, "failed": 0})
        files = self.flash_json("export", self.run_folder, "--id", report["samples"][0]["id"],
                                "-o", self.folder / "files", "--untrained")
        source = self.folder / "files" / files["files"]["pytorch"]["name"]
        try:
            import torch
        except ImportError:
            torch = None  # tests/packages.txt lists it
        if torch is not None:
            module = runpy.run_path(str(source))["load"]().eval()
            side = files["input"]["side"]
            k = torch.arange(3 * side ** 2)
            logits = module(((37 * k) % 101 / 50 - 1).float().view(1, 3, side, side))
            self.assertLess((logits[0] - torch.tensor(files["check"]["logits"])).abs().max(), 1e-4)
        # Of a faster device other models, and all that rests on them, but not the trained networks.
        other = self.write_job("other.toml", text=JOB.replace("roofline_gigabytes = 2", "roofline_gigabytes = 4"))
        again = self.flash_json("run", other, "-o", self.run_folder, "--again")
        self.assertEqual(again["samples"], report["samples"])
        for old, new in zip(report["hardware"]["networks"], again["hardware"]["networks"]):
            self.assertLess(new["latency_ms"], old["latency_ms"])


    def test_an_additive_predictor_of_a_family_of_its_own(self):
        """Slots of two axes in a number that varies: their features are found from the axes alone."""
        self.job = self.write_job(text=JOB.replace("count = 6\n", "count = 12\n") + '\n[predictor]\nkind = "additive"\n')
        self.flash("run", self.job, "-o", self.run_folder)
        report = self.flash_json("report", self.run_folder)
        self.assertEqual(report["predictor"]["predictor"], "additive")
        features = {weight["feature"] for weight in json.loads(report["models"])["additive"]["weights"]}
        self.assertLessEqual({"log width", "log blocks", "log kernel", "log inner"}, features)
        best = self.flash_json("exact", self.job, "-o", self.run_folder)["best"]
        self.assertEqual(best["id"], report["sweep"]["top"][0]["id"])
        self.assertEqual(best["objective"], report["sweep"]["top"][0]["objective"])


if __name__ == "__main__":
    unittest.main()

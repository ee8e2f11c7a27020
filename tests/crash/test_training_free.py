"""NN-Degree in place of accuracy: nothing is trained, and spaces of any size are searched."""

import json
import subprocess
import sys

from flash_case import BIN, TOP, FlashCase

HUGE = """\
[job]
name = "huge"
[space]
widths = [1000, 1000, 1000, 1000]
wm = "1..3"
depths = "5..9"
depth_mode = "separate"
[data]
source = "shapes"
side = 16
[objective]
training_free = true
"""


class TrainingFree(FlashCase):
    def imc_job(self, name, models=""):
        text = self.job.read_text() + "\n[objective]\ntraining_free = true\n"
        head, hardware = text.split("[hardware]\n")
        _, rest = hardware.split("\n\n", 1)
        return self.write_job(name, text=head + f'[hardware]\ntarget = "imc"\ncount = 40\nholdout = 10\n\n{models}' + rest)

    def test_a_whole_run_trains_nothing(self):
        job = self.imc_job("free.toml")
        report = self.flash_json("run", job, "-o", self.run_folder, ranks=2)
        self.assertEqual({sample["state"] for sample in report["samples"]}, {"missing"})
        self.assertIn("No network was trained", self.flash("report", self.run_folder).stdout)
        best = [r for r in report["rows"] if r["method"] == "exact" and r["constraints"] == "none"][0]
        top = [t for t in report["sweep"]["top"] if t["constraints"] == "none" and t["rank_order"] == 1][0]
        self.assertEqual((best["best_id"], best["objective"]), (top["id"], top["objective"]))
        subprocess.run([sys.executable, "-m", "flash_analysis.validate", self.run_folder / "archive.h5"], check=True,
                       cwd=TOP / "analysis", capture_output=True)
        self.assertEqual(self.flash_json("check", job)["tasks"]["train"], 0)

        with self.subTest("what models lack of the target's metrics is said"):
            models = json.loads((self.run_folder / "models.json").read_text())
            del models["metrics"]["energy_mj"]
            file = self.folder / "lacking.json"
            file.write_text(json.dumps(models))
            lacking = self.imc_job("lacking.toml", models=f'[models]\nfile = "{file}"\n\n')
            lacking.write_text(lacking.read_text().replace("[objective]\n", "[objective]\nenergy = 1\narea = 1\n"))
            self.assertIn("none of energy", json.dumps(self.flash_json("exact", lacking)["warnings"]))
            lacking.write_text(lacking.read_text().replace("energy = 1\n", "energy = 0\n"))
            self.assertNotIn("none of energy", json.dumps(self.flash_json("exact", lacking)["warnings"]))
            models["metrics"] = {}
            file.write_text(json.dumps(models))
            self.assertIn("none of area", json.dumps(self.flash_json("exact", lacking)["warnings"]))

    def test_spaces_beyond_63_bits_are_searched_and_proven(self):
        job = self.write_job("huge.toml", text=HUGE)
        size = self.flash_json("space", job)["size"]
        self.assertGreaterEqual(int(size), 2**63)
        exact = self.flash_json("exact", job)
        self.assertEqual(int(exact["best"]["id"]), int(size) - 1)  # NN-Degree alone: the largest network
        found = self.flash_json("search", job, "--method", "shgo-hierarchical")
        self.assertEqual(found["best"]["id"], exact["best"]["id"])
        named = self.flash_json("describe", job, "--network", exact["best"]["network"])
        self.assertEqual(named["nn_degree"], exact["best"]["nn_degree"])

    def test_a_preset_of_another_score_is_searched_by_its_own(self):
        done = subprocess.run([BIN / "flash-search", "--preset", "nasbench201", "--training-free", "--json"], check=True,
                              capture_output=True, text=True)
        self.assertIn("capacity", json.loads(done.stdout)["best"])

    def test_a_ceiling_on_what_nothing_models_is_a_mistake_of_usage(self):
        done = subprocess.run([BIN / "flash-search", "--preset", "flash-63b", "--training-free", "--latency-max", "3"],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 64)
        self.assertEqual(len(done.stderr.splitlines()), 1)
        self.assertIn("--latency-max", done.stderr)

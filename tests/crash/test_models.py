"""Fitted models as files: what a run takes from one, flash-search, and files that do not fit."""

import json
import subprocess
import sys
import unittest

from archive_comparison import differences
from flash_case import BIN, PATIENCE, SLOWNESS, FlashCase

ACCURACY = {"a": 1.05, "b": 10.0, "c": -1.0, "fitted": [12.0, 40.0]}


class Models(FlashCase):
    def setUp(self):
        super().setUp()
        head, hardware = self.job.read_text().split("[hardware]\n")
        rest = hardware.split("\n\n", 1)[1]
        self.text = head + '[hardware]\ntarget = "imc"\ncount = 30\nholdout = 6\nmachine = "the default chip"\n\n' + rest
        self.known = self.folder / "known.json"
        free = self.write_job("free.toml", text=self.text + "\n[objective]\ntraining_free = true\n")
        self.flash("calibrate", free, "-o", self.folder / "free")
        self.models = json.loads((self.folder / "free" / "models.json").read_text())
        self.assertIsNone(self.models["accuracy"])
        self.known.write_text(json.dumps(dict(self.models, accuracy=ACCURACY)))
        self.job = self.write_job("job.toml", text=self.text + '\n[models]\nfile = "known.json"\n')

    def search(self, *arguments, expect=0):
        done = subprocess.run([BIN / "flash-search", *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(done.returncode, expect, done.stderr)
        return done

    def search_json(self, *arguments):
        return json.loads(self.search(*arguments, "--json").stdout)

    def test_new_hardware_known_accuracy(self):
        self.flash("calibrate", self.job, "-o", self.run_folder)
        self.flash("fit", self.job, "-o", self.run_folder)
        models = json.loads((self.run_folder / "models.json").read_text())
        self.assertEqual(models["accuracy"], ACCURACY)
        self.assertEqual(models["provenance"]["accuracy"]["from"], "known.json")
        self.assertEqual(models["provenance"]["hardware"]["machine"], "the default chip")
        exact = self.flash_json("exact", self.job, "-o", self.run_folder)
        self.assertTrue(exact["found"])
        with self.subTest("known hardware as well: nothing to fit, the same answers"):
            self.assertEqual(self.flash_json("exact", self.job)["best"], exact["best"])
            swept = self.flash_json("sweep", self.job)
            self.assertEqual(swept["configurations"], 912)
            self.assertEqual(swept["best"]["id"], exact["best"]["id"])

    def test_a_run_that_has_not_begun_answers_by_the_jobs_models(self):
        new = self.folder / "new"
        self.assertEqual(self.flash_json("exact", self.job, "-o", new)["best"], self.flash_json("exact", self.job)["best"])
        self.assertIn("the models are those of models.file", self.flash("exact", self.job, "-o", new).stderr)
        self.assertFalse(new.exists())
        self.known.write_text(json.dumps(self.models))  # nothing of accuracy: a run has to fit it
        self.one_line(self.flash("exact", self.job, "-o", new, expect=66), "nothing has been fitted in this run yet")

    def test_models_that_change_after_the_sweep(self):
        """A run takes its models from a file: when that says otherwise, so does the run."""
        for stage in ("calibrate", "sweep", "compare"):
            self.flash(stage, self.job, "-o", self.run_folder)
        with self.subTest("the same models: nothing is done again"):
            self.assertNotIn("anew", self.flash("sweep", self.job, "-o", self.run_folder).stderr)
        self.known.write_text(json.dumps(dict(self.models, accuracy=dict(ACCURACY, b=20.0, c=-2.0))))
        for stage in ("sweep", "compare"):
            said = self.flash(stage, self.job, "-o", self.run_folder).stderr
            self.assertRegex(said, f"{stage}: 0 of its results hold; [0-9]+ were made from other models.* and are to be made anew")
        for stage in ("calibrate", "sweep", "compare"):
            self.flash(stage, self.job, "-o", self.folder / "fresh")
        self.assertEqual(differences(self.run_folder, self.folder / "fresh"), [])

    def test_accuracy_beyond_the_samples_is_marked(self):
        narrow = dict(self.models, accuracy=dict(ACCURACY, fitted=[1.0, 2.0]))
        self.known.write_text(json.dumps(narrow))
        self.assertIn("accuracy", self.search_json(self.known)["best"]["extrapolated"])
        self.assertNotIn("accuracy", self.search_json(self.known, "--training-free")["best"]["extrapolated"])
        self.assertIn("accuracy", self.flash_json("exact", self.job)["best"]["extrapolated"])

    def test_a_predictor_that_does_not_hold_is_said(self):
        """Worse than the mean, and falling: by every command that searches, and by the report."""
        self.known.write_text(json.dumps(dict(
            self.models, accuracy=dict(ACCURACY, b=-10.0),
            provenance={"accuracy": {"samples": 8, "rmse_loo": 0.134, "rmse_loo_mean": 0.114, "spearman": -0.333}})))
        self.flash("calibrate", self.job, "-o", self.run_folder)
        reasons = ("does not hold", "13.4 against 11.4 points", "accuracy falls with NN-Degree", "Spearman -0.33, 95 % interval -0.85 to 0.50, 8 networks")
        answers = {command: self.flash_json(command, self.job) for command in ("search", "exact", "sweep")}
        answers["flash-search"] = self.search_json(self.known)
        answers["report"] = self.flash_json("report", self.run_folder)
        texts = {command: self.flash(command, self.job).stdout for command in ("search", "exact", "sweep")}
        texts["flash-search"] = self.search(self.known).stdout
        texts["report"] = self.flash("report", self.run_folder).stdout
        for reason in reasons:
            for command, answer in answers.items():
                self.assertIn(reason, " ".join(answer["warnings"]), command)
            for command, text in texts.items():
                self.assertIn(reason, text, command)
        self.assertEqual(self.search_json(self.known, "--training-free")["warnings"], [])

    def require_said(self, job, said):
        """By the dry run, and with every answer."""
        for command in ("check", "search", "exact", "sweep"):
            self.assertIn(said, " ".join(self.flash_json(command, job)["warnings"]), command)
            self.assertNotIn("they differ in", " ".join(self.flash_json(command, self.job)["warnings"]), command)
        self.assertIn(said, self.flash("exact", job).stdout)

    def test_models_of_another_setup_are_said(self):
        text = self.job.read_text()
        host = text.replace('target = "imc"', 'target = "host"')
        with self.subTest("another target"):
            self.require_said(self.write_job("host.toml", text=host), 'hardware.target ("imc", the job\'s is "host")')
        with self.subTest("another chip, but not the same one in other words"):
            chip = self.folder / "chip.toml"
            job = self.write_job("chip-job.toml", text=text.replace('target = "imc"', 'target = "imc"\ndesign = "chip.toml"'))
            chip.write_text(self.flash("options", "--imc", "--sample").stdout)
            self.assertNotIn("they differ in", " ".join(self.flash_json("exact", job)["warnings"]))
            chip.write_text("[chip]\nclock_ghz = 0.1\n")
            self.require_said(job, "hardware.design (another, or changed)")
        with self.subTest("another batch"):
            models = json.loads(self.known.read_text())
            models["target"] = "host"
            models["provenance"]["hardware"] = {"machine": "a board", "settings": {"batch": 1, "threads": 1, "device": "cpu"}}
            self.known.write_text(json.dumps(models))
            same = host.replace('machine = "the default chip"', 'machine = "a board"')
            self.job = self.write_job("same.toml", text=same)
            batch = self.write_job("batch.toml", text=same.replace("holdout = 6\nmachine", "holdout = 6\nbatch = 32\nmachine"))
            self.require_said(batch, "hardware.batch (1, the job's is 32)")

    def test_models_with_another_reading_are_said(self):
        other = self.write_job("other.toml", text=self.job.read_text() + '\n[predictor]\nreading = "channels"\n')
        for command in ("check", "search", "exact"):
            self.assertIn("reads NN-Degree as links, the job as channels", " ".join(self.flash_json(command, other)["warnings"]))

    def test_latency_that_is_not_there_is_said(self):
        models = json.loads(self.known.read_text())
        del models["metrics"]["latency_ms"]
        self.known.write_text(json.dumps(models))
        self.assertIn("latency drops out of the objective", " ".join(self.flash_json("exact", self.job)["warnings"]))
        rows = "".join(f"{id},{id % 7 + 1},{id}\n" for id in range(3, 903, 30))
        (self.folder / "times.csv").write_text("id,time_ms,energy_mj\n" + rows)
        text = self.text.replace('target = "imc"', 'target = "table"\nfile = "times.csv"').replace("count = 30\n", "")
        self.assertIn("has no latency", " ".join(self.flash_json("check", self.write_job("times.toml", text=text))["warnings"]))

    def test_hardware_models_that_do_not_hold_are_said_after_measuring_alone(self):
        """Latencies that have nothing to do with the networks."""
        rows = "".join(f"{id},{latency}\n" for id, latency in
                       zip(range(3, 903, 30), (9, 1, 8, 2, 7, 1, 9, 3, 6, 2, 9, 1, 7, 3, 8, 1, 9, 2, 6, 1, 8, 2, 9, 1, 7, 2, 9, 3, 8, 1)))
        (self.folder / "noise.csv").write_text("id,latency_ms\n" + rows)
        text = self.text.replace('target = "imc"', 'target = "table"\nfile = "noise.csv"').replace("count = 30\n", "")
        noise = self.write_job("noise.toml", text=text)
        self.assertIn("the latency model does not hold", self.flash("calibrate", noise, "-o", self.run_folder).stdout)
        self.assertIn("the latency model does not hold", " ".join(self.flash_json("report", self.run_folder)["warnings"]))

    def test_models_of_another_space(self):
        other = self.write_job("other.toml", text=self.job.read_text().replace("wm = [1, 2]", "wm = [1, 3]"))
        self.assertIn("another space; it differs in wm", " ".join(self.flash_json("check", other)["warnings"]))
        for command in ("search", "exact", "sweep", "compare"):
            self.one_line(self.flash(command, other, expect=65), "known.json", "another space", "wm ([1,2], not [1,3])")

    def test_models_of_other_images(self):
        """What a network costs, and how accurate it is, depends on the images: models hold for those they were fitted on."""
        other = self.write_job("other.toml", text=self.job.read_text().replace("side = 8", "side = 16"))
        self.flash("calibrate", self.job, "-o", self.run_folder)
        self.flash("fit", self.job, "-o", self.run_folder)
        for command in (("search",), ("exact",), ("exact", "-o", self.run_folder), ("sweep",), ("compare",)):
            with self.subTest(command):
                self.one_line(self.flash(command[0], other, *command[1:], expect=65), ".json: the models were fitted for another space",
                              "input.side (8, not 16)")
        with self.subTest("an accuracy predictor for networks measured anew"):
            self.flash("calibrate", other, "-o", self.folder / "other")
            self.one_line(self.flash("fit", other, "-o", self.folder / "other", expect=65),
                          "known.json: the accuracy predictor was fitted on other images", "side (8, not 16)")

    def test_flash_search_answers_as_flash_does(self):
        for options in ([], ["--method", "exact"], ["--method", "evolution", "--seed", "5", "--evaluations", "200"]):
            small = self.search_json(self.known, *options)
            large = self.flash_json("search", self.job, *options)
            small.pop("seconds"), large.pop("seconds")
            if "--evaluations" in options or "exact" in options:
                self.assertEqual(small, large)
            self.assertEqual(small["best"]["id"], large["best"]["id"])
        self.assertIn("best configuration", self.search(self.known).stdout)

    def test_flash_search_options_count(self):
        ratio = ("--latency-exponent", "1", "--energy-exponent", "1", "--area-exponent", "1")
        free = self.search_json(self.known, "--method", "exact", *ratio)["best"]
        # An accuracy that alone counts is a larger one, and so is one that is demanded.
        alone = self.search_json(self.known, "--method", "exact")["best"]
        self.assertGreater(alone["accuracy"], free["accuracy"])
        floor = (free["accuracy"] + alone["accuracy"]) / 2
        self.assertGreaterEqual(self.search_json(self.known, "--accuracy-min", floor, *ratio)["best"]["accuracy"], floor)
        for metric, option in (("latency_ms", "--latency-max"), ("energy_mj", "--energy-max"), ("area_mm2", "--area-max")):
            bound = (alone[metric] + free[metric]) / 2
            found = self.search_json(self.known, "--method", "exact", option, bound)["best"]
            self.assertLessEqual(found[metric], bound)
        nothing = self.search_json(self.known, "--accuracy-min", "0.999")
        self.assertFalse(nothing["found"])
        self.assertIn("so that nothing meets accuracy_min", self.search(self.known, "--accuracy-min", "0.999").stdout)

    def test_flash_search_without_models(self):
        found = self.search_json("--preset", "flash-63b", "--training-free")
        self.assertTrue(found["training_free"])
        self.assertEqual(found["best"]["accuracy"], found["best"]["nn_degree"])

    def test_flash_search_refuses_in_one_line(self):
        def line(code, part, *arguments):
            errors = self.search(*arguments, expect=code).stderr.splitlines()
            self.assertIn(part, errors[0])
            self.assertEqual([e for e in errors[1:] if "--help" not in e], [])

        line(64, "a file of models")
        line(64, "--training-free", "--preset", "flash-63b")
        line(64, "MODELS", self.known, "--preset", "flash-63b", "--training-free")
        line(64, "flash-64b", "--preset", "flash-64b", "--training-free")
        line(64, "--latency-max", self.known, "--latency-max", "-1")
        line(64, "--latency-exponent", self.known, "--latency-exponent", "-1")
        line(64, "shgo", self.known, "--method", "shgoo")
        line(66, "absent.json", "absent.json")
        line(65, "no accuracy predictor", self.folder / "free" / "models.json")
        for bad, part in (("{", "not JSON"), ("[]", "object"), (json.dumps(dict(self.models, version=9)), "version 9")):
            self.known.write_text(bad)
            line(65, part, self.known)
        foreign = json.loads(json.dumps(self.models))
        foreign["metrics"]["latency_ms"]["terms"][0]["feature"] = "macs.7"
        self.known.write_text(json.dumps(foreign))
        line(65, "macs.7", self.known, "--training-free")

    @unittest.skipIf(SLOWNESS > 1, "sanitizers take memory of their own")
    def test_flash_search_is_small(self):
        # A process starts with the highest memory of the one that forked it: this one has too much.
        measure = ("import os, sys; pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ); "
                   "_, status, usage = os.wait4(pid, 0); print(status, usage.ru_maxrss, file=sys.stderr)")
        done = subprocess.run([sys.executable, "-c", measure, BIN / "flash-search", "--preset", "flash-63b", "--training-free"],
                              capture_output=True, text=True, timeout=PATIENCE)
        status, kibibytes = map(int, done.stderr.split())
        self.assertEqual(status, 0)
        self.assertLess(kibibytes, 30 * 1024)

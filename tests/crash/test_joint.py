"""[compress] options: the best network is sought together with a form for each of its cells, and truly compressed."""

import json

from flash_case import FlashCase

OPTIONS = """
[compress]
options = ["dense", "bits 8", "bits 4", "keep 0.5 bits 4"]
sample_networks = 3
samples = 2
epochs = 6
rounds = 2
top = 2
confirm_rounds = 2
minimise = "file_bytes"
"""


class Joint(FlashCase):
    def setUp(self):
        super().setUp()
        text = self.job.read_text().replace("validation_share = 0", "validation_share = 0.2").replace("epochs = 6", "epochs = 4")
        self.plain = self.write_job("plain.toml", text=text.replace("[hardware]", '[hardware]\ntarget = "digital"').replace("repeats = 3\nwarmup = 1\n", ""))
        self.job = self.write_job(text=self.plain.read_text() + OPTIONS)

    def test_one_job_does_it_all(self):
        self.flash("run", self.job, "-o", self.run_folder, ranks=2)
        report = self.flash_json("report", self.run_folder)
        rows = report["compressed_cells"]
        samples = [row for row in rows if row["stage"] == "compress_samples"]
        best = [row for row in rows if row["stage"] == "compress_confirm"]
        self.assertEqual(len(samples), 6)
        self.assertGreaterEqual(len(best), 2)
        for row in best:
            self.assertEqual((self.run_folder / row["file"]).stat().st_size, row["file_bytes"])
            self.assertLess(abs(row["file_bytes_predicted"] / row["file_bytes"] - 1), 0.25)
            self.assertEqual(row["holds"], 1, "no bound is asked for")
        self.assertIn("Smallest file that holds", self.flash("report", self.run_folder).stdout)
        self.assertTrue((self.run_folder / "compression_models.json").exists())

        with self.subTest("another question, proven"):
            answer = self.flash("exact", self.run_folder, "--compress", "--minimise", "energy", "--subject-to", "file_bytes<=100000")
            self.assertIn("bits", answer.stdout)
            least = self.flash_json("exact", self.run_folder, "--compress", "--minimise", "file_bytes")
            most = self.flash_json("exact", self.run_folder, "--compress", "--maximise", "accuracy")
            self.assertNotEqual(str(least["best"]), str(most["best"]))
            for key in ("accuracy_band", "latency_ms_band", "extrapolated", "nn_degree"):
                self.assertIn(key, least["best"])
            self.assertIn("file_bytes", least["best"]["as_trained"])
            self.assertEqual(least["optimum"], self.flash_json("exact", self.run_folder)["optimum"])
            plain = self.flash_json("exact", self.run_folder)["warnings"]
            self.assertEqual(least["warnings"][:len(plain)], plain)
        with self.subTest("what the losses' models are worth is a warning in JSON, too"):
            models = json.loads((self.run_folder / "compression_models.json").read_text())
            models["loss"]["rmse_left"] = 2 * models["loss"]["rmse_mean"]
            doubtful = self.folder / "doubtful.json"
            doubtful.write_text(json.dumps(models))
            answer = self.flash_json("exact", self.run_folder, "--compression", doubtful)
            self.assertIn("no better than by the mean", answer["warnings"][-1])
            self.assertIn("warning: what options lose", self.flash("exact", self.run_folder, "--compression", doubtful).stdout)
        with self.subTest("a sum is shown"):
            words = ("exact", self.run_folder, "--compress", "--maximise", "accuracy - 0.02*latency - 0.000001*file_bytes")
            best = self.flash_json(*words)["best"]
            self.assertAlmostEqual(best["sum"], best["accuracy"] - 0.02 * best["latency_ms"] - 1e-6 * best["file_bytes"], places=9)
            self.assertIn("sum  ", self.flash(*words).stdout)
        with self.subTest("what nothing meets is said with the bound that is missed"):
            words = ("exact", self.run_folder, "--compress", "--subject-to", "file_bytes<=1")
            text, answer = self.flash(*words).stdout, self.flash_json(*words)
            self.assertFalse(answer["found"])
            self.assertEqual(answer["nearest_miss"]["binding"]["option"], "file_bytes_max")
            self.assertIn("% over file_bytes_max = 1; over the whole space file bytes is at least", text)
            self.assertIn("so that nothing meets file_bytes_max", text)
        with self.subTest("what needs another command line"):
            for options in (("--minimise", "file_bytes"), ("--subject-to", "file_bytes<=1000"), ("--front", "file_bytes")):
                self.one_line(self.flash("exact", self.run_folder, *options, expect=64), "file_bytes", "--compress")
            for options in (("--pareto",), ("--front", "latency")):
                self.one_line(self.flash("exact", self.run_folder, "--compress", *options, expect=64), options[0], "--compress")
            self.assertIn("file_bytes", self.flash("exact", "--help").stdout)
        with self.subTest("an archive in its run, and away from it"):
            archive = self.run_folder / "archive.h5"
            self.assertEqual(self.flash_json("exact", archive, "--compress", "--minimise", "file_bytes")["best"], least["best"])
            alone = self.folder / "alone.h5"
            alone.write_bytes(archive.read_bytes())
            self.one_line(self.flash("exact", alone, "--compress", expect=66), "alone.h5", "name the run directory")
        with self.subTest("a job from which the models would be others"):
            for before, after, key in (("\nepochs = 6\n", "\nepochs = 7\n", "compress.epochs (6, now 7)"),
                                       (', "keep 0.5 bits 4"', "", "compress.options"),
                                       ("\nsamples = 2\n", "\nsamples = 3\n", "compress.samples (2, now 3)")):
                other = self.write_job("other.toml", text=self.job.read_text().replace(before, after))
                self.one_line(self.flash("exact", other, "-o", self.run_folder, "--compress", expect=65),
                              "compression_models.json: fitted from another job", key)
            named = self.flash_json("exact", other, "-o", self.run_folder, "--compression", self.run_folder / "compression_models.json")
            self.assertTrue(any("compress.samples (2, now 3)" in warning for warning in named["warnings"]))
            other.write_text(self.job.read_text().replace("top = 2", "top = 1"))
            self.flash("exact", other, "-o", self.run_folder, "--compress")
        with self.subTest("the same on one rank"):
            self.flash("run", self.job, "-o", self.folder / "one")
            again = self.flash_json("report", self.folder / "one")["compressed_cells"]
            self.assertEqual([(r["network"], r["cells"], r["file_bytes"], r["accuracy"]) for r in again],
                             [(r["network"], r["cells"], r["file_bytes"], r["accuracy"]) for r in rows])

    def test_dense_alone_asks_nothing_new(self):
        job = self.write_job("dense.toml", text=self.plain.read_text() + '\n[compress]\noptions = ["dense"]\n')
        self.flash("run", job, "-o", self.run_folder)
        self.flash("run", self.plain, "-o", self.folder / "plain")
        answers = [self.flash_json("exact", folder) for folder in (self.run_folder, self.folder / "plain")]
        for answer in answers:
            for key in [key for key in answer if "second" in key or key in ("job", "models", "file")]:
                answer.pop(key)
        self.assertEqual(str(answers[0].get("best")), str(answers[1].get("best")))
        self.assertEqual(self.flash_json("report", self.run_folder)["compressed_cells"], [])
        joint = self.flash_json("exact", self.run_folder, "--compress")
        self.assertEqual(joint["best"]["network"], answers[0]["best"]["network"])
        self.assertEqual(joint["best"]["accuracy"], answers[0]["best"]["accuracy"])
        self.assertEqual(set(joint["best"]["compression"]), {"dense"})

    def test_bad_input(self):
        for options, words in (('["bits 4"]', ("first is to be dense",)), ('["dense", "bits 9"]', ("bits",)),
                               ('["dense", "rows 0.5", "keep 0.5"]', ("prune in different ways",))):
            job = self.write_job("bad.toml", text=self.plain.read_text() + f"\n[compress]\noptions = {options}\n")
            self.one_line(self.flash("run", job, "-o", self.run_folder, expect=78), "compress.options", *words)
        for metric, words in (("latency@pixel3", "has no latency on pixel3"), ("file_bytes,latency@pixel3", "has no latency on pixel3"),
                              ("bytes", "'bytes' is not known here")):
            job = self.write_job("bad.toml", text=self.job.read_text().replace('"file_bytes"', f'"{metric}"'))
            for command in (("run", job, "-o", self.run_folder), ("check", job)):
                said = self.flash(*command, expect=78)
                self.one_line(said, "compress.minimise: ", words)
                self.assertNotIn("--minimise", said.stderr)
        self.assertIn("file_bytes", said.stderr)
        self.one_line(self.flash("exact", self.plain, "--compress", expect=66), "no fitted models: give a run with -o RUN")

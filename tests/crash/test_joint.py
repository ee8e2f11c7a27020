"""[compress] options: the best network is sought together with a form for each of its cells, and truly compressed."""

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
            self.one_line(self.flash("exact", self.run_folder, "--subject-to", "file_bytes<=1000", expect=None), "file_bytes")
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

    def test_bad_input(self):
        for options, words in (('["bits 4"]', ("first is to be dense",)), ('["dense", "bits 9"]', ("bits",)),
                               ('["dense", "rows 0.5", "keep 0.5"]', ("prune in different ways",))):
            job = self.write_job("bad.toml", text=self.plain.read_text() + f"\n[compress]\noptions = {options}\n")
            self.one_line(self.flash("run", job, "-o", self.run_folder, expect=78), "compress.options", *words)
        self.one_line(self.flash("exact", self.plain, "--compress", expect=None), "compress")

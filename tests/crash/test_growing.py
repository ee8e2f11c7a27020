"""A run goes on with a changed job or changed files: what still holds is kept, the rest is made anew, nothing is mixed."""

import json
import unittest

import h5py

from growing_case import GrowingCase, write_images




class Growing(GrowingCase):
    def setUp(self):
        super().setUp()
        self.flash("run", self.job, "-o", self.run_folder)
        self.counts = {}
        for stage, _, _ in self.records():
            self.counts[stage] = self.counts.get(stage, 0) + 1
        self.assertEqual(self.counts["train"], 8)
        self.assertEqual(self.counts["calibrate"], 11)

    def test_nothing_that_matters(self):
        """A comment, a name, the order of the lines: nothing runs, the archive has both texts."""
        first = self.job.read_text()
        self.edit(('name = "tiny"', '# a comment\nname = "another name"'))
        counts, said = self.made()
        self.assertEqual(counts, {})
        self.assertNotIn("anew", said)
        self.assertIn('job.name ("tiny", now "another name")', said)
        self.assertEqual(self.superseded(), {})
        with h5py.File(self.run_folder / "archive.h5") as archive:
            self.assertEqual(archive["jobs/job"].asstr()[()].tolist(), [first, self.job.read_text()])
            self.assertEqual(archive.attrs["job_name"], "another name")
        self.assertEqual((self.run_folder / "job.toml").read_text(), self.job.read_text())
        self.require_as_fresh()

    def test_more_networks(self):
        with h5py.File(self.run_folder / "archive.h5") as archive:
            before = archive["samples/id"][()].tolist()
        self.edit(("count = 6\nholdout = 2", "count = 8\nholdout = 2"))
        counts, said = self.made()
        self.assertEqual(counts.pop("train"), 2)
        self.assertNotIn("calibrate", counts)
        self.assertIn("other models", said)
        with h5py.File(self.run_folder / "archive.h5") as archive:
            self.assertEqual(archive["samples/id"][:8].tolist(), before)
        self.require_as_fresh()
        with self.subTest("fewer again: nothing is trained, and what was swept then counts again"):
            self.edit(("count = 8\nholdout = 2", "count = 6\nholdout = 2"))
            counts, said = self.made()
            self.assertEqual(counts, {})
            self.assertIn("2 are no longer asked for", said)
            self.require_as_fresh()

    def test_constraints(self):
        self.write_job(text=self.text + "\n[constraints]\nenergy_max_mj = 1000\n")
        counts, said = self.made()
        self.assertEqual(set(counts), {"sweep", "compare"})
        self.assertLess(counts["sweep"], self.counts["sweep"], "the sets that are the same keep their sweep")
        self.assertIn("other constraints", said)
        self.require_as_fresh()

    def test_what_only_the_comparison_depends_on(self):
        self.edit(("evaluations = 300", "evaluations = 200"))
        counts, said = self.made()
        self.assertEqual(counts, {"compare": self.counts["compare"]})
        self.assertIn("other search.evaluations", said)
        self.require_as_fresh()

    def test_histograms_are_added(self):
        self.edit(("block = 300", "block = 300\nhistograms = true"))
        counts, said = self.made()
        self.assertEqual(set(counts), {"landscape"})
        self.assertNotIn("anew", said)
        with self.subTest("and stay where a later start does not ask for them"):
            self.edit(("histograms = true", "histograms = false"))
            self.assertEqual(self.made()[0], {})
            with h5py.File(self.run_folder / "archive.h5") as archive:
                self.assertIn("sweep/histograms", archive)

    def test_training_settings(self):
        self.edit(("epochs = 3", "epochs = 2"))
        counts, said = self.made()
        self.assertEqual(counts["train"], 8)
        self.assertNotIn("calibrate", counts)
        self.assertIn("train: 0 of its results hold; 8 were made from other training settings and are made anew", said)
        self.assertEqual(self.superseded()["train"], 8)
        with h5py.File(self.run_folder / "archive.h5") as archive:
            rows = zip(archive["superseded/stage"].asstr()[()], archive["superseded/result"].asstr()[()])
            self.assertTrue(all(len(json.loads(text)["curve"]) == 3 for stage, text in rows if stage == "train"))
        self.require_as_fresh()
        with self.subTest("as it was before: all of that counts again, at once"):
            self.edit(("epochs = 2", "epochs = 3"))
            self.assertEqual(self.made()[0], {})
            self.require_as_fresh()

    def test_images_are_replaced(self):
        """The same files, other pixels: the finished run is no answer any more."""
        write_images(self.folder, "train", 120, seed=9)
        counts, said = self.made()
        self.assertEqual(counts["train"], 8)
        self.assertNotIn("calibrate", counts)
        self.assertIn("other images", said)
        self.require_as_fresh()

    def test_images_are_touched_or_moved(self):
        (self.folder / "train-images").touch()
        self.assertEqual(self.made()[0], {})
        (self.folder / "elsewhere").mkdir()
        for name in ("train-images", "train-labels"):
            (self.folder / name).rename(self.folder / "elsewhere" / name)
        self.edit(('["train-images", "train-labels"]', '["elsewhere/train-images", "elsewhere/train-labels"]'))
        self.assertEqual(self.made()[0], {})

    def test_the_chip_changes(self):
        chip = self.folder / "chip.toml"
        chip.write_text(self.flash("options", "--imc", "--sample").stdout)
        self.edit(('target = "imc"', 'target = "imc"\ndesign = "chip.toml"'))
        self.assertEqual(self.made()[0], {}, "the default chip, written down")
        line = next(line for line in chip.read_text().splitlines() if line.startswith("clock"))
        value = line.split("=")[1].split("#")[0].strip()
        chip.write_text(chip.read_text().replace(line, f"{line.split('=')[0]}= {float(value) * 2}"))
        counts, said = self.made()
        self.assertEqual(counts["calibrate"], 11)
        self.assertNotIn("train", counts)
        self.assertIn("calibrate: 0 of its results hold; 11 were made from other chip and are made anew", said)
        self.require_as_fresh()

    def test_an_interrupted_start_with_changed_images(self):
        """Half of the networks are trained, then the images change: none of that half is left in the answer."""
        fresh = self.folder / "half"
        self.flash("train", self.job, "-o", fresh, "--max-tasks", "4", expect=75)
        write_images(self.folder, "test", 80, seed=12)
        self.one_line(self.flash("train", self.job, "-o", fresh, expect=64), "another job", "the images")
        self.flash("train", self.job, "-o", fresh, "--again")
        self.run_folder = fresh
        self.assertEqual(self.superseded(), {"train": 4})
        self.flash("run", self.job, "-o", fresh)
        self.require_as_fresh()

    def test_another_space_is_another_job(self):
        before = (self.run_folder / "journal").read_bytes()
        self.edit(("depths = [3, 4]", "depths = [3, 4, 5]"))
        self.one_line(self.flash("run", self.job, "-o", self.run_folder, expect=64), "another job", "space.depths", "--again")
        self.assertEqual((self.run_folder / "journal").read_bytes(), before)
        self.flash("run", self.job, "-o", self.run_folder, "--again")
        self.assertEqual(self.superseded()["train"], 8)
        self.require_as_fresh()

    def test_models_answer_the_job_that_they_were_fitted_from(self):
        """exact and search with a changed job: what changes the models is refused, the rest has its effect."""
        answer = self.flash_json("exact", self.job, "-o", self.run_folder)["best"]
        self.write_job(text=self.text + "\n[predictor]\nreading = \"channels\"\n")
        for command in ("exact", "search"):
            self.one_line(self.flash(command, self.job, "-o", self.run_folder, expect=65), "predictor.reading", "flash fit")
        self.flash("fit", self.job, "-o", self.run_folder)
        self.assertNotEqual(self.flash_json("exact", self.job, "-o", self.run_folder)["best"]["nn_degree"], answer["nn_degree"])
        floor = (answer["accuracy"] + 1) / 2
        self.write_job(text=self.text + f"\n[constraints]\naccuracy_min = {floor}\n[predictor]\nreading = \"channels\"\n")
        self.assertNotEqual(self.flash_json("exact", self.job, "-o", self.run_folder)["found"],
                            answer["accuracy"] >= floor)

    def test_what_the_command_line_changes_is_part_of_the_job(self):
        fresh = self.folder / "overridden"
        self.flash("train", self.job, "-o", fresh, "--device", "cpu")
        with h5py.File(fresh / "archive.h5") as archive:
            self.assertEqual(json.loads(archive["jobs/overrides"].asstr()[0]),
                             [["train.device", "cpu"], ["hardware.device", "cpu"]])
            self.assertEqual(archive["jobs/path"].asstr()[0], str(self.job))

    def test_a_failed_start_loses_nothing(self):
        """A job that cannot be read, or images that are gone, leave the run as it is."""
        before = (self.run_folder / "journal").read_bytes()
        (self.folder / "train-images").rename(self.folder / "gone")
        self.flash("run", self.job, "-o", self.run_folder, expect=66)
        self.assertEqual((self.run_folder / "journal").read_bytes(), before)
        (self.folder / "gone").rename(self.folder / "train-images")
        self.assertEqual(self.made()[0], {})


if __name__ == "__main__":
    unittest.main()

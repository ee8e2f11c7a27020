"""A run goes on with a changed job or changed files: what still holds is kept, the rest is made anew, nothing is mixed."""

import json
import os
import signal
import unittest

import h5py

from growing_case import GrowingCase, write_images
from resilience_case import processes_below



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
        self.edit(('name = "tiny"', '# a comment\nname = "another-name"'))
        counts, said = self.made()
        self.assertEqual(counts, {})
        self.assertNotIn("anew", said)
        self.assertIn('job.name ("tiny", now "another-name")', said)
        self.assertEqual(self.superseded(), {})
        with h5py.File(self.run_folder / "archive.h5") as archive:
            self.assertEqual(archive["jobs/job"].asstr()[()].tolist(), [first, self.job.read_text()])
            self.assertEqual(archive.attrs["job_name"].decode(), "another-name")
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
        with h5py.File(self.run_folder / "archive.h5") as archive:
            blocks = len(archive["sweep/constraints"])
        self.assertLess(counts["sweep"], blocks, "the sets that are the same keep their sweep")
        self.assertIn("constraints.energy_max_mj", said)
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
        self.assertIn("train: 0 of its results hold; 8 were made from other training settings and are to be made anew", said)
        self.assertEqual(self.superseded()["train"], 8)
        with h5py.File(self.run_folder / "archive.h5") as archive:
            old = archive["superseded"]
            rows = zip(old["stage"].asstr()[()], old["state"].asstr()[()], old["result"].asstr()[()])
            curves = [len(json.loads(text)["curve"]) for stage, state, text in rows if (stage, state) == ("train", "done")]
            self.assertGreater(len(curves), 0)
            self.assertEqual(set(curves), {3})
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

    def test_answers_for_other_images(self):
        """exact and export do not answer from what was trained on images that are no longer there."""
        sample = next(s for s in self.flash_json("report", self.run_folder)["samples"] if s["state"] == "done")
        self.flash("export", self.run_folder, "--id", sample["id"], "-o", self.folder / "before")
        write_images(self.folder, "train", 120, seed=9)
        self.one_line(self.flash("exact", self.job, "-o", self.run_folder, expect=65), "images (others, or changed)")
        done = self.flash("export", self.run_folder, "--id", sample["id"], "-o", self.folder / "after")
        self.assertIn("was trained on other images", done.stderr)
        self.one_line(self.flash("export", self.run_folder, "--id", sample["id"], "-o", self.folder / "before", expect=64),
                      "another network")
        self.flash("run", self.job, "-o", self.run_folder)
        self.flash("exact", self.job, "-o", self.run_folder)
        write_images(self.folder, "train", 120, seed=1)
        self.flash("run", self.job, "-o", self.run_folder)
        done = self.flash("export", self.run_folder, "--id", sample["id"], "-o", self.folder / "back")
        self.assertNotIn("warning", done.stderr)

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
        line = next(line for line in chip.read_text().splitlines() if line.startswith("wire_mm_fj"))
        value = line.split("=")[1].split("#")[0].strip()
        chip.write_text(chip.read_text().replace(line, f"{line.split('=')[0]}= {float(value) * 2}"))
        counts, said = self.made()
        self.assertEqual(counts["calibrate"], 11)
        self.assertNotIn("train", counts)
        self.assertIn("calibrate: 0 of its results hold; 11 were made from other constants of the chip and are to be made anew", said)
        self.require_as_fresh()

    def test_status_counts_what_counts(self):
        """After a change that ends early: its stages alone; after the change back: all of before."""
        before = self.flash_json("status", self.run_folder)
        self.assertEqual(before["failed"] + before["done"], sum(self.counts.values()))
        self.edit(("epochs = 3", "epochs = 4"))
        self.flash("run", self.job, "-o", self.run_folder, "--max-tasks", "2", expect=75)
        stages = self.flash_json("status", self.run_folder)["stages"]
        self.assertIn(stages["train"]["done"] + stages["train"]["failed"], range(2, 8))
        self.assertEqual(stages["calibrate"]["done"], 11)
        self.assertEqual([stages[name]["done"] for name in ("sweep", "compare")], [0, 0])
        self.edit(("epochs = 4", "epochs = 3"))
        self.made()
        self.assertEqual(self.flash_json("status", self.run_folder)["stages"], before["stages"])

    def test_a_journal_that_is_gone(self):
        """The archive is the only copy then: it is not written over."""
        journal, archive = self.run_folder / "journal", self.run_folder / "archive.h5"
        whole, kept = journal.read_bytes(), archive.read_bytes()
        (self.run_folder / "status.json").unlink()
        for lose in (journal.unlink, lambda: journal.write_bytes(b"")):
            lose()
            self.one_line(self.flash("run", self.job, "-o", self.run_folder, expect=65), "journal is missing or empty", "--again")
            self.assertEqual(archive.read_bytes(), kept)
        journal.write_bytes(whole)
        self.flash("run", self.job, "-o", self.run_folder)

    def test_values_exchanged_between_two_sections_of_the_chip(self):
        """The file's lines are the same ones; where they stand has changed."""
        chip = self.folder / "chip.toml"
        chip.write_text("[crossbar]\nrows = 32\n[tile]\nrows = 16\n")
        self.edit(('target = "imc"', 'target = "imc"\ndesign = "chip.toml"'))
        self.made()
        before = self.flash_json("exact", self.job, "-o", self.run_folder)["best"]
        chip.write_text("[crossbar]\nrows = 16\n[tile]\nrows = 32\n")
        self.one_line(self.flash("exact", self.job, "-o", self.run_folder, expect=65), "hardware.design (others, or changed)")
        self.assertEqual(self.made()[0]["calibrate"], 11)
        self.require_as_fresh()
        self.assertNotEqual(self.flash_json("exact", self.job, "-o", self.run_folder)["best"], before)
        with self.subTest("a file that is gone is said"):
            chip.unlink()
            said = self.flash("exact", self.job, "-o", self.run_folder).stderr
            self.assertIn("hardware.design is not there any more", said)

    def test_an_interrupted_start_with_changed_images(self):
        """Half of the networks are trained, then the images change: none of that half is left in the answer."""
        fresh = self.folder / "half"
        self.flash("train", self.job, "-o", fresh, "--max-tasks", "4", expect=75)
        done = sum(s["state"] != "missing" for s in self.flash_json("report", fresh)["samples"])
        self.assertIn(done, range(4, 8))
        write_images(self.folder, "test", 80, seed=12)
        said = self.flash("train", self.job, "-o", fresh, "--max-tasks", "1", expect=75).stderr
        self.assertRegex(said, "train: 0 of its results hold; [4-7] were made from other images and are to be made anew")
        said = self.flash("train", self.job, "-o", fresh).stderr
        self.assertRegex(said, "train: [1-3] of its results hold; [1-6] were made from other images and are to be made anew")
        self.run_folder = fresh
        self.assertEqual(self.superseded(), {"train": done})
        self.flash("run", self.job, "-o", fresh)
        self.require_as_fresh()

    def test_images_that_change_under_a_run(self):
        """No network is to blame: the run ends, and with the images of before it goes on as if nothing had happened."""
        fresh, images = self.folder / "under", (self.folder / "train-images").read_bytes()
        gate = self.make_gate()
        gate.let_pass(1)
        process = self.start("run", self.job, "-o", fresh, environment=gate.environment)
        self.wait_for(lambda: gate.held() == 1 and (fresh / "journal").read_bytes().count(b'"stage":"train"') == 1, process)
        write_images(self.folder, "train", 120, seed=9)
        trainer, = (pid for pid, name in processes_below(process.pid) if name == "flash-trainer")
        os.kill(trainer, signal.SIGKILL)  # as one that ran out of memory: the next one reads the images again
        gate.open()
        self.assertIn("the images have changed since this run was started; what is done is kept", self.expect_code(process, 65))
        (self.folder / "train-images").write_bytes(images)
        self.flash("run", self.job, "-o", fresh)
        self.run_folder = fresh
        self.assertNotIn("have changed", str(self.flash_json("report", fresh)["samples"]))
        self.require_as_fresh()

    def test_what_a_finished_run_wrote_is_lost(self):
        """The journal has it all: archive and models are written again, and are what they were."""
        archive, models = self.run_folder / "archive.h5", self.run_folder / "models.json"
        exact = self.flash_json("exact", self.job, "-o", self.run_folder)["best"]
        for lose in (archive.unlink, lambda: archive.write_bytes(archive.read_bytes()[:999]), lambda: archive.write_bytes(b""),
                     models.unlink, lambda: models.write_text("{")):
            lose()
            self.assertEqual(self.made()[0], {})
            self.assertEqual(self.flash_json("exact", self.job, "-o", self.run_folder)["best"], exact)
        self.require_as_fresh()

    def test_what_is_said_of_the_images_is_kept(self):
        """A reader of the archive hears of it, until the images are others."""
        self.assertEqual([w for w in self.flash_json("report", self.run_folder)["warnings"] if "image" in w], [])
        test = {name: (self.folder / name).read_bytes() for name in ("test-images", "test-labels")}
        for name in test:
            (self.folder / name).write_bytes((self.folder / name.replace("test", "train")).read_bytes())
        _, said = self.made()
        for _ in range(2):
            warning, = (w for w in self.flash_json("report", self.run_folder)["warnings"] if "training images" in w)
            self.assertIn(warning, said)
            self.flash("run", self.job, "-o", self.run_folder)
        for name, content in test.items():
            (self.folder / name).write_bytes(content)
        self.made()
        self.assertEqual([w for w in self.flash_json("report", self.run_folder)["warnings"] if "image" in w], [])

    def test_another_space_is_another_job(self):
        before = (self.run_folder / "journal").read_bytes()
        self.edit(("depths = [3, 4]", "depths = [3, 4, 5]"))
        self.one_line(self.flash("run", self.job, "-o", self.run_folder, expect=64), "another job", "space.depths", "--again")
        self.assertEqual((self.run_folder / "journal").read_bytes(), before)
        self.flash("run", self.job, "-o", self.run_folder, "--again")
        self.assertEqual(self.superseded()["train"], 8)
        self.require_as_fresh()

    def test_other_trainings_alone_are_another_job(self):
        """Nothing but trainings, and none of them holds for the changed job: the user is asked."""
        fresh = self.folder / "trained"
        self.flash("train", self.job, "-o", fresh)
        self.edit(("epochs = 3", "epochs = 2"))
        self.one_line(self.flash("train", self.job, "-o", fresh, expect=64), "another job", "train.epochs (3, now 2)", "--again")
        self.flash("train", self.job, "-o", fresh, "--again")

    def test_models_answer_the_job_that_they_were_fitted_from(self):
        """exact and search with a changed job: what changes the models is refused, the rest has its effect."""
        answer = self.flash_json("exact", self.job, "-o", self.run_folder)["best"]
        used = self.flash_json("report", self.run_folder)["predictor"]["predictor"]
        reading = "links" if used.endswith("channels") else "channels"  # another one than "auto" has taken
        predictor = f"\n[predictor]\nkind = \"paper\"\nreading = \"{reading}\"\n"
        self.write_job(text=self.text + predictor)
        for command in ("exact", "search"):
            self.one_line(self.flash(command, self.job, "-o", self.run_folder, expect=65), "predictor.kind", "flash fit")
        self.flash("fit", self.job, "-o", self.run_folder)
        self.assertNotEqual(self.flash_json("exact", self.job, "-o", self.run_folder)["best"]["accuracy"], answer["accuracy"])
        with self.subTest("constraints and objective have their effect at once"):
            self.write_job(text=self.text + "\n[constraints]\naccuracy_min = 0.9999\n" + predictor)
            self.assertEqual(self.flash_json("exact", self.job, "-o", self.run_folder)["constraints"]["accuracy_min"], 0.9999)

    def test_what_the_command_line_changes_is_part_of_the_job(self):
        fresh = self.folder / "overridden"
        self.flash("train", self.job, "-o", fresh, "--device", "cpu")
        with h5py.File(fresh / "archive.h5") as archive:
            self.assertEqual(json.loads(archive["jobs/overrides"].asstr()[0]),
                             [["train.device", "cpu"]])
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

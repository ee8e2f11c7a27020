"""Samples grow by networks that promise much (stage refine) and by repeats that tell the noise (stage repeat)."""

import h5py

from flash_case import FlashCase

# A ceiling that is counted, not measured: the choice of networks then hangs on no clock.
QUESTION = "\n[objective]\naccuracy = 1\n\n[constraints]\nmacs_max = 60000\n"
COLUMNS = ("id", "round", "accuracy", "trainings", "state", "seed", "train_loss")


class Refine(FlashCase):
    def refining(self, refine="rounds = 2\nnetworks = 3\n", sample="repeats = 3\n", name="refine.toml", **options):
        text = self.write_job("plain.toml", **options).read_text()
        text = text.replace("count = 6\nholdout = 2\n\n[train]", f"count = 8\nholdout = 2\n{sample}\n[train]")
        return self.write_job(name, text=text + QUESTION + (f"\n[refine]\n{refine}" if refine else ""))

    def samples(self, folder=None):
        with h5py.File((folder or self.run_folder) / "archive.h5") as archive:
            table = archive["samples"]
            values = [[v.decode() if isinstance(v, bytes) else v for v in table[c][:]] for c in COLUMNS]
            return list(zip(*values)), {k: float(table.attrs[k]) for k in ("noise", "noise_freedom", "best_correlation")}

    def test_rounds_and_repeats_stand_in_archive_and_report(self):
        report = self.flash_json("run", self.refining(), "-o", self.run_folder, ranks=2)
        rows, noise = self.samples()
        design = [r for r in rows if r[1] == 0]
        refined = [r for r in rows if r[1] > 0]
        self.assertEqual(len(design), 10)
        self.assertIn(len(refined), (3, 6))
        self.assertEqual(len({r[0] for r in rows}), len(rows), "none is trained twice as a candidate")
        self.assertEqual(sorted(r[3] for r in design), [1] * 7 + [2] * 3)
        self.assertEqual(noise["noise_freedom"], 3)
        self.assertGreaterEqual(noise["noise"], 0)
        used = [p for p in report["predictors"] if p["used"]][0]
        self.assertEqual(used["samples"], 8 + len(refined), "the fit rests on them too")
        text = self.flash("report", self.run_folder).stdout
        self.assertIn(f"{len(refined)} of them in {refined[-1][1]} rounds of refinement", text)
        self.assertIn("trained again from another seed", text)

    def test_the_same_digits_whatever_the_ranks_and_the_stops(self):
        job = self.refining("rounds = 2\nnetworks = 3\n")
        self.flash("run", job, "-o", self.run_folder)
        whole = self.samples()
        stopped = self.folder / "stopped"
        # Stops within the repeats, within a round and between rounds.
        for tasks in (11, 13, 2, 2):
            code = self.flash("run", job, "-o", stopped, "--max-tasks", tasks, ranks=2, expect=None).returncode
            self.assertIn(code, (0, 75))
        self.flash("run", job, "-o", stopped, ranks=2)
        self.assertEqual(self.samples(stopped), whole)

    def test_a_run_grows_by_rounds(self):
        self.flash("run", self.refining("rounds = 1\nnetworks = 2\n", name="one.toml"), "-o", self.run_folder)
        one, _ = self.samples()
        said = self.flash("run", self.refining("rounds = 2\nnetworks = 2\n", name="two.toml"), "-o", self.run_folder)
        two, _ = self.samples()
        self.assertEqual(two[:len(one)], one, "what was trained holds")
        self.assertNotRegex(said.stderr, "(train|repeat|refine): .*made anew")

    def test_other_settings_make_the_rounds_anew(self):
        self.flash("run", self.refining(), "-o", self.run_folder)
        before, _ = self.samples()
        said = self.flash("run", self.refining(epochs=5, name="other.toml"), "-o", self.run_folder, "--again")
        self.assertIn("refine: 0 of its results hold", said.stderr)
        after, _ = self.samples()
        self.assertNotEqual([r[2] for r in after], [r[2] for r in before])

    def test_hopeless_trainings_end_early(self):
        job = self.refining("rounds = 3\nnetworks = 6\nhalving = true\n", epochs=8)
        self.flash("run", job, "-o", self.run_folder)
        rows, _ = self.samples()
        ended = [r for r in rows if r[4] == "ended"]
        for row in ended:
            self.assertGreater(row[1], 0, "the first design is trained to its end")
            self.assertNotEqual(row[2], row[2], "an accuracy of half a training is none")
        with h5py.File(self.run_folder / "archive.h5") as archive:
            ids, epochs = archive["curves/id"][:], archive["curves/epoch"][:]
        for row in rows:
            last = max(e for i, e in zip(ids, epochs) if i == row[0])
            self.assertIn(last, (2, 4) if row[4] == "ended" else (8,))

    def test_without_either_nothing_changes(self):
        self.flash("run", self.refining("", sample=""), "-o", self.run_folder)
        rows, noise = self.samples()
        self.assertEqual({r[1] for r in rows}, {0})
        self.assertNotEqual(noise["noise"], noise["noise"])

    def test_another_question_needs_rounds_of_its_own(self):
        job = self.refining()
        self.flash("run", job, "-o", self.run_folder)
        models = (self.run_folder / "models.json").read_bytes()
        for command in ("sweep", "compare"):
            said = self.flash(command, job, "-o", self.run_folder, "--subject-to", "macs<=40000", expect=65).stderr
            self.assertIn("the rounds of refinement that this job and question ask for are not done: `flash run`", said)
        self.assertEqual((self.run_folder / "models.json").read_bytes(), models)
        self.flash("sweep", job, "-o", self.run_folder)

    def test_an_exported_network_is_the_one_that_was_refined(self):
        self.flash("run", self.refining(), "-o", self.run_folder)
        refined = [row for row in self.samples()[0] if row[1] > 0][0]
        exported = self.flash_json("export", self.run_folder, "--id", refined[0], "-o", self.folder / "export")
        self.assertEqual(exported["accuracy"], refined[2])

    def test_no_more_rounds_than_there_are_networks(self):
        job = self.refining("rounds = 1000\nnetworks = 1000\n", sample="")
        self.assertEqual(self.flash_json("check", job)["tasks"]["refine"], self.flash_json("space", job)["size"] - 10)

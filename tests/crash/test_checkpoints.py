"""Trainings that are cut off go on from where they were, with the same digits."""

from archive_comparison import differences
from flash_case import FlashCase


class Checkpoints(FlashCase):
    def setUp(self):
        super().setUp()
        text = self.job.read_text().replace("epochs = 6", "epochs = 25").replace("count = 6\nholdout = 2", "count = 4\nholdout = 0", 1)
        self.job = self.write_job(text=text)
        self.often = self.write_job("often.toml", text=text + "\n[farm]\ncheckpoint_s = 0\n")

    def checkpoints(self):
        folder = self.run_folder / "checkpoints"
        return [file for file in folder.iterdir() if ".tmp." not in file.name] if folder.exists() else []

    def cut_off(self):
        """Kills a run once a training of it has a checkpoint, and returns that."""
        process = self.start("train", self.often, "-o", self.run_folder)
        self.wait_for(lambda: self.checkpoints() or process.poll() is not None)
        self.assertIsNone(process.poll(), "the training was over before its first checkpoint")
        self.end_group(process)
        return self.checkpoints()[0]

    def test_a_killed_training_goes_on(self):
        self.cut_off()
        said = self.flash("train", self.job, "-o", self.run_folder).stderr
        self.assertNotIn("begins anew", said)
        self.flash("train", self.job, "-o", self.folder / "undisturbed")
        self.assertEqual(differences(self.run_folder, self.folder / "undisturbed"), [])
        self.assertFalse((self.run_folder / "checkpoints").exists(), "nothing is left of trainings that are done")

    def test_a_damaged_checkpoint_is_said_and_not_used(self):
        checkpoint = self.cut_off()
        contents = bytearray(checkpoint.read_bytes())
        contents[len(contents) // 2] ^= 1
        checkpoint.write_bytes(contents)
        said = self.flash("train", self.job, "-o", self.run_folder).stderr
        self.assertIn(f"checkpoint {checkpoint} cannot be used, the training begins anew", said)
        self.flash("train", self.job, "-o", self.folder / "undisturbed")
        self.assertEqual(differences(self.run_folder, self.folder / "undisturbed"), [])

    def test_checkpoints_of_other_inputs_are_left_alone(self):
        """Other training settings: another training, which must not go on from this one's weights."""
        self.cut_off()
        other = self.write_job("other.toml", text=self.job.read_text().replace("epochs = 25", "epochs = 3"))
        self.flash("train", other, "-o", self.run_folder)
        self.flash("train", other, "-o", self.folder / "undisturbed")
        self.assertEqual(differences(self.run_folder, self.folder / "undisturbed"), [])
        self.assertFalse((self.run_folder / "checkpoints").exists())

    def test_all_networks_fail(self):
        """Nothing was trained: that is no success."""
        text = self.job.read_text().replace("learning_rate = 0.1", "learning_rate = 10.0\nmomentum = 0.99\nretries = 0").replace("epochs = 25", "epochs = 2")
        done = self.flash("train", self.write_job("bad.toml", text=text), "-o", self.run_folder, expect=65)
        self.assertIn("train: 4 of 4 networks failed, the first because:", done.stderr)
        status = self.flash_json("status", self.run_folder)
        self.assertNotEqual(status["state"], "finished")
        again = self.flash_json("train", self.folder / "bad.toml", "-o", self.run_folder, expect=65)
        self.assertEqual([s["attempt"] for s in again["samples"]], [1] * 4)
        started = max(s["t_start"] for s in again["samples"])
        retried = self.flash_json("train", self.folder / "bad.toml", "-o", self.run_folder, "--retry-failed", expect=65)
        self.assertGreater(min(s["t_start"] for s in retried["samples"]), started)

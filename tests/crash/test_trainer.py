"""A trainer that dies costs one try of one sample, never the job."""

import stat

from flash_case import BIN, FlashCase


class Trainer(FlashCase):
    def trainer(self, script):
        path = self.folder / "trainer.sh"
        path.write_text("#!/bin/sh\n" + script)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return {"FLASH_TRAINER": str(path)}

    def test_killed_once_is_tried_again(self):
        marker = self.folder / "killed"
        environment = self.trainer(f'if mkdir "{marker}" 2>/dev/null; then kill -9 $$; fi\nexec "{BIN}/flash-trainer"\n')
        report = self.flash_json("train", self.job, "-o", self.run_folder, environment=environment)
        self.assertTrue(all(s["state"] == "done" for s in report["samples"]))
        self.assertEqual(sum(s["attempt"] == 2 for s in report["samples"]), 1)

    def test_always_killed_is_reported_with_its_reason(self):
        environment = self.trainer("kill -9 $$\n")
        done = self.flash("run", self.job, "-o", self.run_folder, environment=environment, expect=65)
        self.one_line(done, "needs at least 4 trained networks")
        report = self.flash_json("report", self.run_folder)
        self.assertEqual({s["state"] for s in report["samples"]}, {"failed"})
        self.assertIn("signal 9", report["samples"][0]["error"])
        # With a trainer that works the failed ones are tried again on request.
        again = self.flash_json("train", self.job, "-o", self.run_folder, "--retry-failed")
        self.assertTrue(all(s["state"] == "done" for s in again["samples"]))

    def test_missing_trainer_is_said(self):
        environment = {"FLASH_TRAINER": str(self.folder / "absent")}
        done = self.flash("check", self.job, "--json", environment=environment, expect=66)
        self.assertIn("absent", done.stdout)

    def test_divergence_is_a_failed_sample_not_a_data_point(self):
        text = self.job.read_text().replace("learning_rate = 0.1", "learning_rate = 10.0\nretries = 0")
        job = self.write_job("diverges.toml", text=text)
        report = self.flash_json("train", job, "-o", self.folder / "diverges")
        failed = [s for s in report["samples"] if s["state"] == "failed"]
        self.assertGreater(len(failed), 0)
        for sample in failed:
            self.assertIsNone(sample["accuracy"])
            self.assertNotEqual(sample["error"], "")

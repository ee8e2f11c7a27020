"""A sweep in shards without MPI, merged: the sweep that one run makes, or a refusal that says what is wrong."""

import re
import shutil
import subprocess

from flash_case import BIN, TOP, FlashCase
from sweep_case import SweepCase


class Shards(SweepCase):
    def shard(self, number, count=3, folder=None, job=None, **options):
        folder = folder or self.folder / f"shard{number}"
        self.flash("sweep", job or self.job, "--shard", f"{number}/{count}", "-o", folder, **options)
        return folder

    def merge(self, *shards, expect=0):
        return self.flash("merge", *shards, "-o", self.run_folder, expect=expect)

    def refused(self, *parts, shards, expect=65):
        self.one_line(self.merge(*shards, expect=expect), *parts)
        self.assertFalse((self.run_folder / "archive.h5").exists())

    def test_merged_they_are_the_plain_sweep(self):
        plain = self.folder / "plain"
        self.flash("sweep", self.job, "-o", plain)
        shards = [self.shard(number) for number in (3, 1, 2)]
        self.merge(*shards)
        self.assert_same_sweep(self.run_folder, plain)
        self.assertEqual((self.run_folder / "models.json").read_bytes(), (plain / "models.json").read_bytes())

        with self.subTest("the same command again changes nothing"):
            before = self.journal_bytes()
            self.merge(*shards)
            self.assert_same_sweep(self.run_folder, plain)
            self.assertLess(self.journal_bytes() - before, 1000)  # a start, no block
        with self.subTest("a merge that was killed goes on"):
            journal = self.run_folder / "journal"
            journal.write_bytes(journal.read_bytes()[:before // 2])
            self.merge(*shards)
            self.assert_same_sweep(self.run_folder, plain)
        with self.subTest("the run goes on like any other"):
            rows = self.flash_json("compare", self.job, "-o", self.run_folder)["rows"]
            self.assertTrue(all(row["speedup_exhaustive"] > 0 for row in rows if row["found"]))
        with self.subTest("a run that holds another sweep is left alone"):
            self.one_line(self.flash("merge", *shards, "-o", plain, expect=64), "holds a sweep already")

    def test_more_shards_than_blocks(self):
        shards = [self.shard(number, count=40) for number in range(1, 41)]
        self.merge(*shards)
        self.flash("sweep", self.job, "-o", self.folder / "plain")
        self.assert_same_sweep(self.run_folder, self.folder / "plain")

    def test_what_is_missing_or_doubled_is_named(self):
        one, two, three = (self.shard(number) for number in (1, 2, 3))
        self.refused("shard 2/3 is missing", shards=(one, three))
        self.refused("shards 1/3, 3/3 are missing", shards=(two,))
        copy = shutil.copytree(two, self.folder / "copy")
        self.refused(str(two), str(copy), "both shard 2/3", shards=(one, two, three, copy))
        self.refused("different sweeps: 1/3 and 2/2", shards=(one, self.shard(2, 2, self.folder / "half")))
        self.refused("no such run directory", shards=(one, self.folder / "nowhere"), expect=66)
        plain = self.folder / "plain"
        self.flash("sweep", self.job, "-o", plain)
        self.refused("no shard", shards=(one, two, plain))

    def test_other_jobs_and_other_models_are_refused(self):
        one, two = self.shard(1), self.shard(2)
        other = self.write_job("other.toml", text=self.job.read_text().replace("top = 10", "top = 7"))
        self.assertNotEqual(other.read_text(), self.job.read_text())
        self.refused("different jobs", shards=(one, two, self.shard(3, job=other, folder=self.folder / "other")))
        self.write_models(b=30)
        self.refused("different models", shards=(one, two, self.shard(3)))
        with self.subTest("a shard that was begun with other models"):
            self.one_line(self.flash("sweep", self.job, "--shard", "1/3", "-o", one, expect=65), "other models")

    def test_a_directory_keeps_its_shard(self):
        folder = self.shard(1)
        for arguments, part in ((("--shard", "2/3"), "holds shard 1/3"), ((), "holds shard 1/3")):
            self.one_line(self.flash("sweep", self.job, *arguments, "-o", folder, expect=64), part)
        plain = self.folder / "plain"
        self.flash("compare", self.job, "-o", plain)
        self.one_line(self.flash("sweep", self.job, "--shard", "1/3", "-o", plain, expect=64), "no shard")

    def test_bad_shards_get_one_line(self):
        for shard in ("0/3", "4/3", "1", "1/", "/3", "1/0", "-1/3", "1/3x", "a/b", "1.5/3", "99999999999999999999/3"):
            done = self.flash("sweep", self.job, f"--shard={shard}", "-o", self.run_folder, expect=64)
            self.one_line(done, "--shard " + shard)
        self.one_line(self.flash("sweep", self.job, "--shard", "1/3", expect=64), "-o DIR")
        self.assertFalse(self.run_folder.exists())
        job = self.write_job("bare.toml", text=re.sub(r"\[models\].*", "", self.job.read_text(), flags=re.DOTALL))
        done = self.flash("sweep", job, "--shard", "1/3", "-o", self.run_folder, expect=66)
        self.one_line(done, "--models")

    def test_mpi_is_not_touched(self):
        several = {"SLURM_NTASKS": "4", "OMPI_COMM_WORLD_SIZE": "4", "PMI_SIZE": "4"}
        self.shard(1, environment=several)
        self.flash("sweep", self.job, "-o", self.run_folder, environment=several, expect=71)

    def test_the_slurm_script(self):
        def script(element, *arguments, expect=0):
            environment = dict(self.environment, FLASH_HOME=str(BIN), SLURM_SUBMIT_DIR=str(TOP))
            environment.pop("SLURM_ARRAY_TASK_ID", None)
            if element:
                environment["SLURM_ARRAY_TASK_ID"] = str(element)
            done = subprocess.run(["bash", TOP / "slurm" / "flash-array.sbatch", *map(str, arguments)], env=environment,
                                  capture_output=True, text=True)
            self.assertEqual(done.returncode, expect, done.stderr)

        self.run_folder = self.folder / "a run"
        for element in (1, 2, 3):
            script(element, self.job, self.run_folder, 3)
        script(None, self.job, self.run_folder, 4, expect=66)  # shard 4 was never run
        script(None, self.job, self.run_folder, 3)
        self.flash("sweep", self.job, "-o", self.folder / "plain")
        self.assert_same_sweep(self.run_folder, self.folder / "plain")


class TrainedShards(SweepCase):
    def setUp(self):
        FlashCase.setUp(self)  # its job, which trains and measures

    def test_a_run_that_has_trained_takes_them_over(self):
        for stage in ("train", "calibrate", "fit"):
            self.flash(stage, self.job, "-o", self.run_folder)
        plain = shutil.copytree(self.run_folder, self.folder / "plain")
        shards = [self.folder / f"shard{number}" for number in (1, 2)]
        for number, shard in enumerate(shards, 1):
            self.flash("sweep", self.job, "--shard", f"{number}/2", "-o", shard, "--models", self.run_folder / "models.json")
        self.flash("merge", *shards, "-o", self.run_folder)
        self.flash("sweep", self.job, "-o", plain)
        self.assert_same_sweep(self.run_folder, plain)
        with self.subTest("a run with other models does not"):
            models = self.run_folder / "models.json"
            changed = self.folder / "changed.json"
            changed.write_text(re.sub(r'"b": [0-9.e+-]+', '"b": 17.5', models.read_text()))
            self.assertNotEqual(changed.read_text(), models.read_text())
            other = self.folder / "other"
            self.flash("sweep", self.job, "--shard", "1/1", "-o", other, "--models", changed)
            done = self.flash("merge", other, "-o", self.run_folder, expect=65)
            self.one_line(done, str(self.run_folder), "other models")


class StoppedShards(SweepCase):
    SPACE = "fine"

    def test_a_shard_that_was_stopped_goes_on(self):
        shards = [self.folder / f"shard{number}" for number in (1, 2)]
        arguments = [("sweep", self.job, "--shard", f"{number}/2", "-o", shard) for number, shard in enumerate(shards, 1)]
        self.run_folder = shards[0]
        self.stop_in_the_middle(*arguments[0])
        self.run_folder = self.folder / "run"
        self.flash(*arguments[1])
        done = self.flash("merge", *shards, "-o", self.run_folder, expect=65)
        self.one_line(done, str(shards[0]), "shard 1/2", "not finished", "of its blocks", "ids", "constraint set")
        self.flash(*arguments[0])
        self.flash("merge", *shards, "-o", self.run_folder)
        self.flash("sweep", self.job, "-o", self.folder / "plain")
        self.assert_same_sweep(self.run_folder, self.folder / "plain")

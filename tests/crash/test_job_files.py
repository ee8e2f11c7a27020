"""Job files as people write them: what a command needs of them, and what is said of them before the start."""

import shlex
import subprocess

from flash_case import SLOWNESS
from sweep_case import SweepCase


class JobFiles(SweepCase):
    def edited(self, *changes):
        text = self.job.read_text()
        for old, new in changes:
            self.assertIn(old, text)
            text = text.replace(old, new)
        return self.write_job("edited.toml", text=text)

    def with_data(self, source="folder"):
        """The images are where a variable of the environment says."""
        return self.edited(('source = "shapes"\nside = 8\n',
                            f'source = "{source}"\nside = 8\ntrain = "${{FLASH_TEST_IMAGES}}/train"\ntest = "${{FLASH_TEST_IMAGES}}/test"\n'))

    def test_only_what_reads_the_images_asks_for_them(self):
        job = self.with_data()
        expected = self.flash_json("describe", self.job, "--id", "3")
        self.assertEqual(self.flash_json("describe", job, "--id", "3"), expected)
        self.flash("space", job)
        self.flash("search", job)
        self.flash("exact", job)
        self.flash("simulate", job, "--id", "3")
        self.flash("calibrate", job, "--emit", self.folder / "emitted", "--list-only")
        self.assertEqual(self.flash_json("sweep", job)["best"], self.flash_json("sweep", self.job)["best"])
        for command in (("run", job, "-o", self.run_folder), ("train", job, "-o", self.run_folder), ("check", job),
                        ("export", job, "--id", "3", "-o", self.folder)):
            done = self.flash(*command, expect=78)
            self.assertIn("data.train: needs the environment variable FLASH_TEST_IMAGES, which is not set",
                          done.stderr + done.stdout)
        self.assertFalse(self.run_folder.exists())

    def test_figures_for_assumed_images_are_marked(self):
        job = self.edited(('source = "shapes"\nside = 8\n', 'source = "folder"\ntrain = "absent"\ntest = "absent"\n'),
                          ('[models]\nfile = "models.json"\n', ""))
        self.assertIn("for 3 x 32 x 32, 10 classes", self.flash("describe", job, "--id", "3").stderr)

    def test_models_behind_an_unset_variable(self):
        job = self.edited(('"models.json"', '"${FLASH_TEST_MODELS}/models.json"'))
        self.flash("space", job)
        self.flash("search", job, "--training-free", "-o", self.folder)
        for command in (("search", job), ("sweep", job), ("run", job, "-o", self.run_folder)):
            self.one_line(self.flash(*command, expect=78), "models.file", "FLASH_TEST_MODELS")
        environment = {"FLASH_TEST_MODELS": str(self.folder)}
        self.flash("search", job, environment=environment)
        self.one_line(self.flash("run", job, "-o", self.run_folder, environment={"FLASH_TEST_MODELS": "/absent"}, expect=66),
                      "models.json")

    def test_check_ends_as_the_run_would(self):
        (self.folder / "train.bin").write_bytes(bytes(3073 * 20 - 1))
        (self.folder / "test.bin").write_bytes(bytes(3073 * 20))
        cifar = ('source = "shapes"\nside = 8\n', 'source = "cifar10"\ntrain = "train.bin"\ntest = "{}.bin"\n')
        for test, code in (("test", 65), ("absent", 65)):
            job = self.edited((cifar[0], cifar[1].format(test)))
            self.flash("run", job, "-o", self.run_folder, expect=code)
            self.flash("check", job, expect=code)
        (self.folder / "models.json").write_text("{}")
        self.flash("run", self.job, "-o", self.run_folder, expect=65)
        self.flash("check", self.job, expect=65)

    def test_check_counts_what_a_run_does(self):
        for changes in ((), (("latency_max_ms = 2", "latency_max_ms = 2\naccuracy_min = 0.01"),
                             ("top = 10", "top = 10\nhistograms = true\npareto = true"))):
            job = self.edited(*changes)
            tasks = self.flash_json("check", job)["tasks"]
            run = self.folder / f"run{len(changes)}"
            self.flash("sweep", job, "-o", run)
            self.flash("compare", job, "-o", run)
            done = {stage: count["done"] for stage, count in self.flash_json("status", run)["stages"].items()}
            for stage in ("sweep", "compare"):
                self.assertEqual(tasks[stage], done[stage], stage)
            # The hand-written models have energy, which this machine's counters may not.
            if changes:
                self.assertIn(done["landscape"] - tasks["landscape"], (0, 8 + 2))
            else:
                self.assertEqual(tasks["landscape"], 0)

    def test_a_step_that_leaves_out_the_end(self):
        def warned(job):  # but for the models file, which is not of that space
            return [w for w in self.flash_json("check", job)["warnings"] if "models.json: the models were" not in w]

        for change, parts in ((("depths = [3, 4]", 'depths = "3..6:2"'), ("space.depths", "6", "the last value is 5")),
                              (("depths = [3, 4]", "depths = [3, 4]\nskip_max = 8\nskip_step = 3"),
                               ("space.skip_step", "8", "the last value is 6")),
                              (("depths = [3, 4]", "depths = [3, 4]\nskip_step = 3"),
                               ("space.skip_step", "the last value is 3 in a cell of width 4 with 3 layers"))):
            job = self.edited(change)
            warnings = warned(job)
            self.assertEqual(len(warnings), 1, warnings)
            for part in ("edited.toml:", *parts):
                self.assertIn(part, warnings[0])
        # At a start too, whatever becomes of it: these models are for another space.
        self.assertIn(warnings[0], self.flash("sweep", job, expect=65).stderr)
        for fits in ('depths = "3..5:2"', "depths = [3, 4]\nskip_step = 2"):
            self.assertEqual(warned(self.edited(("depths = [3, 4]", fits))), [])

    def test_colours(self):
        job = self.edited(("depths = [3, 4]", 'depths = "3..6:2"'))  # which is warned of

        def on_a_terminal(**environment):
            command = ["script", "-qec", shlex.join(self.command("sweep", job)), "/dev/null"]
            terminal = dict(self.environment, TERM="xterm-256color", **environment)
            return subprocess.run(command, capture_output=True, text=True, env=terminal, timeout=60 * SLOWNESS).stdout

        colour = "\033[33m"
        self.assertIn(colour, on_a_terminal())
        self.assertIn(colour, on_a_terminal(NO_COLOR=""))
        plain = on_a_terminal(NO_COLOR="1")
        self.assertIn("the last value is 5", plain)
        self.assertNotRegex(plain, "\033\\[[0-9;]*m")

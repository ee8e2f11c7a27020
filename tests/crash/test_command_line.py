"""The command line, and standard streams that are closed or full."""

import os
import signal
import subprocess

from flash_case import BIN, FLASH, SLOWNESS
from sweep_case import SweepCase

NO_WHOLE_NUMBERS = ("", " 1", "1 ", "+1", "-1", "1.5", "1e3", "0x10", "nan", "18446744073709551616")
NO_POSITIVE_NUMBERS = ("", "nan", "inf", "-1", "0", "1e400", "+1", "0x10", " 1", "ten")


class CommandLine(SweepCase):
    def refused(self, *arguments, names, program=FLASH):
        done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, env=self.environment,
                              timeout=60 * SLOWNESS)
        self.assertEqual(done.returncode, 64, f"{arguments}: {done.stdout}{done.stderr}")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertLess(len(done.stderr), 300)
        for name in names:
            self.assertIn(name, done.stderr)

    def test_numbers_are_decimal(self):
        for command in ("describe", "simulate"):
            self.assertEqual(self.flash_json(command, self.job, "--id", "010")["id"], 10)
        self.assertEqual(self.flash("search", self.job, "--seed", "010").stdout.split("seconds")[0],
                         self.flash("search", self.job, "--seed", "10").stdout.split("seconds")[0])

    def test_questions_that_are_none_or_asked_twice(self):
        for option in ("--subject-to", "--maximise", "--minimise"):
            for text in ("", " ", ","):
                self.refused("exact", self.job, option, text, names=[option, "is empty"])
        self.refused("exact", self.job, "--minimise", "latency,latency", names=["--minimise", "latency twice"])
        self.refused("exact", self.job, "--subject-to", "latency<=1", "--subject-to", "latency<=2", names=["latency twice"])
        self.refused("exact", self.job, "--subject-to", "accuracy>=60", names=["accuracy>=60", "0.6"])
        search = BIN / "flash-search"
        for option, other in (("--latency-max=1", "--subject-to=latency<=2"), ("--accuracy-min=0.5", "--subject-to=latency<=2"),
                              ("--latency-exponent=1", "--minimise=latency"), ("--accuracy-exponent=1", "--maximise=accuracy")):
            self.refused("models.json", option, other, names=[option.split("=")[0], other.split("=")[0]], program=search)
        self.assertEqual(self.flash_json("exact", self.job, "--training-free", "--subject-to", "accuracy>=50")["constraints"]
                         ["accuracy_min"], 50)

    def test_counts_that_are_no_whole_numbers(self):
        run = ("-o", self.run_folder)
        for text in NO_WHOLE_NUMBERS:
            for command in (("describe", self.job), ("simulate", self.job), ("export", self.job, *run)):
                self.refused(*command, f"--id={text}", names=["--id"])
            self.refused("search", self.job, f"--seed={text}", names=["--seed"])
            self.refused("search", self.job, f"--evaluations={text}", names=["--evaluations"])
            self.refused("exact", self.job, f"--top={text}", names=["--top"])
            self.refused("sweep", self.job, f"--threads={text}", names=["--threads"])
            self.refused("sweep", self.job, *run, f"--max-tasks={text}", names=["--max-tasks"])
            self.refused("sweep", self.job, *run, f"--shard={text}/2", names=["--shard"])
        self.refused("sweep", self.job, *run, "--shard", "", names=["--shard"])  # not the whole sweep
        self.refused("calibrate", self.job, *run, "--list-only", names=["--list-only", "--emit"])
        for option in ("--evaluations", "--top"):
            self.refused("exact" if option == "--top" else "search", self.job, option, "0", names=[option, "at least 1"])
        self.assertFalse(self.run_folder.exists())

    def test_times_that_are_none(self):
        for text in NO_POSITIVE_NUMBERS:
            self.refused("sweep", self.job, f"--deadline={text}", names=["--deadline", "above 0" if text else "lacks its value"])

    def test_numbers_of_flash_search(self):
        program = str(BIN / "flash-search")
        models = self.folder / "models.json"
        for text in NO_POSITIVE_NUMBERS:
            for option in ("--accuracy-min", "--latency-max", "--energy-max", "--area-max"):
                self.refused(models, f"{option}={text}", names=[option], program=program)
        for text in NO_WHOLE_NUMBERS:
            self.refused(models, f"--seed={text}", names=["--seed"], program=program)
        for text in ("nan", "inf", "-1", "1e400", ""):
            self.refused(models, f"--latency-exponent={text}", names=["--latency-exponent"], program=program)
        self.refused(models, "--accuracy-min", "1.5", names=["--accuracy-min", "below 1"], program=program)

    def test_numbers_of_the_environment(self):
        for text in ("", "abc", "0", "-1", "nan", "60s"):
            done = self.flash("sweep", self.job, expect=64, environment={"FLASH_SILENCE_LIMIT": text})
            self.one_line(done, "FLASH_SILENCE_LIMIT", f'"{text}"')

    def test_what_was_probably_meant(self):
        self.refused("runn", self.job, names=["unknown command runn", "did you mean run?"])
        self.refused("run", self.job, "--outpt", "x", names=["unknown option --outpt", "did you mean --output?"])
        self.refused("describe", self.job, "7", "--id", "7", names=["unexpected argument 7"])
        self.refused("describe", self.job, "--id", "7", "--id", "8", names=["--id is given more than once"])

    def test_spaces_by_their_presets(self):
        space = self.flash_json("space", "--preset", "fbnet")
        self.assertEqual(space["size"], str(9 ** 22))
        self.assertEqual(len(space["axes"]), 22)
        self.assertEqual(space["axes"], space["variables"])
        cell = self.flash_json("describe", "--preset", "nasbench201", "--network",
                               "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|none~1|nor_conv_1x1~2|")
        self.assertEqual(cell["op"], ["nor_conv_3x3", "none", "skip_connect", "none", "none", "nor_conv_1x1"])
        for arguments, parts in ((("space", "--preset", "fbnt"), ["--preset", "did you mean fbnet?"]),
                                 (("space",), ["JOB", "--preset"]),
                                 (("describe", self.write_job(), "--preset", "fbnet", "--id", 1), ["not both"])):
            self.one_line(self.flash(*arguments, expect=64), *parts)

    def test_networks_in_words(self):
        for network, names in (("wm=2 depth=4", ["no tc"]), ("wm=2 depht=4 tc=0", ["depht", "did you mean depth?"]),
                               ("wm=7 depth=4 tc=0", ["wm 7 is not one of 1, 2"]), ("wm=1 depth=4 tc=0,1,2", ["3 values, not 2"]),
                               ("wm=1 depth=3 tc=5,0", ["tc 5 of cell 0 is more than its 4"]), ("7", ["'7'", "wm=..."]),
                               ("wm=1 wm=1 depth=4 tc=0", ["wm is given twice"]), ("", ["--network"])):
            self.refused("describe", self.job, "--network", network, names=names)
        self.refused("describe", self.job, "--network", "wm=1 depth=4 tc=0", "--id", "3", names=["--id", "--network"])
        self.refused("describe", self.job, names=["--id", "--network"])

    def test_paths_and_devices(self):
        for option in ("--output", "--models", "--device"):
            command = ("sweep", self.job, "--shard", "1/2") if option == "--models" else ("run", self.job, "-o", "x")
            self.refused(*command[:-2] if option == "--output" else command, option, "", names=[option])
        self.refused("space", "", names=["JOB"])
        self.refused("report", "", names=["RUN"])
        for device in ("gpu", "cuda:", "cuda:-1", "CPU"):
            self.refused("train", self.job, "-o", self.run_folder, "--device", device, names=["--device", "cpu | cuda | cuda:N"])
        self.assertFalse(self.run_folder.exists())

    def test_without_a_command_there_is_help(self):
        done = self.flash(expect=64)
        self.assertIn("Usage: flash", done.stderr)

    def test_common_flags_stand_before_the_command_too(self):
        self.assertEqual(self.flash("--json", "space", self.job).stdout, self.flash("space", self.job, "--json").stdout)
        self.flash("-v", "space", self.job)


class Streams(SweepCase):
    def shell(self, line):
        """Exit code and standard error of a line of shell in the test's folder, in which $flash is the program."""
        programs = {"flash": FLASH, "search": str(BIN / "flash-search"), "trainer": str(BIN / "flash-trainer")}
        done = subprocess.run(["bash", "-c", line], env=dict(self.environment, **programs), cwd=self.folder,
                              capture_output=True, text=True, timeout=120 * SLOWNESS)
        return done.returncode, done.stderr

    def test_a_full_disk_behind_standard_output(self):
        self.flash("sweep", self.job, "-o", self.run_folder)
        for command in ("--help", "--version", "run --help", "options", "options --json", "options --sample", "space job.toml",
                        "describe job.toml --id 3", "simulate job.toml --id 3 --json", "search job.toml", "exact job.toml",
                        "sweep job.toml", "status run", "report run", "report run --json", "repair run",
                        "sweep job.toml -o run"):
            code, errors = self.shell(f"$flash {command} >/dev/full")
            self.assertEqual(code, 74, f"{command}: {errors}")
            self.assertIn("flash: cannot write to standard output: No space left on device", errors)
        for command in ("--help", "--version", "models.json", "models.json --json"):
            code, errors = self.shell(f"$search {command} >/dev/full")
            self.assertEqual(code, 74, f"{command}: {errors}")
            self.assertIn("flash-search: cannot write to standard output", errors)

    def test_the_trainer_checks_its_help(self):
        for command in ("--help", "--version"):
            code, errors = self.shell(f"$trainer {command} >/dev/full")
            self.assertEqual(code, 74, errors)
            self.assertIn("flash-trainer: cannot write to standard output: No space left on device", errors)

    def test_closed_streams_do_not_reach_the_run(self):
        whole = self.folder / "whole"
        self.flash("sweep", self.job, "-o", whole)
        code, _ = self.shell("$flash sweep job.toml -o run <&- >&- 2>&-")
        self.assertEqual(code, 74)  # its answer could not be written
        self.flash("sweep", self.job, "-o", self.run_folder)
        self.assert_same_sweep(self.run_folder, whole)
        self.assertEqual(self.shell("$flash space job.toml >&-"),
                         (74, "flash: cannot write to standard output: Bad file descriptor\n"))

    def test_a_lost_log_changes_nothing(self):
        whole = self.folder / "whole"
        self.flash("sweep", self.job, "-o", whole)
        for number, where in enumerate(("2>&-", "2>/dev/full", "2> >(exit)")):
            code, _ = self.shell(f"$flash sweep job.toml -v -o run{number} {where}")
            self.assertEqual(code, 0, where)
            self.assert_same_sweep(self.folder / f"run{number}", whole)
        self.assertEqual(self.shell("$flash describe job.toml --id 9999 2>&-"), (64, ""))

    def test_a_reader_that_has_gone(self):
        reader, writer = os.pipe()
        os.close(reader)
        # As a shell starts it: Python's own children ignore SIGPIPE.
        done = subprocess.run([FLASH, "options"], stdout=writer, stderr=subprocess.PIPE, text=True,
                              preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_DFL))
        os.close(writer)
        self.assertEqual((done.returncode, done.stderr), (74, "flash: cannot write to standard output: Broken pipe\n"))


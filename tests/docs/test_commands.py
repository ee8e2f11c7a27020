"""Commands, options and keys that the Markdown files show are those of the programs."""

import functools
import json
import os
import pathlib
import re
import shlex
import subprocess
import unittest

from markdown import SPAN, TOP, Page, files

BIN = pathlib.Path(os.environ.get("FLASH_BIN_DIR", TOP / "build" / "bin"))
PROGRAMS = ("flash", "flash-search")


@functools.cache
def usage(*command):
    """Sub-commands and options that the program's or command's own help lists."""
    text = subprocess.run([BIN / command[0], *command[1:], "--help"], check=True, capture_output=True, text=True).stdout
    _, _, commands = text.partition("\nSubcommands:\n")
    options = re.findall(r"^  (-\S+)", text, re.MULTILINE)
    return set(re.findall(r"^  ([a-z][\w-]*)", commands, re.MULTILINE)), {o for some in options for o in some.split(",")}


def calls(text):
    """The words behind each program in a line of code, up to the end of its command."""
    for part in re.split(r"&&|[|;()]", text):
        try:
            words = shlex.split(part)
        except ValueError:
            continue  # a piece of another language
        for index, word in enumerate(words):
            if pathlib.PurePath(word).name in PROGRAMS and not word.endswith("/"):
                yield pathlib.PurePath(word).name, words[index + 1:]
                break


def unknown_words(page):
    """Commands and options that the programs do not have; words in capitals stand for others."""
    for number, text in page.code():
        for program, words in calls(text):
            command = [program]
            for word in words:
                commands, options = usage(*command)
                if word.startswith("-"):
                    if word.split("=")[0] not in options:
                        yield f"{page.name()}:{number}: {' '.join(command)} has no option {word}"
                elif commands and not word.isupper():
                    if word not in commands:
                        yield f"{page.name()}:{number}: {' '.join(command)} has no command {word}"
                        break
                    command.append(word)


class Commands(unittest.TestCase):
    maxDiff = None

    def test_are_those_of_the_programs(self):
        self.assertEqual([], [finding for path in files() for finding in unknown_words(Page(path))])

    def test_are_all_shown(self):
        shown = {words[0] for path in files() for _, text in Page(path).code()
                 for program, words in calls(text) if program == "flash" and words}
        self.assertEqual(set(), usage("flash")[0] - shown)

    def test_keys_of_a_job(self):
        """The table of jobs/README.md: `[section]`, meaning, `key`, `key` ..."""
        options = json.loads(subprocess.run([BIN / "flash", "options", "--json"], check=True, capture_output=True,
                                            text=True).stdout)
        known = {}
        for option in options:
            known.setdefault(option["section"], set()).add(option["key"])
        told = {}
        for _, kind, line in Page(TOP / "jobs" / "README.md").lines:
            if kind == "table" and line.startswith("| `["):
                section, _, keys = line.strip("| ").split(" | ")
                told[section.strip("`[]")] = set(SPAN.findall(keys))
        self.assertEqual(set(known), set(told))
        self.assertEqual({}, {section: keys - known[section] for section, keys in told.items() if keys - known[section]})


class Checks(unittest.TestCase):
    """The checks find what they are to find."""

    def test_unknown_words(self):
        page = Page(pathlib.Path(__file__).with_name("page.md"),
                    "`flash runn` `flash COMMAND --help` `flash-trainer` `flash`\n\n    flash: error: --none\n"
                    "    mpirun -n 2 --none build/bin/flash run JOB -o RUN --agian && flash --json space x.toml   # flash no\n"
                    "    flash-search models.json --latency-max 40 --top 3\n")
        self.assertEqual(["flash has no command runn", "flash run has no option --agian", "flash-search has no option --top"],
                         [finding.split(": ", 1)[1] for finding in unknown_words(page)])

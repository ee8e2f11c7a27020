"""The container's recipe, as far as that goes without a container: what it copies is enough for its commands to build."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
# Installs nothing here; configures for good, then only says how it would build (cmake --build FOLDER --target NAME ...).
FAKES = {"apt-get": 'echo "apt-get $*"\n',
         "cmake": 'if [ "$1" = --build ]; then folder=$2; shift 3; exec ninja -C "$folder" -t commands "$@"; fi\n'
                  'exec /usr/bin/cmake "$@"\n'}


def sections():
    """The recipe's sections by name, without comments."""
    text = re.sub(r"^\s*#.*\n", "", (TOP / "slurm" / "flash.def").read_text(), flags=re.MULTILINE)
    parts = re.split(r"^%(\w+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


class Container(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="flash_test."))
        self.addCleanup(shutil.rmtree, self.folder)

    def test_the_recipe_builds_from_what_it_copies(self):
        root = self.folder / "opt" / "flash"
        for line in sections()["files"].splitlines():
            if line.strip():
                source, target = line.split()
                self.copy(TOP / source, root / pathlib.Path(target).relative_to("/opt/flash"))
        done = self.shell(sections()["post"].replace("/opt/flash", str(root)))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        built = done.stdout + done.stderr
        for program in ("flash", "flash-trainer", "flash-search"):
            self.assertRegex(built, rf"-o bin/{program} ")
        self.assertNotIn("install", built)  # all of its packages are those that are here

    def test_every_section_is_a_script(self):
        for name in ("post", "environment", "runscript", "test"):
            done = subprocess.run(["sh", "-n"], input=sections()[name], capture_output=True, text=True)
            self.assertEqual(done.stderr, "", name)

    @staticmethod
    def copy(source, target):
        if source.is_dir():
            shutil.copytree(source, target, symlinks=False)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)

    def shell(self, script):
        programs = self.folder / "fake"
        programs.mkdir()
        for name, text in FAKES.items():
            (programs / name).write_text("#!/bin/sh\n" + text)
            (programs / name).chmod(0o755)
        environment = dict(os.environ, PATH=f"{programs}:{os.environ['PATH']}")
        for name in ("BUILD", "PRESET"):
            environment.pop(name, None)
        return subprocess.run(["sh", "-e", "-c", script], env=environment, capture_output=True, text=True, timeout=300)


if __name__ == "__main__":
    unittest.main()

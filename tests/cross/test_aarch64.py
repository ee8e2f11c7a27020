"""flash-search for 64-bit Arm against this machine's: the same answers, from one file that needs no other."""

import json
import math
import os
import pathlib
import shutil
import subprocess
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("FLASH_BIN_DIR", TOP / "build" / "bin"))
BUILD = pathlib.Path(os.environ.get("FLASH_CROSS_BUILD", TOP / "build-aarch64"))
MODELS = sorted((TOP / "data" / "models").glob("*.json"))
# What one processor's exp and another's may differ by; and a band, whose quadratic form cancels.
ROUNDING = 1e-12
BAND_ROUNDING = 1e-6


def answer(*command):
    done = subprocess.run(command + ("--json",), capture_output=True, text=True, timeout=120)
    return json.loads(done.stdout) if done.returncode == 0 else (done.returncode, done.stderr)


class Aarch64(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for program in ("aarch64-linux-gnu-g++", "qemu-aarch64"):
            if not shutil.which(program):
                raise unittest.SkipTest(f"{program} is not installed (packages g++-aarch64-linux-gnu, qemu-user)")
        for command in (["cmake", "--preset", "aarch64", "-B", BUILD], ["cmake", "--build", BUILD]):
            done = subprocess.run(command, cwd=TOP, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            assert done.returncode == 0, done.stdout[-4000:]

    def same(self, found, expected, path="answer"):
        if isinstance(expected, float):
            tolerance = BAND_ROUNDING if path.endswith("_band") else ROUNDING
            self.assertTrue(math.isclose(found, expected, rel_tol=tolerance), f"{path}: {found} and {expected}")
        elif isinstance(expected, dict):
            self.assertEqual(list(found), list(expected), path)
            for key in expected.keys() - {"seconds"}:
                self.same(found[key], expected[key], f"{path}.{key}")
        else:
            self.assertEqual(found, expected, path)

    def both(self, *arguments):
        native = answer(BIN / "flash-search", *arguments)
        self.same(answer("qemu-aarch64", BUILD / "bin" / "flash-search", *arguments), native)
        return native

    def test_searches_answer_alike(self):
        self.assertTrue(MODELS)
        for models in MODELS:
            free = [] if json.loads(models.read_text())["accuracy"] else ["--training-free"]
            for options in ([], ["--method", "exact"], ["--method", "reinforce", "--seed", "3", "--evaluations", "500"],
                            ["--accuracy-min", "0.3", "--latency-exponent", "0.5"]):
                with self.subTest(models=models.name, options=options):
                    self.assertIn("found", self.both(models, *free, *options))

    def test_nn_degree_alone(self):
        self.assertTrue(self.both("--preset", "flash-63b", "--training-free")["found"])

    def test_errors_are_the_same_line(self):
        self.assertEqual(self.both("absent.json")[0], 66)

    def test_needs_no_library(self):
        headers = subprocess.run(["aarch64-linux-gnu-readelf", "-hl", BUILD / "bin" / "flash-search"], check=True,
                                 capture_output=True, text=True).stdout
        self.assertIn("AArch64", headers)
        self.assertNotIn("INTERP", headers)


if __name__ == "__main__":
    unittest.main()

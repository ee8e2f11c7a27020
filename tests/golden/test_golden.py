"""What flash finds is what it found when the goldens were recorded, bit for bit: one test a golden."""

import os
import pathlib
import unittest

import cases
import golden
import make

BIN = pathlib.Path(os.environ.get("FLASH_BIN_DIR", pathlib.Path(__file__).resolve().parents[2] / "build" / "bin"))
SHOWN = 20  # differences


class Golden(unittest.TestCase):
    def hold(self, name):
        recorded = golden.read(name)
        self.assertTrue(recorded, f"tests/golden/values/{name}.json is missing")
        if name in cases.BY_PROCESSOR:
            prefix = f"{golden.processor()}: "
            recorded = {label.removeprefix(prefix): value for label, value in recorded.items()
                        if label.startswith(prefix)}
            if not recorded:
                self.skipTest(f"SKIPPED: no training digits are recorded for {golden.processor()} processors; "
                              f"tests/golden/make.py --bin DIR {name} records them, from programs that are right")
        found = golden.differences(recorded, make.values(name, BIN))
        self.assertEqual(found, [], "\n".join([f"{len(found)} differences:", *found[:SHOWN]]))


for each in cases.CASES:
    setattr(Golden, f"test_{each}", lambda self, name=each: self.hold(name))

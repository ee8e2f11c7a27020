#!/usr/bin/python3
"""Records golden values from programs that are known to be right: make.py --bin DIR [GOLDEN...]

What hangs on the processor's instruction set is recorded for this machine's and kept for the others.
"""

import argparse
import tempfile
import time

import cases
import golden
from flash import Flash


def values(name, binaries):
    """What the programs in `binaries` give for one golden."""
    with tempfile.TemporaryDirectory(prefix="flash_golden.") as folder:
        found = {}
        for label, value in cases.CASES[name](Flash(binaries, folder)):
            value = golden.clean(value)
            # The same thing asked for in two ways must give the same.
            for line in golden.differences(found.get(label, value), value, label):
                raise AssertionError(f"asked for in another way, {line}")
            found[label] = value
        return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True, help="folder with flash, flash-trainer and flash-search")
    parser.add_argument("golden", nargs="*", choices=[[], *cases.CASES], help="which ones; default: all")
    arguments = parser.parse_args()
    golden.FOLDER.mkdir(exist_ok=True)
    for name in arguments.golden or cases.CASES:
        start = time.monotonic()
        found = values(name, arguments.bin)
        if name in cases.BY_PROCESSOR:
            found = golden.read(name) | {f"{golden.processor()}: {label}": value for label, value in found.items()}
        golden.write(name, found)
        print(f"{name}: {len(found)} values, {time.monotonic() - start:.1f} s")


if __name__ == "__main__":
    main()

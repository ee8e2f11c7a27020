#!/usr/bin/env python3
"""Writes anew what flash prints of its archives: the second half of FORMAT.md, and flash_analysis/schema.json.

python3 analysis/schema.py build/bin/flash
"""
import os
import subprocess
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))


def main(flash):
    def printed(*options):
        return subprocess.run([flash, "options", "--archive", *options], check=True, capture_output=True, text=True).stdout

    path = os.path.join(FOLDER, "FORMAT.md")
    with open(path, encoding="utf-8") as file:
        prose = file.read().partition("## Root attributes")[0]
    with open(path, "w", encoding="utf-8") as file:
        file.write(prose + printed())
    with open(os.path.join(FOLDER, "flash_analysis", "schema.json"), "w", encoding="utf-8") as file:
        file.write(printed("--json"))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])

#!/usr/bin/python3
"""Figures and one HTML page of a run: analysis/report.py RUN [--output DIR]. Works straight from the checkout."""
import sys

from flash_analysis import output
from flash_analysis.report import main

if __name__ == "__main__":
    sys.exit(output.run("report.py", main))

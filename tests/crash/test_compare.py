"""The comparison of search methods, from models alone: nothing trained, nothing swept."""

import subprocess
import sys

import numpy as np

from flash_case import TOP
from sweep_case import SweepCase

FIGURES = {"objective": 1, "gap": -1, "gap_random": -1, "evaluations": -1, "seconds": -1, "evaluations_1pc": -1, "seconds_1pc": -1,
           "speedup_rl": 1, "speedup_exhaustive": 1}  # 1: more is better


class Compare(SweepCase):
    def gaps(self, report):
        return {(row["constraints"], row["method"], row["seed"]): row["gap"] for row in report["rows"]}

    def test_the_gap_is_known_whatever_proves_it(self):
        compared = self.flash_json("compare", self.job, "-o", self.run_folder)
        self.assertTrue(all(row["gap"] >= 0 for row in compared["rows"] if row["found"]))
        self.assertEqual([row["gap"] for row in compared["rows"] if row["method"] == "exact"], [0] * 6)  # 3 sets, 2 runs
        self.assertTrue(all(row["speedup_exhaustive"] is None for row in compared["rows"]))

        with self.subTest("without method exact"):
            job = self.write_job("other.toml", text=self.job.read_text().replace(', "exact"', ""))
            other = self.gaps(self.flash_json("compare", job))
            self.assertEqual(other, {k: gap for k, gap in self.gaps(compared).items() if k[1] != "exact"})
        with self.subTest("after a sweep"):
            self.flash("sweep", self.job, "-o", self.run_folder)
            swept = self.flash_json("compare", self.job, "-o", self.run_folder)
            self.assertEqual(self.gaps(swept), self.gaps(compared))
            self.assertTrue(all(row["speedup_exhaustive"] > 0 for row in swept["rows"] if row["found"]))
        with self.subTest("the archive is valid"):
            subprocess.run([sys.executable, "-m", "flash_analysis.validate", self.run_folder], check=True,
                           cwd=TOP / "analysis", capture_output=True)

    def test_the_summary_is_that_of_the_rows(self):
        job = self.write_job("seeds.toml", text=self.job.read_text().replace("seeds = 2", "seeds = 5"))
        report = self.flash_json("compare", job, ranks=2)
        self.assertEqual(len(report["summary"]), 3 * 4)
        for summary in report["summary"]:
            rows = [row for row in report["rows"]
                    if (row["constraints"], row["method"]) == (summary["constraints"], summary["method"])]
            self.assertEqual(summary["runs"], len(rows))
            self.assertEqual(summary["found"], sum(row["found"] for row in rows))
            self.assertEqual(summary["speedup_rl_bounds"], sum(row["speedup_rl_is_bound"] for row in rows))
            for figure, sign in FIGURES.items():
                if figure == "speedup_exhaustive":
                    continue
                values = [row[figure] if row["found"] else None for row in rows] if figure == "objective" else [
                    row[figure] for row in rows]
                # What is absent counts as worst, and has no share in a quartile that is there.
                values = np.array([-sign * 1e300 if v is None else v for v in values], float)
                for name, share in (("q1", 0.25), ("median", 0.5), ("q3", 0.75)):
                    expected = np.quantile(values, share)
                    found = summary[f"{figure}_{name}"]
                    if abs(expected) > 1e290:
                        self.assertIsNone(found, (figure, summary))
                    else:
                        np.testing.assert_allclose(found, expected, rtol=1e-12, err_msg=figure)

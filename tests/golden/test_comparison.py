"""The goldens' own comparison: what it must tell apart, and what it must not."""

import copy
import unittest

import golden

ROWS = [{"id": k, "objective": k / 7, "energy_mj": {"adc": k * 0.1}, "seconds": k * 1.5} for k in range(50)]


class Comparison(unittest.TestCase):
    def compare(self, change):
        rows = copy.deepcopy(ROWS)
        change(rows)
        return golden.differences(golden.clean({"table": ROWS}), golden.clean({"table": rows}))

    def test_the_same_is_the_same(self):
        self.assertEqual(self.compare(lambda rows: None), [])

    def test_the_last_bit_of_a_late_row_is_a_difference(self):
        def change(rows):
            rows[40]["objective"] *= 1 + 2**-52
        self.assertEqual([line.split(":")[0] for line in self.compare(change)], ["table/sha256 of columns/objective"])

    def test_a_first_row_is_shown(self):
        def change(rows):
            rows[1]["energy_mj"]["adc"] = 3.0
        self.assertIn("table/first[1]/energy_mj/adc: is 3, was 0.1", self.compare(change))

    def test_a_missing_column_and_a_missing_row_are_differences(self):
        self.assertTrue(self.compare(lambda rows: [row.pop("objective") for row in rows]))
        self.assertIn("table/rows: is 49, was 50", self.compare(lambda rows: rows.pop()))

    def test_what_is_added_and_what_the_clock_says_are_none(self):
        def change(rows):
            for row in rows:
                row.update(macs=7, seconds=row["seconds"] * 2)
                row["energy_mj"]["wires"] = 1.0
        self.assertEqual(self.compare(change), [])

    def test_truth_is_no_number_and_nan_is_absent(self):
        self.assertTrue(golden.differences({"a": 1}, {"a": True}))
        self.assertEqual(golden.clean({"a": float("nan"), "b": 2.0}), {"a": None, "b": 2})

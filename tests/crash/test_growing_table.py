"""Measurements of a table that change between two starts of a run."""

import unittest

from growing_case import GrowingCase


class GrowingTable(GrowingCase):
    def setUp(self):
        super().setUp()
        self.table = self.folder / "board.csv"

    def job_of(self, keys):
        self.job = self.write_job(text=self.text.replace('target = "imc"\ncount = 8\nholdout = 3',
                                                         f'target = "table"\nfile = "board.csv"\nholdout = 4\n{keys}'))

    def write(self, rows, header="id,latency_ms"):
        self.table.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n")

    def calibrate(self):
        """What is said, and the networks with their figures by id."""
        before = set(self.records()) if (self.run_folder / "archive.h5").exists() else set()
        done = self.flash("calibrate", self.job, "-o", self.run_folder)
        hardware = self.flash_json("report", self.run_folder)["hardware"]
        made = [record for record in self.records() if record not in before and record[0] == "calibrate"]
        return done.stderr, {n["id"]: n for n in hardware["networks"]}, hardware["quality"], len(made)

    def test_rows_known_by_their_features(self):
        """Exact data stay exact whatever the order of the rows, and whatever is added on top."""
        self.job_of('feature_columns = ["macs", "parameters"]')
        header = "macs,parameters,latency_ms"
        rows = [(10000 * k, 70 * k * k, 1 + 0.2 * k + 0.01 * k * k) for k in range(1, 21)]
        self.write(rows, header)
        said, first, quality, made = self.calibrate()
        self.assertEqual(made, 20)
        self.assertGreater(quality["latency_r2_holdout"], 0.9999)
        self.write(rows[7:] + rows[:7], header)
        said, shuffled, quality, made = self.calibrate()
        self.assertEqual(made, 0)
        self.assertNotIn("anew", said)
        self.assertEqual(shuffled, first)
        self.write([(250000, 800, 5.5), *rows], header)
        said, added, quality, made = self.calibrate()
        self.assertEqual(made, 1)
        self.assertEqual({i: n["latency_ms"] for i, n in added.items() if i in first}, {i: n["latency_ms"] for i, n in first.items()})

    def test_rows_known_by_their_id(self):
        self.job_of("")
        rows = [(38 * k, 1 + 0.1 * k) for k in range(24)]
        self.write(rows)
        self.calibrate()
        with self.subTest("one is corrected, one goes, one comes"):
            rows[3] = (rows[3][0], 9.0)
            self.write([(911, 4.0), *rows[:-1]])
            said, networks, _, made = self.calibrate()
            self.assertEqual(made, 2)
            self.assertIn("22 of its results hold; 1 were made from other measurements in the table and are to be made anew; "
                          "1 are no longer asked for", said)
            self.assertEqual(networks[rows[3][0]]["latency_ms"], 9.0)
            self.assertNotIn(rows[-1][0], networks)
            self.assertEqual(self.superseded(), {"calibrate": 2})
        with self.subTest("all are ten times slower: the run is measured anew, and says so"):
            rows = [(network, 10 * latency) for network, latency in rows]
            self.write(rows)
            said, networks, _, made = self.calibrate()
            self.assertEqual(made, 24)
            self.assertIn("calibrate: 0 of its results hold; 24 were made from other measurements in the table", said)
            self.assertEqual({n: row["latency_ms"] for n, row in networks.items()}, dict(rows))

    def test_what_rests_on_rows_that_have_changed(self):
        """Nothing is fitted, swept or compared from the rest of them: first they are read again."""
        self.job_of("")
        rows = [(38 * k, 1 + 0.1 * k) for k in range(24)]
        self.write(rows)
        self.flash("train", self.job, "-o", self.run_folder)
        self.calibrate()
        before = self.flash_json("exact", self.job, "-o", self.run_folder)
        rows[:8] = [(network, 20 * latency) for network, latency in rows[:8]]
        self.write(rows)
        for command in ("fit", "sweep", "compare"):
            self.one_line(self.flash(command, self.job, "-o", self.run_folder, expect=65),
                          "8 results of stage calibrate were made from inputs that have changed since: `flash calibrate`")
        self.one_line(self.flash("exact", self.job, "-o", self.run_folder, expect=65), "hardware.file", "`flash run`")
        self.flash("train", self.job, "-o", self.run_folder)
        self.assertIn("the hardware models rest on 16 of 24 networks: `flash calibrate` does the others",
                      self.flash_json("exact", self.job, "-o", self.run_folder)["warnings"])
        self.calibrate()
        self.flash("fit", self.job, "-o", self.run_folder)
        after = self.flash_json("exact", self.job, "-o", self.run_folder)
        self.assertEqual([w for w in after["warnings"] if "rest on" in w], [])
        self.assertNotEqual(after["best"]["latency_ms"], before["best"]["latency_ms"])

    def test_a_table_corrected_after_the_search(self):
        """Everything that follows from the table is made anew; the networks stay trained."""
        self.job_of("")
        rows = [(38 * k, 1 + 0.1 * k) for k in range(24)]
        self.write(rows)
        self.flash("run", self.job, "-o", self.run_folder)
        self.write([(network, 10 * latency) for network, latency in rows])
        counts, said = self.made()
        self.assertEqual(counts["calibrate"], 24)
        self.assertNotIn("train", counts)
        self.assertIn("sweep", counts)
        self.assertIn("other measurements in the table", said)
        self.require_as_fresh()
        with self.subTest("search and exact do not answer from models of another table"):
            self.write(rows)
            self.one_line(self.flash("exact", self.job, "-o", self.run_folder, expect=65), "hardware.file (others, or changed)")


if __name__ == "__main__":
    unittest.main()

"""Measurements made elsewhere, through a whole job."""

import csv

from flash_case import FlashCase


class Table(FlashCase):
    def setUp(self):
        super().setUp()
        text = self.job.read_text()
        head, hardware = text.split("[hardware]\n")
        _, rest = hardware.split("\n\n", 1)
        self.table = self.folder / "board.csv"
        self.text = head + '[hardware]\ntarget = "table"\nfile = "board.csv"\nholdout = 4\n{keys}\n' + rest
        self.job = self.write_job("table.toml", text=self.text.format(keys=""))

    def described(self, ids):
        return [self.flash_json("describe", self.job, "--id", network) for network in ids]

    def write(self, header, rows):
        with open(self.table, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            writer.writerows(rows)

    def measured(self, ids=range(0, 912, 38)):
        """A board whose latency and energy are known functions of the network, in microseconds and joules."""
        networks = self.described(ids)
        return [(n, round(50 + n["macs"] / 2000, 6), (n["macs"] + 40 * n["parameters"]) * 1e-9) for n in networks]

    def test_a_board_by_id(self):
        keys = 'latency_column = "time_us"\nlatency_unit = "us"\nenergy_column = "energy_j"\nenergy_unit = "j"'
        job = self.write_job("table.toml", text=self.text.format(keys=keys))
        self.write(["id", "time_us", "energy_j"], [(n["id"], t, e) for n, t, e in self.measured()])
        report = self.flash_json("run", job, "-o", self.run_folder)
        self.assertEqual(report["hardware"]["target"], "table")
        self.assertEqual(len(report["hardware"]["networks"]), 24)
        quality = report["hardware"]["quality"]
        for metric in ("latency", "energy"):
            self.assertEqual(quality[metric + "_networks_fit"], 20)
            self.assertEqual(quality[metric + "_networks_holdout"], 4)
            self.assertLess(quality[metric + "_mape_holdout"], 1e-3)
        for network in report["hardware"]["networks"]:
            self.assertAlmostEqual(network["latency_ms"], network["latency_ms_predicted"], delta=1e-2 * network["latency_ms"])
            self.assertIsNone(network["area_mm2"])
        best = self.flash_json("exact", job, "-o", self.run_folder)["best"]
        self.assertIsNotNone(best["energy_mj"])
        self.assertIn("latency_ms_band", best)
        self.assertIsInstance(best["extrapolated"], list)
        self.assertIn("energy  model", self.flash("report", self.run_folder).stdout)

    def test_a_board_by_configuration(self):
        keys = 'network_columns = ["wm", "depth", "tc_0", "tc_1"]'
        job = self.write_job("table.toml", text=self.text.format(keys=keys))
        rows = [(n["wm"], n["depth"], *n["skips"], t / 1000) for n, t, _ in self.measured()]
        self.write(["wm", "depth", "tc_0", "tc_1", "latency_ms"], rows)
        quality = self.flash_json("calibrate", job, "-o", self.run_folder)["hardware"]["quality"]
        self.assertLess(quality["latency_mape_holdout"], 1e-3)

    def test_networks_of_another_family_by_features(self):
        keys = 'feature_columns = ["macs=MACs", "parameters"]'
        job = self.write_job("table.toml", text=self.text.format(keys=keys))
        rows = [(k, 1e5 * k, 100 * k * k, 1 + 0.2 * k) for k in range(1, 15)]
        self.write(["name", "MACs", "parameters", "latency_ms"], rows)
        report = self.flash_json("calibrate", job, "-o", self.run_folder)
        self.assertLess(report["hardware"]["quality"]["latency_mape_holdout"], 1e-3)
        self.assertEqual(report["hardware"]["networks"][0]["wm"], 0)

    def test_what_was_not_measured_is_marked(self):
        # Measured were networks of width multiplier 1 alone; the best by far is a large one.
        job = self.write_job("table.toml", text=self.text.format(keys="") + "\n[objective]\nlatency = 0\n")
        self.write(["id", "latency_ms"], [(n["id"], t) for n, t, _ in self.measured(range(0, 180, 15))])
        self.flash("train", job, "-o", self.run_folder)
        self.flash("calibrate", job, "-o", self.run_folder)
        self.flash("fit", job, "-o", self.run_folder)
        best = self.flash_json("exact", job, "-o", self.run_folder)["best"]
        self.assertEqual(best["wm"], 2)
        self.assertIn("latency", best["extrapolated"])
        self.assertIn("extrapolated", self.flash("exact", job, "-o", self.run_folder).stdout)

    def test_features_in_another_unit_are_said(self):
        keys = 'feature_columns = ["macs=MMACs", "parameters"]'
        job = self.write_job("table.toml", text=self.text.format(keys=keys) + "\n[objective]\ntraining_free = true\n")
        self.write(["MMACs", "parameters", "latency_ms"], [(k, 100 * k * k, 1 + 0.2 * k) for k in range(1, 15)])
        self.flash("calibrate", job, "-o", self.run_folder)
        for command in ("fit", "exact", "search", "sweep"):
            said = " ".join(self.flash_json(command, job, "-o", self.run_folder)["warnings"])
            self.assertIn("no network of the space lies within what the latency model was fitted to: macs is", said)
        self.assertIn("no network of the space", self.flash("exact", job, "-o", self.run_folder).stdout)

    def test_bad_tables(self):
        good = [(n["id"], t) for n, t, _ in self.measured()]
        for rows, expected in (([*good[:3], (good[3][0], "nan")], ":5: column 'latency_ms' holds 'nan'"),
                               ([*good, good[0]], "stands in line 2 already"),
                               ([(1, -3), *good], ":2: column 'latency_ms' is -3"),
                               ([(912, 3), *good], ":2: id 912 is out of range")):
            with self.subTest(expected):
                self.write(["id", "latency_ms"], rows)
                self.one_line(self.flash("calibrate", self.job, "-o", self.run_folder, expect=65), "board.csv", expected)
        self.write(["id", "latency_s"], good)
        self.one_line(self.flash("calibrate", self.job, "-o", self.run_folder, expect=65), "has no column 'latency_ms'")
        self.write(["id", "latency_ms"], good[:7])
        self.flash("train", self.job, "-o", self.run_folder)
        self.flash("calibrate", self.job, "-o", self.run_folder)
        self.one_line(self.flash("fit", self.job, "-o", self.run_folder, expect=65), "at least 4 measured networks")
        self.table.unlink()
        self.one_line(self.flash("calibrate", self.job, "-o", self.folder / "other", expect=66), "board.csv")

    def test_too_few_networks_for_the_features(self):
        keys = 'feature_columns = ["macs", "parameters", "traffic", "layers"]'
        job = self.write_job("table.toml", text=self.text.format(keys=keys))
        self.write(["macs", "parameters", "traffic", "layers", "latency_ms"],
                   [(k, k + 1, k * 2, 5, k * 0.1 + 1) for k in range(1, 9)])
        self.flash("train", job, "-o", self.run_folder)
        self.flash("calibrate", job, "-o", self.run_folder)
        self.one_line(self.flash("fit", job, "-o", self.run_folder, expect=65), "at least 5 measured networks")

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

    def test_units_in_names(self):
        """The same board, whatever its file calls the columns: the name says the unit where the job does not."""
        for names, scale in ((("latency (us)", "energy_J"), (1, 1)), (("Latency[NS]", "energy_nJ"), (1e3, 1e9)),
                             (("t_\u00b5s_mean", "energy (pJ)"), (1, 1e12)), (("latencyUsec", "energy_millijoule"), (1, 1e3))):
            with self.subTest(names):
                job = self.write_job("units.toml", text=self.text.format(
                    keys=f'latency_column = "{names[0]}"\nenergy_column = "{names[1]}"'))
                rows = self.measured()
                self.write(["id", *names], [(n["id"], t * scale[0], e * scale[1]) for n, t, e in rows])
                report = self.flash_json("calibrate", job, "-o", self.folder / f"run{scale}{names[0][:2]}")
                read = {n["id"]: n for n in report["hardware"]["networks"]}
                for network, time, energy in rows:
                    self.assertAlmostEqual(read[network["id"]]["latency_ms"], time / 1e3, delta=1e-9 * time)
                    self.assertAlmostEqual(read[network["id"]]["energy_mj"], energy * 1e3, delta=1e-6 * energy)
        for name, keys, expected in (("latency_ticks", "", "'ticks'"), ("latency (cycles)", "", "'cycles'"),
                                     ("latency_US", 'latency_unit = "ms"', "seems to be in US, but the job says ms")):
            with self.subTest(name):
                job = self.write_job("units.toml", text=self.text.format(keys=f'latency_column = "{name}"\n{keys}'))
                self.write(["id", name], [(n["id"], t) for n, t, _ in rows])
                self.one_line(self.flash("calibrate", job, "-o", self.folder / "none", expect=65), "board.csv:1:", expected,
                              "hardware.latency_unit")
        job = self.write_job("units.toml", text=self.text.format(keys='latency_column = ""'))
        self.one_line(self.flash("check", job, expect=78), "hardware.latency_column")

    def test_the_emitted_list_filled_in_by_a_spreadsheet(self):
        """Opened at commas, saved with semicolons and decimal commas: its comments quoted and padded like rows."""
        self.flash("calibrate", self.job, "--emit", self.folder / "list", "--list-only")
        lines = list(csv.reader((self.folder / "list" / "networks.csv").read_text().splitlines(), quoting=csv.QUOTE_NONE))
        head = next(i for i, line in enumerate(lines) if line[0] == "id")
        self.assertEqual(head, 2)
        width = len(lines[head])
        wanted = {}
        for place, line in enumerate(lines[head + 1:]):
            wanted[int(line[0])] = 0.5 + place / 8
            line[lines[head].index("latency_ms")] = str(wanted[int(line[0])]).replace(".", ",")
        with open(self.table, "w", newline="", encoding="utf-8-sig") as file:
            csv.writer(file, delimiter=";").writerows([*line, *[""] * (width - len(line))] for line in lines)
        self.assertIn('"# give', self.table.read_text(encoding="utf-8-sig"))
        report = self.flash_json("calibrate", self.job, "-o", self.run_folder)
        self.assertEqual({n["id"]: n["latency_ms"] for n in report["hardware"]["networks"]}, wanted)
        with self.subTest("in a job of other images it is refused: it says what its networks are"):
            other = self.write_job("other.toml", text=self.job.read_text().replace("side = 8", "side = 16"))
            done = self.flash("calibrate", other, "-o", self.folder / "other", expect=65)
            self.one_line(done, "board.csv:4:", "'parameters' says", "images of side 8")

    def test_too_few_networks_for_the_features(self):
        keys = 'feature_columns = ["macs", "parameters", "traffic", "layers"]'
        job = self.write_job("table.toml", text=self.text.format(keys=keys))
        self.write(["macs", "parameters", "traffic", "layers", "latency_ms"],
                   [(k, k + 1, k * 2, 5, k * 0.1 + 1) for k in range(1, 9)])
        self.flash("train", job, "-o", self.run_folder)
        self.flash("calibrate", job, "-o", self.run_folder)
        self.one_line(self.flash("fit", job, "-o", self.run_folder, expect=65), "at least 5 measured networks")

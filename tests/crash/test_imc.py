"""The in-memory-computing target through a whole job, and its own commands."""

import json
import subprocess
import sys

from flash_case import TOP, FlashCase


class Imc(FlashCase):
    def imc_job(self, keys="count = 40\nholdout = 10\n", name="imc.toml"):
        head, hardware = self.job.read_text().split("[hardware]\n")
        _, rest = hardware.split("\n\n", 1)
        return self.write_job(name, text=head + '[hardware]\ntarget = "imc"\n' + keys + "\n" + rest)

    def test_a_whole_job(self):
        report = self.flash_json("run", self.imc_job(), "-o", self.run_folder, ranks=2)
        self.assertEqual(report["hardware"]["target"], "imc")
        networks = report["hardware"]["networks"]
        self.assertEqual(len(networks), 50)
        quality = report["hardware"]["quality"]
        for metric, most in (("latency", 0.05), ("energy", 0.05), ("area", 0.01)):
            self.assertEqual(quality[metric + "_networks_holdout"], 10)
            self.assertLess(quality[metric + "_mape_holdout"], most)
        best = [r for r in report["rows"] if r["method"] == "exact" and r["constraints"] == "none"][0]
        top = [t for t in report["sweep"]["top"] if t["constraints"] == "none" and t["rank_order"] == 1][0]
        self.assertEqual((best["best_id"], best["objective"]), (top["id"], top["objective"]))
        for key in ("latency_ms", "energy_mj", "area_mm2"):
            self.assertGreater(best[key], 0)

        with self.subTest("the archive breaks every network down, and is valid"):
            import h5py
            with h5py.File(self.run_folder / "archive.h5") as archive:
                imc = archive["hardware/imc"]
                for part, total in (("energy", "energy_mj"), ("area", "area_mm2")):
                    first = imc["id"][0]
                    sum_of_parts = imc[part][total][imc[part]["id"][()] == first].sum()
                    self.assertAlmostEqual(sum_of_parts, imc[total][0], delta=1e-9 * imc[total][0])
                self.assertEqual(len(set(imc["layers"]["id"][()])), 50)
            subprocess.run([sys.executable, "-m", "flash_analysis.validate", self.run_folder / "archive.h5"], check=True,
                           cwd=TOP / "analysis", capture_output=True)

        with self.subTest("the simulator alone gives the same"):
            network = networks[0]
            simulated = self.flash_json("simulate", self.folder / "imc.toml", "--id", network["id"])
            self.assertEqual(simulated["latency_ms"], network["latency_ms"])
            self.assertEqual(simulated["energy_mj"], network["energy_mj"])
            self.assertIn("busiest link", self.flash("simulate", self.folder / "imc.toml", "--id", network["id"]).stdout)

        with self.subTest("flash-search needs no design"):
            from flash_case import BIN
            found = json.loads(subprocess.run([BIN / "flash-search", self.run_folder / "models.json", "--json"], check=True,
                                              capture_output=True, text=True).stdout)
            self.assertEqual(found["best"]["id"], best["best_id"])
            self.assertIn("extrapolated", found["best"])

    def test_a_design_of_ones_own(self):
        sample = self.flash("options", "--imc", "--sample").stdout
        (self.folder / "chip.toml").write_text(sample)
        default = self.imc_job()
        job = self.imc_job('design = "chip.toml"\n', "chip_job.toml")
        same = self.flash_json("simulate", default, "--id", "500")
        self.assertEqual(self.flash_json("simulate", job, "--id", "500"), same)
        (self.folder / "chip.toml").write_text("[noc]\nlink_bits = 8\n")
        narrow = self.flash_json("simulate", job, "--id", "500")
        self.assertGreater(narrow["latency_ms"], same["latency_ms"])
        self.assertEqual(self.flash_json("simulate", default, "--id", "500", "--design", self.folder / "chip.toml"), narrow)
        table = self.flash_json("options", "--imc")
        self.assertTrue(all(entry["source"] for section in table for entry in section.get("parameters", [section])))

    def test_the_interval(self):
        job = self.imc_job()
        self.flash_json("run", job, "-o", self.run_folder)
        self.assertNotRegex(self.flash("report", self.run_folder).stdout, r"interval\s+model")
        self.one_line(self.flash("exact", self.run_folder, "--subject-to", "interval<=1", expect=78), "interval", "no model")

        with self.subTest("asked for by the job: nothing is measured anew, and the report has its model"):
            job.write_text(job.read_text() + "\n[constraints]\ninterval_max_ms = 1000\n")
            self.flash("run", job, "-o", self.run_folder)
            self.assertRegex(self.flash("report", self.run_folder).stdout, r"interval\s+model, holdout")
            models = json.loads((self.run_folder / "models.json").read_text())
            self.assertTrue(models["metrics"]["interval_ms"]["slowest_layer"])
            subprocess.run([sys.executable, "-m", "flash_analysis.validate", self.run_folder / "archive.h5"], check=True,
                           cwd=TOP / "analysis", capture_output=True)
        free = self.flash_json("exact", self.run_folder, "--minimise", "interval")["best"]
        self.assertGreater(free["interval_ms"], 0)
        ceiling = 1.2 * free["interval_ms"]
        found = self.flash_json("exact", self.run_folder, "--subject-to", f"interval<={ceiling}")
        self.assertTrue(found["found"])
        self.assertLessEqual(found["best"]["interval_ms"], ceiling)
        self.assertIn("interval_ms_band", found["best"])
        for method in ("shgo-hierarchical", "exhaustive"):
            same = self.flash_json("search", self.run_folder, "--method", method, "--subject-to", f"interval<={ceiling}")
            self.assertEqual(same["best"]["id"], found["best"]["id"], method)
        simulated = self.flash_json("simulate", job, "--id", found["best"]["id"])
        self.assertAlmostEqual(simulated["interval_ms"], found["best"]["interval_ms"], delta=0.1 * ceiling)
        self.assertIn("interval", self.flash("exact", self.run_folder, "--front", "interval").stdout)
        with self.subTest("of another target"):
            other = self.write_job("host.toml", text=self.job.read_text() + "\n[constraints]\ninterval_max_ms = 1\n")
            self.one_line(self.flash("run", other, "-o", self.folder / "host", expect=78), "constraints.interval_max_ms",
                          "host has no interval")

    def test_a_balanced_chip(self):
        job = self.imc_job()
        once = self.flash_json("simulate", job, "--id", "500")
        limit = 3 * once["area_mm2"]
        chip = self.folder / "chip.toml"
        chip.write_text(f'[tile]\nduplicate = "balance"\narea_limit_mm2 = {limit}\n')
        balanced = self.flash_json("simulate", job, "--id", "500", "--design", chip)
        self.assertLess(balanced["interval_ms"], once["interval_ms"])
        self.assertLessEqual(balanced["area_mm2"], limit)
        self.assertGreater(balanced["leakage_mw"], once["leakage_mw"])
        chip.write_text('[tile]\nduplicate = "balance"\narea_limit_mm2 = 0.01\n')
        self.assertIn("no layer is copied", self.flash("simulate", job, "--id", "500", "--design", chip).stdout)
        searched = self.imc_job('design = "chip.toml"\n', "balanced.toml")
        self.one_line(self.flash("run", searched, "-o", self.run_folder, expect=78), "hardware.design", "balance")
        chip.write_text('[tile]\nduplicate = "balance"\n')
        self.one_line(self.flash("simulate", job, "--id", "1", "--design", chip, expect=78), "tile.area_limit_mm2")

    def test_confirmed_networks_are_placed(self):
        job = self.imc_job('count = 40\nholdout = 10\nplacer = "anneal"\n')
        self.flash_json("run", job, "-o", self.run_folder)
        self.flash_json("confirm", job, "-o", self.run_folder, "--top", "2")
        report = self.flash("report", self.run_folder).stdout
        self.assertIn("Tiles annealed; models and search saw them in order", report)
        import h5py
        with h5py.File(self.run_folder / "archive.h5") as archive:
            placed = archive["confirmed/placed"]
            hops = [(a, b) for m, a, b in zip(placed["metric"].asstr()[()], placed["in_order"][()], placed["annealed"][()])
                    if m == "flit_hops"]
            self.assertEqual(len(hops), 2)
            self.assertTrue(all(annealed <= in_order for in_order, annealed in hops))
            network = placed["id"][0]
            simulated = self.flash_json("simulate", job, "--id", str(network))
            self.assertEqual(simulated["placement"]["flit_hops"], hops[0][1])

    def test_bad_designs(self):
        chip = self.folder / "chip.toml"
        job = self.imc_job('design = "chip.toml"\n')
        self.one_line(self.flash("simulate", job, "--id", "1", expect=66), "chip.toml")
        for text, parts in (("[crossbar]\nrow = 256\n", ("chip.toml:2", "crossbar.row", "crossbar.rows")),
                            ("[crossbar]\nrows = -3\n", ("chip.toml:2", "crossbar.rows", "allowed")),
                            ("[crosbar]\nrows = 3\n", ("chip.toml:1", "crosbar", "[crossbar]")),
                            ("[crossbar]\nrows = \"many\"\n", ("chip.toml:2", "crossbar.rows")),
                            ("[crossbar\n", ("chip.toml:1",))):
            with self.subTest(text):
                chip.write_text(text)
                self.one_line(self.flash("run", job, "-o", self.run_folder, expect=78), *parts)
                self.assertFalse(self.run_folder.exists())

    def test_networks_to_measure_elsewhere(self):
        """The list and files of calibrate --emit, measured here as if this were the device, come back in."""
        folder = self.folder / "device"
        emitted = self.flash_json("calibrate", self.job, "--emit", folder)
        self.assertEqual(len(emitted["networks"]), 8)
        self.assertEqual(self.flash_json("calibrate", self.job, "--emit", folder)["networks"], emitted["networks"])
        header = (folder / "networks.csv").read_text().splitlines()[3 - 1]
        self.assertTrue(header.startswith("id,wm,depth,tc_0,tc_1,"), header)
        measured = self.folder / "measured.csv"
        subprocess.run([sys.executable, TOP / "analysis" / "measure.py", folder, "-o", measured, "--repeats", "3"], check=True,
                       capture_output=True)
        head, hardware = self.job.read_text().split("[hardware]\n")
        _, rest = hardware.split("\n\n", 1)
        job = self.write_job("board.toml", text=head + '[hardware]\ntarget = "table"\nfile = "measured.csv"\nholdout = 2\n\n' + rest)
        report = self.flash_json("calibrate", job, "-o", self.run_folder)
        self.assertEqual(sorted(n["id"] for n in report["hardware"]["networks"]), sorted(emitted["networks"]))
        self.assertEqual(report["hardware"]["quality"]["latency_networks_fit"], 6)
        other = self.write_job("other.toml", text=job.read_text().replace("side = 8", "side = 16"))
        self.one_line(self.flash("calibrate", other, "-o", self.folder / "other", expect=65), "measured.csv",
                      "says", "images of side 8")

        (folder / "networks.csv").write_text("id,latency_ms\n5,3.25\n")
        refused = self.flash("calibrate", self.job, "--emit", folder, expect=64)
        self.one_line(refused, "networks.csv", "left as it is")
        self.assertEqual((folder / "networks.csv").read_text(), "id,latency_ms\n5,3.25\n")
        self.flash("calibrate", self.job, expect=64)

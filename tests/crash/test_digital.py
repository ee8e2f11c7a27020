"""The digital accelerator through a whole job, and its constants."""

import subprocess
import sys

from flash_case import TOP, FlashCase


class Digital(FlashCase):
    def digital_job(self, keys="count = 40\nholdout = 10\n", name="digital.toml"):
        head, hardware = self.job.read_text().split("[hardware]\n")
        _, rest = hardware.split("\n\n", 1)
        return self.write_job(name, text=head + '[hardware]\ntarget = "digital"\n' + keys + "\n" + rest)

    def test_a_whole_job(self):
        report = self.flash_json("run", self.digital_job(), "-o", self.run_folder, ranks=2)
        self.assertEqual(report["hardware"]["target"], "digital")
        self.assertEqual(len(report["hardware"]["networks"]), 50)
        quality = report["hardware"]["quality"]
        for metric, most in (("latency", 0.01), ("energy", 0.01), ("area", 1e-6)):
            self.assertEqual(quality[metric + "_networks_holdout"], 10)
            self.assertLess(quality[metric + "_mape_holdout"], most)
        best = [r for r in report["rows"] if r["method"] == "exact" and r["constraints"] == "none"][0]
        top = [t for t in report["sweep"]["top"] if t["constraints"] == "none" and t["rank_order"] == 1][0]
        self.assertEqual((best["best_id"], best["objective"]), (top["id"], top["objective"]))
        subprocess.run([sys.executable, "-m", "flash_analysis.validate", self.run_folder / "archive.h5"], check=True,
                       cwd=TOP / "analysis", capture_output=True)

    def test_constants_of_ones_own(self):
        constants = self.folder / "chip.toml"
        constants.write_text(self.flash("options", "--digital", "--sample").stdout)
        default = self.flash_json("calibrate", self.digital_job(), "-o", self.folder / "default")["hardware"]["networks"]
        job = self.digital_job('count = 40\nholdout = 10\naccelerator = "chip.toml"\n', "own.toml")
        same = self.flash_json("calibrate", job, "-o", self.run_folder)["hardware"]["networks"]
        self.assertEqual([n["energy_mj"] for n in same], [n["energy_mj"] for n in default])
        constants.write_text("[energy]\ndram_byte_pj = 200\n")
        dearer = self.flash_json("calibrate", job, "-o", self.folder / "dearer")["hardware"]["networks"]
        for one, other in zip(same, dearer):
            self.assertGreater(other["energy_mj"], one["energy_mj"])
            self.assertEqual(other["latency_ms"], one["latency_ms"])
        table = self.flash_json("options", "--digital")
        self.assertTrue(all(entry["source"] for section in table for entry in section.get("parameters", [section])))

    def test_bad_constants(self):
        job = self.digital_job('accelerator = "chip.toml"\n')
        self.one_line(self.flash("run", job, "-o", self.run_folder, expect=66), "chip.toml")
        for text, parts in (("[energy]\ndram_pj = 1\n", ("chip.toml:2", "energy.dram_pj", "unknown key")),
                            ("[array]\nreuse = 0\n", ("chip.toml:2", "array.reuse", "allowed"))):
            with self.subTest(text):
                (self.folder / "chip.toml").write_text(text)
                self.one_line(self.flash("run", job, "-o", self.run_folder, expect=78), *parts)
                self.assertFalse(self.run_folder.exists())
        imc = self.write_job("imc.toml", text=self.digital_job('accelerator = "chip.toml"\n').read_text().replace(
            '"digital"', '"imc"'))
        self.one_line(self.flash("check", imc, expect=78), "accelerator", "digital")


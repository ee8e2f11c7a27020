"""Networks whose latency is far from what the others let expect are measured again, on machines that the run names."""

import csv
import json
import pathlib

import h5py

from flash_case import BIN, FlashCase


class Remeasure(FlashCase):
    def setUp(self):
        super().setUp()
        head, hardware = self.job.read_text().split("[hardware]\n")
        _, rest = hardware.split("\n\n", 1)
        self.parts = head + "[hardware]\ncount = 16\nholdout = 4\n", rest
        self.job = self.write_job(text="\n".join(self.parts))
        emitted = self.folder / "list"
        listed = self.flash_json("calibrate", self.job, "--emit", emitted, "--list-only")["networks"]
        self.ids = [int(network) for network in listed]
        lines = [line for line in (emitted / "networks.csv").read_text().splitlines() if not line.startswith("#")]
        self.latencies = {int(row["id"]): 0.05 + int(row["macs"]) * 2e-7 for row in csv.DictReader(lines)}
        self.script = self.folder / "script.json"
        self.environment |= {"FLASH_TRAINER": str(pathlib.Path(__file__).with_name("scripted_trainer.py").resolve()),
                             "FLASH_SCRIPT": str(self.script), "FLASH_SCRIPT_TRAINER": str(BIN / "flash-trainer")}

    def write_script(self, first, **more):
        """Latencies at first, by id; later they are as they should be."""
        latencies = {n: [first.get(n, latency), latency] for n, latency in self.latencies.items()}
        self.script.write_text(json.dumps({"latencies": latencies, **more}))

    def asked(self):
        log = self.script.with_suffix(".log")
        return [int(n) for n in log.read_text().split()] if log.exists() else []

    def calibrate(self, *more, **options):
        report = self.flash_json("calibrate", self.job, "-o", self.run_folder, *more, **options)
        return {n["id"]: n for n in report["hardware"]["networks"]}, report

    def test_what_is_far_out_is_measured_again(self):
        slow, fast = self.ids[3], self.ids[17]  # one of the fit's, one held out
        self.write_script({slow: 1.7 * self.latencies[slow], fast: self.latencies[fast] / 1.7})
        networks, report = self.calibrate()
        self.assertEqual(sorted(self.asked()), sorted([*self.ids, slow, fast]))
        self.assertAlmostEqual(networks[slow]["latency_ms"], self.latencies[slow])
        self.assertAlmostEqual(networks[slow]["latency_ms_first"], 1.7 * self.latencies[slow])
        self.assertAlmostEqual(networks[slow]["latency_ms_again"], self.latencies[slow])
        self.assertAlmostEqual(networks[fast]["latency_ms"], self.latencies[fast] / 1.7)  # the smaller counts
        self.assertEqual({n for n, row in networks.items() if row["latency_ms_again"] is not None}, {slow, fast})
        said = self.flash("report", self.run_folder).stdout
        self.assertIn("2 of them lay far from what the others let expect and were measured again", said)
        self.assertIn(f"(id {slow}): ", said)
        with h5py.File(self.run_folder / "archive.h5") as file:
            stages = list(file["tasks/stage"].asstr()[:])
        self.assertEqual(stages.count("remeasure"), 2)
        # Resumed, nothing is measured anew, and the answer is the same.
        before = self.asked()
        again, _ = self.calibrate()
        self.assertEqual(self.asked(), before)
        self.assertEqual(again, networks)
        # What the fit rests on says the job: without the setting the first measurement counts, with it again the second.
        self.job.write_text("remeasure = false\n".join(self.parts))
        first, _ = self.calibrate()
        self.assertAlmostEqual(first[slow]["latency_ms"], 1.7 * self.latencies[slow])
        self.assertEqual(first[slow]["latency_ms_again"], None)
        self.job.write_text("\n".join(self.parts))
        self.assertEqual(self.calibrate()[0], networks)
        self.assertEqual(self.asked(), before)

    def test_a_quiet_machine_is_measured_once(self):
        self.write_script({})
        self.calibrate()
        self.assertEqual(sorted(self.asked()), sorted(self.ids))
        self.assertNotIn("measured again", self.flash("report", self.run_folder).stdout)

    def test_a_stop_between_the_two(self):
        slow = self.ids[5]
        self.write_script({slow: 2 * self.latencies[slow]})
        self.flash("calibrate", self.job, "-o", self.run_folder, "--max-tasks", len(self.ids), expect=75)
        self.assertEqual(sorted(self.asked()), sorted(self.ids))
        networks, _ = self.calibrate(ranks=2)
        self.assertEqual(self.asked()[len(self.ids):], [slow])
        self.assertAlmostEqual(networks[slow]["latency_ms"], self.latencies[slow])

    def test_the_machine_stands_in_all_that_is_left(self):
        self.write_script({})
        _, report = self.calibrate()
        machines = report["hardware"]["machines"]
        self.assertEqual(len(machines), 1)
        self.assertEqual((machines[0]["processor"], machines[0]["cores"], machines[0]["networks"]), ("scripted", 2, 20))
        self.assertEqual([w for w in report["warnings"] if "processors" in w], [])
        self.assertIn("Measured on: scripted, 2 cores, 2 GiB, Linux 1, none\n", self.flash("report", self.run_folder).stdout)
        self.flash("train", self.job, "-o", self.run_folder)
        self.flash("fit", self.job, "-o", self.run_folder)
        provenance = json.loads((self.run_folder / "models.json").read_text())["provenance"]["hardware"]
        self.assertEqual([m["processor"] for m in provenance["machines"]], ["scripted"])

    def test_different_processors_are_told_apart(self):
        other = self.ids[:3]
        self.write_script({}, processors={n: "another" for n in other})
        _, report = self.calibrate()
        self.assertEqual(len(report["hardware"]["machines"]), 2)
        warning = "the networks were measured on different processors: another (3), scripted (17)"
        self.assertEqual(sum(w.startswith(warning) for w in report["warnings"]), 1, report["warnings"])
        self.flash("train", self.job, "-o", self.run_folder)
        report = json.loads(self.flash("fit", self.job, "-o", self.run_folder, "--json").stdout)
        self.assertEqual(sum(warning in w for w in report["warnings"]), 1, report["warnings"])

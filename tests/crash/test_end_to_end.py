"""A whole job through the real parts, and what every command says of it."""

import json
import shutil
import subprocess
import sys

import h5py

from flash_case import BIN, TOP, FlashCase, results


class EndToEnd(FlashCase):
    def test_run_gives_a_proven_answer(self):
        report = self.flash_json("run", self.job, "-o", self.run_folder, ranks=2)
        self.assertEqual(len(report["samples"]), 8)
        self.assertGreaterEqual(sum(s["state"] == "done" for s in report["samples"]), 4)
        for key in ("a", "b", "c", "rmse_fit", "rmse_loo", "rmse_holdout"):
            self.assertIn(key, report["predictor"])
        self.assertEqual(len(report["predictors"]), 5)
        # How well latency fits depends on what else the machine does; that it was measured and fitted does not.
        self.assertEqual(report["hardware"]["quality"]["latency_networks_fit"], 6)
        self.assertTrue(all(n["latency_ms"] > 0 for n in report["hardware"]["networks"]))
        self.assertTrue(all(t["coefficient"] >= 0 for t in report["hardware"]["model"]))
        # The sweep covers the space once for each set, and the exact search proves the same optimum.
        sets = [row["name"] for row in report["constraints"]]
        self.assertEqual(sets, ["none", "hardware"])  # accuracy alone: a floor on it would not bind
        for name in sets:
            blocks = [b for b in report["sweep"]["blocks"] if b["constraints"] == name]
            self.assertEqual(sum(b["count"] for b in blocks), 912)
            best = [t for t in report["sweep"]["top"] if t["constraints"] == name and t["rank_order"] == 1]
            exact = [r for r in report["rows"] if r["constraints"] == name and r["method"] == "exact"]
            self.assertEqual(best[0]["id"], exact[0]["best_id"])
            self.assertEqual(best[0]["objective"], exact[0]["objective"])
        for row in report["rows"]:
            for key in ("method", "constraints", "seed", "objective", "gap", "evaluations", "seconds", "speedup_rl",
                        "speedup_exhaustive"):
                self.assertIn(key, row)
            if row["gap"] is not None:
                self.assertGreaterEqual(row["gap"], -1e-12)
            if row["method"] not in ("exact", "exhaustive"):
                self.assertLessEqual(row["evaluations"], 300)

        with self.subTest("a finished run answers at once, and the same"):
            again = self.flash_json("run", self.job, "-o", self.run_folder)
            self.assertEqual(again, report)  # which says how often the run was started
            text = self.flash("report", self.run_folder).stdout
            self.assertIn("Comparison of search methods", text)
            self.assertIn("shgo-hierarchical", text)

        with self.subTest("status"):
            status = self.flash_json("status", self.run_folder)
            self.assertEqual(status["state"], "finished")
            self.assertEqual(status["stages"]["train"], {"done": 8, "failed": 0})

        with self.subTest("the archive reads with h5py and h5dump"):
            with h5py.File(self.run_folder / "archive.h5") as archive:
                self.assertEqual(archive.attrs["job"].decode(), self.job.read_text())
                self.assertEqual(archive["samples/accuracy"].shape, (8,))
                words = [f"wm={wm} depth={depth} tc={tc}" for wm, depth, tc in zip(
                    archive["samples/wm"][()], *(archive[f"samples/{name}"].asstr()[()] for name in ("depths", "skips")))]
                self.assertEqual(archive["samples/network"].asstr()[()].tolist(), words)
                devices = set(archive["hardware/host/device"].asstr()[()]) | set(archive["hardware/host/model/device"].asstr()[()])
                self.assertEqual(len(devices), 1)  # this machine's processor
                self.assertTrue(devices.pop())
                for dataset in archive["samples"].values():
                    self.assertIn("units", dataset.attrs)
                    self.assertIn("long_name", dataset.attrs)
            if shutil.which("h5dump"):
                subprocess.run(["h5dump", "-H", self.run_folder / "archive.h5"], check=True, capture_output=True)

        with self.subTest("the analysis package finds the archive valid"):
            subprocess.run([sys.executable, "-m", "flash_analysis.validate", self.run_folder / "archive.h5"],
                           check=True, cwd=TOP / "analysis", capture_output=True)

        with self.subTest("searches on the fitted models"):
            search = self.flash_json("search", self.job, "-o", self.run_folder, "--method", "random", "--seed", "2")
            self.assertEqual(search["method"], "random")
            for key in ("id", "objective", "accuracy", "latency_ms", "energy_mj", "area_mm2"):
                self.assertIn(key, search["best"])
            exact = self.flash_json("exact", self.job, "-o", self.run_folder)
            self.assertLessEqual(search["best"]["objective"], exact["best"]["objective"])
            sweep = self.flash_json("sweep", self.job, "-o", self.run_folder)
            self.assertEqual(sweep["configurations"], 912)
            self.assertEqual(sweep["best"]["id"], exact["best"]["id"])
            small = json.loads(subprocess.run([BIN / "flash-search", self.run_folder / "models.json", "--json"], check=True,
                                              capture_output=True, text=True).stdout)
            self.assertLessEqual(small["best"]["objective"], exact["best"]["objective"])

    def test_ranks_change_nothing(self):
        one = self.flash_json("train", self.job, "-o", self.folder / "one")
        three = self.flash_json("train", self.job, "-o", self.folder / "three", ranks=3)
        self.assertEqual([(s["id"], s["accuracy"], s["train_loss"], s["error"]) for s in one["samples"]],
                         [(s["id"], s["accuracy"], s["train_loss"], s["error"]) for s in three["samples"]])

    def test_stages_one_by_one_give_what_run_gives(self):
        whole = self.flash_json("run", self.job, "-o", self.run_folder)
        single = self.folder / "single"
        self.flash("fit", self.job, "-o", single, expect=66)
        for stage in ("train", "calibrate", "fit", "sweep", "compare"):
            self.flash(stage, self.job, "-o", single)
        self.assertEqual(results(self.flash_json("report", single)), results(whole))

    def test_check_and_describe_run_nothing(self):
        check = self.flash_json("check", self.job)
        self.assertEqual(check["space_size"], 912)
        self.assertEqual(check["tasks"]["train"], 8)
        self.assertEqual(check["missing"], [])
        space = self.flash_json("space", self.job)
        self.assertEqual((space["size"], space["strata"]), (912, 4))
        network = self.flash_json("describe", self.job, "--id", "911")
        self.assertEqual((network["wm"], network["depth"], network["tc"]), (2, 4, [16, 32]))
        self.assertEqual(network["skips"], network["tc"])
        self.assertEqual(network["network"], "wm=2 depth=4 tc=16,32")
        self.assertEqual(self.flash_json("describe", self.job, "--network", "tc=16,32 depth=4 wm=2"), network)
        self.assertFalse(self.run_folder.exists())

    def test_sample_job_is_a_job(self):
        sample = self.folder / "sample.toml"
        sample.write_text(self.flash("options", "--sample").stdout)
        self.assertEqual(self.flash_json("space", sample)["size"], 63102615225)

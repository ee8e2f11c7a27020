"""A latency on a device as a metric of its own: tables of several devices, proxies in a job, one network for all."""

import csv
import json
import subprocess
import sys

import h5py

from device_tables import Cells
from flash_case import BIN, TOP
from resilience_case import ResilienceCase

TABLE = """\
[job]
name = "devices"
seed = 2

[space]
preset = "nasbench201"

[data]
source = "shapes"
side = 32

[train]
table = "table.csv"
network_columns = ["arch"]

[sample]
count = 30
holdout = 0

[hardware]
target = "table"
file = "table.csv"
devices = ["gpu", "board"]

[search]
methods = ["shgo-hierarchical", "exhaustive", "random"]
seeds = 1
evaluations = 500

[confirm]
networks = 2
"""

PROXY = """\
[job]
name = "proxy"
seed = 2

[space]
widths = [4, 8]
wm = [1, 2]
depths = [3, 4]

[data]
source = "shapes"
side = 8

[hardware]
target = "imc"
holdout = 3

[proxy]
devices = ["small: imc design=small.toml", "large: imc design=large.toml", "plain: imc"]
networks = 40
first = 8
round = 4
budget = 20

[objective]
training_free = true

[search]
methods = ["shgo-hierarchical"]
seeds = 1

[confirm]
networks = 0
"""


class Devices(ResilienceCase):
    def write_table(self):
        cells = Cells(300, seed=4)
        cells.write(self.folder / "table.csv", {"gpu": cells.gpu(), "board": cells.board(), "phone": cells.phone()})
        return cells

    def test_one_network_for_several_devices(self):
        self.write_table()
        job = self.write_job("devices.toml", text=TABLE)
        self.flash("run", job, "-o", self.run_folder)
        every = [self.flash_json("describe", job, "--id", i)["id"] for i in (0, 15624)]
        self.assertEqual(every, [0, 15624])
        free = self.flash_json("exact", self.run_folder)["best"]
        gpu, board = free["latency_ms@gpu"], free["latency_ms@board"]
        self.assertNotIn("latency_ms@phone", free)
        ceilings = (0.7 * gpu, 0.8 * board)
        question = f"latency@gpu<={ceilings[0]},latency@board<={ceilings[1]}"
        exact = self.flash_json("exact", self.run_folder, "--subject-to", question)
        swept = self.flash_json("sweep", self.run_folder, "--subject-to", question)["best"]
        self.assertEqual(exact["best"], swept)
        self.assertLessEqual(exact["best"]["latency_ms@gpu"], ceilings[0])
        self.assertLessEqual(exact["best"]["latency_ms@board"], ceilings[1])
        for method in ("shgo-hierarchical", "exhaustive", "nsga2"):
            found = self.flash_json("search", self.run_folder, "--subject-to", question, "--method", method)["best"]
            self.assertLessEqual(found["objective"], swept["objective"], method)
            self.assertLessEqual(found["latency_ms@board"], ceilings[1], method)
        board_only = json.loads(subprocess.run(
            [BIN / "flash-search", self.run_folder / "models.json", "--maximise", "accuracy", "--subject-to", question,
             "--method", "exhaustive", "--json"], check=True, capture_output=True, text=True,
            env=self.environment).stdout)
        self.assertEqual(board_only["best"]["id"], exact["best"]["id"])

        with self.subTest("the front over both"):
            front = self.flash_json("exact", self.run_folder, "--front", "latency@gpu,latency@board")["pareto"]
            self.assertEqual([f["metrics"] for f in front], [["latency@gpu", "latency@board"]])
            points = [(-p["accuracy"], p["latency_ms@gpu"], p["latency_ms@board"]) for p in front[0]["points"]]
            self.assertGreater(len(points), 3)
            for a in points:
                self.assertFalse(any(b != a and all(x <= y for x, y in zip(b, a)) for b in points))
            kept = [p for p in front[0]["points"]
                    if p["latency_ms@gpu"] <= ceilings[0] and p["latency_ms@board"] <= ceilings[1]]
            self.assertEqual(max(p["accuracy"] for p in kept), exact["best"]["accuracy"])
            every = self.flash_json("exact", self.run_folder, "--pareto")["pareto"]
            self.assertEqual([f["metrics"] for f in every], [["latency@board"], ["latency@gpu"]])

        with self.subTest("report and archive"):
            text = self.flash("report", self.run_folder).stdout
            self.assertIn("on gpu:", text)
            self.assertIn("latency@board model, fit", text)
            with h5py.File(self.run_folder / "archive.h5") as archive:
                self.assertEqual(sorted(n.decode() for n in archive["devices"]["metric"][:]),
                                 ["latency@board", "latency@gpu"])
                self.assertEqual(len(archive["devices/measured"]["id"]), 600)
                self.assertEqual({d.decode() for d in archive["devices/answers"]["device"][:]}, {"gpu", "board"})
            subprocess.run([sys.executable, "-m", "flash_analysis.validate", self.run_folder], check=True,
                           cwd=TOP / "analysis", capture_output=True)

        with self.subTest("a job asks for both"):
            asked = self.write_job("asked.toml", text=TABLE + "\n[constraints]\n" + f'devices = ["latency@gpu <= '
                                   f'{ceilings[0]}", "latency@board <= {ceilings[1]}"]\n')
            self.assertEqual(self.flash_json("exact", asked, "-o", self.run_folder)["best"], exact["best"])
            self.flash("run", asked, "-o", self.run_folder)
            report = self.flash("report", self.run_folder).stdout
            self.assertIn("asked", report)

    def test_missing_values_are_no_measurements(self):
        cells = self.write_table()
        rows = list(csv.reader((self.folder / "table.csv").read_text().splitlines()))
        gpu = rows[0].index("gpu_ms")
        for row in rows[1:101]:
            row[gpu] = ["", "-1", "nan"][len(row[0]) % 3]
        with (self.folder / "table.csv").open("w", newline="") as file:
            csv.writer(file).writerows(rows)
        self.flash("run", self.write_job("devices.toml", text=TABLE), "-o", self.run_folder)
        with h5py.File(self.run_folder / "archive.h5") as archive:
            measured = archive["devices/measured"]
            counts = {d: sum(1 for n in measured["device"][:] if n.decode() == d) for d in ("gpu", "board")}
        self.assertEqual(counts, {"gpu": len(cells.codes) - 100, "board": len(cells.codes)})

    def test_refused(self):
        self.write_table()
        for change, code, parts in (
                (('"gpu", "board"', '"gpu", "tablet"'), 65, ["table.csv:1", "tablet"]),
                (("[search]", '[constraints]\ndevices = ["latency@phone <= 1"]\n[search]'), 78,
                 ["constraints.devices", "latency on phone", "hardware.devices"]),
                (("[search]", '[constraints]\ndevices = ["latency@gpu = 1"]\n[search]'), 78, ["no ceiling"]),
                (("[search]", '[objective]\ndevices = ["speed@gpu"]\n[search]'), 78, ["latency@NAME"]),
        ):
            with self.subTest(change[1]):
                job = self.write_job("bad.toml", text=TABLE.replace(*change))
                self.one_line(self.flash("run", job, "-o", self.run_folder, expect=code), *parts)
        two = self.folder / "two.csv"
        two.write_text("arch,a b_ms,a-b_ms\n" + "|none~0|+|none~0|none~1|+|nor_conv_3x3~0|none~1|none~2|,1,2\n")
        job = self.write_job("two.toml", text=TABLE.replace('file = "table.csv"\ndevices = ["gpu", "board"]',
                                                            'file = "two.csv"\ndevices = ["*"]'))
        self.one_line(self.flash("run", job, "-o", self.run_folder, expect=65), "two.csv", "are both a_b to a job")
        (self.folder / "small.toml").write_text("[crossbar]\nrows = 64\n")
        (self.folder / "large.toml").write_text("[crossbar]\nrows = 512\n")
        for change, parts in (
                (("plain: imc", "plain: imc desing=x"), ["desing=x", "did you mean design="]),
                (("plain: imc", "plain: gpu"), ["target is", "host"]),
                (("plain: imc", "small: imc"), ["small twice"]),
                (("plain: imc", "pl-ain: imc"), ["holds '-'"]),
                (("plain: imc", "plain"), ["is no device"]),
                (("plain: imc", "plain: host threads=0"), ["threads is 0, and may be 1 .. 1024"]),
                (('[proxy]\ndevices = ["small: imc design=small.toml", "large: imc design=large.toml", "plain: imc"]',
                  '[constraints]\ndevices = ["latency@small <= 1"]\n[proxy]\ndevices = ["small: gpu"]'), ["target is"]),
                (("budget = 20", "budget = 5"), ["proxy.budget", "less than proxy.first"]),
                (("networks = 40", "networks = 20\nmethod = 'best'"), ["proxy.method"]),
                (("networks = 40", 'device = "other"'), ["proxy.device", "none of proxy.devices"]),
        ):
            with self.subTest(change[1]):
                job = self.write_job("bad.toml", text=PROXY.replace(*change))
                done = self.flash("check", job, expect=78)
                self.one_line(done, "bad.toml:", *parts)
                self.assertLessEqual(done.stderr.count("(allowed: "), 1)

    def proxy_job(self):
        (self.folder / "small.toml").write_text("[crossbar]\nrows = 64\ncolumns = 64\n")
        (self.folder / "large.toml").write_text("[crossbar]\nrows = 512\ncolumns = 512\n[chip]\nnode_nm = 65\n")
        return self.write_job("proxy.toml", text=PROXY)

    def test_proxies_in_a_job(self):
        job = self.proxy_job()
        self.flash("run", job, "-o", self.run_folder)
        models = json.loads((self.run_folder / "models.json").read_text())
        self.assertEqual(sorted(models["metrics"]),
                         ["area_mm2", "energy_mj", "latency_ms", "latency_ms@large", "latency_ms@plain",
                          "latency_ms@small"])
        adapted = models["provenance"]["hardware"]["adapted"]
        self.assertIn(adapted["proxy"], ("small", "large", "plain"))
        with h5py.File(self.run_folder / "archive.h5") as archive:
            measured = archive["hardware/imc"]
            roles = [r.decode() for r in measured["role"][:]]
            self.assertGreaterEqual(roles.count("fit"), 8)
            self.assertLessEqual(roles.count("fit"), 20)
            self.assertEqual(roles.count("holdout"), 3)
            # The target is the device `plain`: what is adapted must be near what is simulated.
            off = [abs(p / t - 1) for p, t in zip(measured["latency_ms_predicted"][:], measured["latency_ms"][:])]
            self.assertLess(max(off), 0.2)
            self.assertGreaterEqual(len(archive["devices/adaptation"]["method"]), 3)
        text = self.flash("report", self.run_folder).stdout
        self.assertIn("Latency of the target, adapted from", text)
        self.assertNotIn("accuracy %", text)  # which nothing knows: NN-Degree decides
        self.assertRegex(text, "best id +NN-Degree latency ms")
        subprocess.run([sys.executable, "-m", "flash_analysis.validate", self.run_folder], check=True,
                       cwd=TOP / "analysis", capture_output=True)
        best = self.flash_json("exact", self.run_folder, "--training-free")["best"]
        bounded = self.flash_json("exact", self.run_folder, "--training-free", "--subject-to",
                                  f"latency<={0.8 * best['latency_ms']},latency@large<={0.9 * best['latency_ms@large']}")
        self.assertTrue(bounded["found"])
        self.assertLessEqual(bounded["best"]["latency_ms@large"], 0.9 * best["latency_ms@large"])

    def test_the_same_on_two_ranks_and_after_a_stop(self):
        job = self.proxy_job()
        self.flash("run", job, "-o", self.folder / "one")
        self.flash("run", job, "-o", self.folder / "two", ranks=2)
        for tasks in (7, 30, 12, 3):
            self.flash("run", job, "-o", self.folder / "stopped", "--max-tasks", tasks, expect=None)
        self.flash("run", job, "-o", self.folder / "stopped")
        first = json.loads((self.folder / "one" / "models.json").read_text())
        for other in ("two", "stopped"):
            models = json.loads((self.folder / other / "models.json").read_text())
            self.assertEqual(models["metrics"], first["metrics"], other)

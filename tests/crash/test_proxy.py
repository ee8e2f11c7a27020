"""flash proxy: tables of many devices, from the matrix to a network."""

import csv
import json
import os
import pathlib
import subprocess
import sys
import unittest

import h5py
import numpy as np
from scipy import stats

from device_tables import Cells, Chains
from flash_case import TOP, FlashCase

# Measured latencies of others, which are no part of flash; without them what needs them is skipped.
MEASURED = pathlib.Path(os.environ["FLASH_DEVICE_DATA"]) if os.environ.get("FLASH_DEVICE_DATA") else None


class ProxyCase(FlashCase):
    @classmethod
    def setUpClass(cls):
        cls.cells = Cells()
        cls.devices = {"gpu_1": cls.cells.gpu(), "gpu_32": cls.cells.gpu(), "phone": cls.cells.phone(),
                       "board": cls.cells.board()}

    def setUp(self):
        super().setUp()
        self.table = self.cells.write(self.folder / "table.csv", self.devices)

    def proxy(self, command, *arguments, **options):
        return self.flash_json("proxy", command, self.table, *arguments, **options)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path


class Matrix(ProxyCase):
    def test_correlations_are_those_of_scipy(self):
        tied = np.round(self.devices["phone"] / 5) * 5
        devices = dict(self.devices, tied=tied, constant=np.full(300, 7.0))
        devices["some"] = [value if row % 3 else np.nan for row, value in enumerate(self.devices["board"])]
        self.cells.write(self.table, devices)
        matrix = self.proxy("matrix")
        self.assertEqual(matrix["devices"], list(devices))
        values = [np.array([float(f"{v:.9g}") for v in of], float) for of in devices.values()]
        for a, x in enumerate(values):
            for b, y in enumerate(values):
                if a == b:
                    continue
                both = ~np.isnan(x) & ~np.isnan(y)
                self.assertEqual(matrix["measured_on_both"][a][b], both.sum())
                if "constant" in (matrix["devices"][a], matrix["devices"][b]):
                    self.assertIsNone(matrix["srcc"][a][b])
                    self.assertIsNone(matrix["kendall"][a][b])
                    continue
                srcc = stats.spearmanr(x[both], y[both]).statistic
                self.assertAlmostEqual(matrix["srcc"][a][b], srcc, 9)
                self.assertAlmostEqual(matrix["kendall"][a][b], stats.kendalltau(x[both], y[both]).statistic, 9)
                self.assertLess(matrix["srcc_low"][a][b], srcc)
                self.assertGreater(matrix["srcc_high"][a][b] + 1e-4, srcc)  # of ranks that all agree nearly 1
        best = self.cells.accuracy >= self.cells.accuracy.max() - 15
        self.assertIn(f"{best.sum()} networks with an accuracy within 15 points", matrix["region"]["what"])
        self.assertAlmostEqual(matrix["region"]["srcc"][0][2],
                               stats.spearmanr(values[0][best], values[2][best]).statistic, 9)

    def test_proxy_is_the_most_central(self):
        matrix = self.proxy("matrix")
        others = [[row for b, row in enumerate(of) if a != b] for a, of in enumerate(matrix["srcc"])]
        means = [float(np.mean(of)) for of in others]
        np.testing.assert_allclose(matrix["mean_srcc"], means)
        self.assertEqual(matrix["proxy"], matrix["devices"][int(np.argmax(means))])
        self.assertIn(["gpu_1", "gpu_32"], matrix["clusters"])
        self.assertIn(f"take {matrix['proxy']} as the proxy", self.flash("proxy", "matrix", self.table).stdout)

    def test_without_accuracies_the_region_is_the_fastest(self):
        self.cells.write(self.table, self.devices, accuracy=False)
        matrix = self.proxy("matrix", "--region", 20)
        x, y = (np.array([float(f"{v:.9g}") for v in self.devices[name]]) for name in ("gpu_1", "phone"))
        rank = stats.rankdata(x) + stats.rankdata(y)
        fastest = rank <= np.sort(rank)[59]
        self.assertIn("the fastest 20 %", matrix["region"]["what"])
        self.assertAlmostEqual(matrix["region"]["srcc"][0][2], stats.spearmanr(x[fastest], y[fastest]).statistic, 9)

    def test_archive_json_and_picture(self):
        archive, document = self.folder / "matrix.h5", self.folder / "matrix.json"
        self.flash("proxy", "matrix", self.table, "-o", archive)
        self.flash("proxy", "matrix", self.table, "-o", document)
        self.assertEqual(json.loads(document.read_text()), self.proxy("matrix"))
        for source in (archive, document):
            picture = self.folder / "matrix.png"
            picture.unlink(missing_ok=True)
            subprocess.run([sys.executable, "-m", "flash_analysis.devices", source, "-o", picture], check=True,
                           cwd=TOP / "analysis", capture_output=True)
            self.assertTrue(picture.read_bytes().startswith(b"\x89PNG"))
        self.assertEqual(self.findings(archive), ["valid"])
        with h5py.File(archive, "a") as file:
            del file["proxy/pairs/srcc"], file.attrs["git_hash"]
        self.assertEqual(self.findings(archive)[1:], ["root attribute git_hash is missing",
                                                      "proxy/pairs/srcc is listed but not there"])
        done = subprocess.run([sys.executable, "-m", "flash_analysis.devices", self.table, "-o", "x.png"], text=True,
                              cwd=TOP / "analysis", capture_output=True)
        self.assertEqual((done.returncode, done.stderr.count("\n")), (65, 1), done.stderr)

    def findings(self, archive):
        return subprocess.run([sys.executable, "-m", "flash_analysis.validate", archive], text=True, capture_output=True,
                              cwd=TOP / "analysis").stdout.splitlines()

    def test_without_pairs_there_is_no_proxy(self):
        self.cells.write(self.table, {"gpu_1": self.devices["gpu_1"]})
        self.one_line(self.flash("proxy", "matrix", self.table, expect=65), "table.csv: one device, gpu_1, has no pairs")
        self.cells.write(self.table, self.devices, rows=range(2))
        self.assertIsNone(self.proxy("matrix")["proxy"])
        self.assertIn("no proxy can be named: no two devices have 3 networks in common that both rank",
                      self.flash("proxy", "matrix", self.table).stdout)

    def test_no_input_is_overwritten(self):
        before = self.table.read_text()
        listed = self.write("list.csv", "idx,board_ms\n" + "".join(f"{i},{i + 1}\n" for i in self.cells.ids[:20]))
        for arguments in (["matrix", self.table, "-o", self.table],
                          ["adapt", self.table, "--proxy", "gpu_1", "--target", "board", "--samples", 20, "--preset",
                           "nasbench201", "-o", self.table],
                          ["adapt", self.table, "--proxy", "gpu_1", "--target", "board", "--sampled", listed, "--preset",
                           "nasbench201", "-o", listed]):
            self.one_line(self.flash("proxy", *arguments, expect=64), "this command reads that file")
        self.assertEqual(self.table.read_text(), before)

    def test_pairs_without_common_networks_do_not_count(self):
        rows = ["network,a_ms,b_ms,c_ms,flat_ms"]
        for k in range(40):
            rows.append(f"{k},{k + 1},{k + 2 if k < 20 else ''},{41 - k if k >= 20 else ''},7")
        found = self.flash_json("proxy", "matrix", self.write("holes.csv", "\n".join(rows) + "\n"))
        self.assertEqual(dict(zip(found["devices"], found["mean_srcc"])), {"a": 0, "b": 1, "c": -1, "flat": None})
        self.assertEqual(found["proxy"], "b")

    def test_networks_that_differ_are_intersected(self):
        cells = self.cells
        one = cells.write(self.folder / "one.csv", {"gpu_1": self.devices["gpu_1"]}, rows=range(0, 200))
        other = cells.write(self.folder / "other.csv", {"phone": self.devices["phone"]}, rows=range(299, 99, -1),
                            columns=("arch",), accuracy=False)
        matrix = self.flash_json("proxy", "matrix", one, other)
        x, y = (np.array([float(f"{v:.9g}") for v in self.devices[name]])[100:200] for name in ("gpu_1", "phone"))
        self.assertEqual(matrix["networks"], 100)
        self.assertAlmostEqual(matrix["srcc"][0][1], stats.spearmanr(x, y).statistic, 9)
        self.assertIn("one.csv: 100 of its 200 networks are not in all tables and are left out", matrix["notes"][0])
        self.one_line(self.flash("proxy", "matrix", one, one, expect=65), "the device 'gpu_1' is in another")


class Check(ProxyCase):
    def check(self, proxy, target, *arguments):
        return self.proxy("check", "--proxy", proxy, "--target", target, *arguments)

    def test_verdicts(self):
        alike = self.check("gpu_1", "gpu_32", "--samples", 100, "--seed", 1)
        self.assertEqual(alike["verdict"], "accept")
        self.assertGreaterEqual(alike["srcc_low"], 0.9)
        other = self.check("gpu_1", "board", "--samples", 100, "--seed", 1)
        self.assertEqual(other["verdict"], "adapt")
        self.assertLess(other["srcc_high"], 0.9)
        few = self.check("gpu_1", "gpu_32", "--samples", 5, "--seed", 1)
        self.assertEqual(few["verdict"], "measure more")
        for verdict in (alike, other, few):
            self.assertIn("%", verdict["risk_text"])
        self.assertIn("accept", self.flash("proxy", "check", self.table, "--proxy", "gpu_1", "--target", "gpu_32", "--samples",
                                           100).stdout)

    def test_few_samples_decide_nothing(self):
        few = self.check("gpu_1", "board", "--samples", 9, "--seed", 1)
        self.assertEqual((few["verdict"], few["samples"]), ("measure more", 9))
        self.assertIn("fewer than 10 decide nothing", few["why"])

    def test_a_list_that_says_other_latencies_than_the_table(self):
        rows, board = range(0, 300, 10), self.devices["board"]
        lines = [f"{self.cells.ids[row]},{board[row]:.5g}" for row in rows]  # rounded, which is no contradiction
        listed = self.write("board.csv", "\n".join(["idx,board_ms", *lines]) + "\n")
        arguments = ("proxy", "check", self.table, "--proxy", "gpu_1", "--target", "board", "--sampled", listed)
        self.assertNotIn("warning", self.flash(*arguments).stderr)
        for row, said in ((1, "3.5 ms on board, but"), (2, "and 1 more of the list differ so")):
            lines[row] = f"{self.cells.ids[rows[row]]},3.5"
            self.write("board.csv", "\n".join(["idx,board_ms", *lines]) + "\n")
            told = self.flash(*arguments).stderr
            self.assertEqual(told.count("warning"), 1, told)
            self.assertIn(f"board.csv:3: network {self.cells.ids[10]} takes 3.5 ms on board, but {board[10]:.6g} ms", told)
            self.assertIn(said, told)

    def test_a_list_that_contradicts_itself_or_is_of_another_device(self):
        rows, board = range(0, 300, 10), self.devices["board"]
        ids, texts = ([of[row] for row in rows] for of in (self.cells.ids, self.cells.texts))
        arguments = ("proxy", "check", self.table, "--proxy", "gpu_1", "--target", "new", "--sampled")

        def listed(ids, texts, column="new_ms"):
            lines = [f"{i},{text},{board[row]:.9g}" for i, text, row in zip(ids, texts, rows)]
            return self.write("new.csv", "\n".join([f"idx,arch,{column}", *lines]) + "\n")

        self.flash(*arguments, listed(ids, texts))
        for wrong in ((ids[1:] + ids[:1], texts), ([99999] + ids[1:], texts), (ids, texts[1:] + texts[:1])):
            self.one_line(self.flash(*arguments, listed(*wrong), expect=65), f"new.csv:2: column 'idx' says '{wrong[0][0]}', "
                          "but by column 'arch' the network has '", "correct one of the two")
        self.one_line(self.flash(*arguments, listed(ids, texts, "phone_ms"), expect=65),
                      "new.csv: has latencies of 'phone', which the tables have, and none of 'new'")
        self.flash(*arguments, listed(ids, texts, "other_ms"))

    def test_the_same_seed_takes_the_same_samples(self):
        one, same, other = (self.check("gpu_1", "board", "--samples", 20, "--seed", seed) for seed in (1, 1, 2))
        self.assertEqual(one, same)
        self.assertNotEqual(one["srcc"], other["srcc"])

    def test_a_target_like_no_proxy_is_to_be_measured_from_scratch(self):
        self.cells.write(self.table, dict(self.devices, odd=np.random.default_rng(3).uniform(1, 2, 300)))
        check = self.check("gpu_1", "odd", "--samples", 60, "--seed", 1)
        self.assertEqual(check["verdict"], "adapt")
        self.assertIn("this proxy says nothing of the target", check["no_proxy"])
        self.assertIn("operator counts have 5 weights: measure about 10 networks", check["no_proxy"])

    def test_a_proxy_that_ranks_in_reverse(self):
        self.cells.write(self.table, self.devices | {"reversed": 100 - np.asarray(self.devices["gpu_1"])})
        found = self.check("gpu_1", "reversed", "--samples", 30)
        self.assertEqual((found["verdict"], found["srcc"]), ("adapt", -1))
        self.assertIn("in reverse", found["no_proxy"])
        self.assertEqual((found["srcc_low"], found["srcc_interval_95"][0]), (-1, -1))

    def test_what_cannot_be_ranked_is_no_verdict(self):
        self.cells.write(self.table, dict(self.devices, constant=np.full(300, 7.0)))
        for proxy, target in (("constant", "board"), ("board", "constant")):
            check = self.check(proxy, target, "--samples", 20)
            self.assertEqual((check["verdict"], check["srcc"]), ("measure more", None))
        one = self.check("gpu_1", "board", "--samples", 1)
        self.assertEqual((one["verdict"], one["samples"]), ("measure more", 1))


class Adapt(ProxyCase):
    KEYS = {"srcc_unsampled", "srcc_raw", "predictions", "methods", "method", "why"}

    def adapt(self, *arguments, target="board", proxy="gpu_1"):
        return self.proxy("adapt", "--target", target, *(["--proxy", proxy] if proxy else []), *arguments)

    def test_is_better_than_the_raw_proxy(self):
        for seed in range(3):
            found = self.adapt("--samples", 20, "--seed", seed)
            self.assertLessEqual(self.KEYS, set(found))
            self.assertGreater(found["srcc_unsampled"], found["srcc_raw"] + 0.1)
            self.assertGreater(found["srcc_unsampled"], 0.9)

    def test_figures_are_those_of_the_predictions(self):
        found = self.adapt("--samples", 30, "--seed", 1)
        rows = {network: row for row, network in enumerate(self.cells.ids)}
        kept = [(one["value"], float(f"{self.devices['board'][rows[one['network']]]:.9g}"),
                 self.devices["gpu_1"][rows[one["network"]]]) for one in found["predictions"] if not one["sampled"]]
        self.assertEqual((len(found["predictions"]), len(kept)), (300, 270))
        predicted, truth, raw = zip(*kept)
        self.assertAlmostEqual(found["srcc_unsampled"], stats.spearmanr(predicted, truth).statistic, 9)
        self.assertAlmostEqual(found["srcc_raw"], stats.spearmanr(raw, truth).statistic, 6)
        self.assertLess(np.median(np.abs(np.log(np.array(predicted) / np.array(truth)))), 0.15)  # in milliseconds

    def test_methods_side_by_side(self):
        found = self.adapt("--samples", 30, "--seed", 1, "--each")
        methods = {one["method"]: one for one in found["methods"]}
        self.assertEqual(set(methods), {"raw", "counts", "scratch", "paper", "shared"})
        self.assertEqual([m for m, one in methods.items() if one["chosen"]], [found["method"]])
        self.assertAlmostEqual(methods["raw"]["srcc_unsampled"], found["srcc_raw"], 9)
        for method in methods:
            one = self.adapt("--samples", 30, "--seed", 1, "--method", method)
            self.assertEqual(one["method"], method)
            self.assertAlmostEqual(one["srcc_unsampled"], methods[method]["srcc_unsampled"], 9)

    def test_without_a_proxy_named_the_most_central_other_one(self):
        self.assertNotEqual(self.adapt("--samples", 20, proxy=None)["proxy"], "board")
        alone = self.cells.write(self.folder / "alone.csv", {"board": self.devices["board"]})
        found = self.flash_json("proxy", "adapt", alone, "--target", "board", "--samples", 40)
        self.assertIsNone(found["proxy"])
        self.assertIsNone(found["srcc_raw"])
        self.assertGreater(found["srcc_unsampled"], 0.9)

    def test_samples_from_a_file(self):
        """The target is in no table; its few measurements come from elsewhere, networks written in other ways."""
        self.cells.write(self.table, {name: of for name, of in self.devices.items() if name != "board"})
        rows = list(range(0, 300, 12))
        board = self.devices["board"]
        by_text = self.write("text.csv", "network,board_us\n" + "".join(
            f"{self.cells.texts[row]},{1000 * board[row]:.9g}\n" for row in rows))
        by_id = self.write("id.csv", "idx,board_ms\n" + "".join(f"{self.cells.ids[row]},{board[row]:.9g}\n" for row in rows))
        found = [self.adapt("--sampled", file) for file in (by_text, by_id)]
        self.assertIsNone(found[0]["srcc_unsampled"])
        self.assertEqual(found[0]["samples"], 25)
        values = [[one["value"] for one in of["predictions"]] for of in found]
        np.testing.assert_allclose(*values, rtol=1e-6)
        self.assertGreater(stats.spearmanr(values[0], board).statistic, 0.9)
        self.one_line(self.flash("proxy", "adapt", self.table, "--target", "board", "--sampled",
                                 self.write("none.csv", f"idx\n{self.cells.ids[0]}\n"), expect=65),
                      "none of its 1 networks has a latency of board")

    def test_a_list_alone_takes_the_tables_latencies(self):
        rows = range(0, 300, 10)
        networks = self.write("list.csv", "".join(f"{self.cells.ids[row]}\n" for row in rows))
        found = self.adapt("--sampled", networks)
        self.assertEqual((found["samples"], found["sampling"]), (30, "file"))
        self.assertEqual({one["network"] for one in found["predictions"] if one["sampled"]},
                         {self.cells.ids[row] for row in rows})

    def test_library(self):
        self.assertEqual(self.adapt("--samples", 20)["library"], [])
        self.assertEqual(self.adapt("--samples", 20, "--library", "all")["library"], ["gpu_32", "phone"])
        self.assertEqual(self.adapt("--samples", 20, "--library", "phone")["library"], ["phone"])
        for name, what in (("board", "target"), ("gpu_1", "proxy")):
            self.one_line(self.flash("proxy", "adapt", self.table, "--target", "board", "--proxy", "gpu_1", "--samples", 20,
                                     "--library", name, expect=64), "--library", f"is the {what} itself")

    def test_models(self):
        models = self.folder / "board.json"
        found = self.adapt("--samples", 40, "-o", models)
        self.assertEqual(found["models"], str(models))
        written = json.loads(models.read_text())
        self.assertEqual(written["target"], "board")
        latency = written["metrics"]["latency_ms"]
        self.assertGreaterEqual(latency["intercept"], 0)
        terms = {term["feature"]: term["coefficient"] for term in latency["terms"]}
        self.assertTrue(all(value >= 0 for value in terms.values()))
        operators = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"]
        values = [latency["intercept"] + sum(terms.get(f"op_{edge}={operators[code]}", 0) for edge, code in enumerate(codes))
                  for codes in self.cells.codes]
        predicted = [one["value"] for one in found["predictions"]]
        self.assertGreater(stats.spearmanr(values, predicted).statistic, 0.95)

    def test_models_of_other_images_are_to_be_adapted_to_the_jobs(self):
        models = self.folder / "board.json"
        self.adapt("--samples", 40, "--preset", "nasbench201", "-o", models)
        job = self.write("job.toml", '[job]\nname = "j"\n[space]\npreset = "nasbench201"\n[data]\nsource = "shapes"\nside = 16\n'
                         '[models]\nfile = "board.json"\n')
        self.one_line(self.flash("exact", job, "--training-free", expect=65),
                      "input.side (32, not 16): adapt them to this job's, by flash proxy adapt --job")

    def test_fewer_samples_than_operators(self):
        for samples in (1, 2, 3, 4, 8):
            found = self.adapt("--samples", samples)
            self.assertEqual(len(found["predictions"]), 300)
            self.assertTrue(all(one["value"] is not None for one in found["predictions"]))
            said = "1 sample is fewer than" if samples == 1 else f"{samples} samples are fewer than"
            self.assertEqual(any(one.startswith(said) for one in found["warnings"]), samples < 5, found["warnings"])

    def test_proxy_and_target_without_variation(self):
        self.cells.write(self.table, dict(self.devices, constant=np.full(300, 7.0)))
        found = self.adapt("--samples", 30, proxy="constant")
        self.assertGreater(found["srcc_unsampled"], 0.9)
        self.assertIsNone(found["srcc_raw"])
        flat = self.adapt("--samples", 30, target="constant")
        self.assertIsNone(flat["srcc_unsampled"])
        self.assertAlmostEqual(flat["predictions"][0]["value"], 7, 2)

    def test_ties_and_holes(self):
        tied = np.round(self.devices["board"])
        holes = [-1.0 if row % 4 == 0 else value for row, value in enumerate(self.devices["gpu_1"])]
        self.cells.write(self.table, dict(self.devices, tied=tied, holes=holes))
        found = self.adapt("--samples", 30, target="tied", proxy="holes")
        self.assertGreater(found["srcc_unsampled"], 0.85)

    def test_a_target_like_no_proxy(self):
        self.cells.write(self.table, dict(self.devices, odd=np.random.default_rng(3).uniform(1, 2, 300)))
        found = self.adapt("--samples", 30, target="odd")
        self.assertLess(abs(found["srcc_unsampled"]), 0.5)
        self.assertTrue(found["warnings"] or found["why"])

    def test_chains_of_a_space(self):
        chains = Chains()
        devices = {"a": chains.device(), "b": chains.device(kernels=2.5, slope=1.0)}
        table = chains.write(self.folder / "chains.csv", devices)
        for space in ([], ["--preset", "fbnet"]):
            found = self.flash_json("proxy", "adapt", table, *space, "--proxy", "a", "--target", "b", "--samples", 60)
            self.assertGreater(found["srcc_unsampled"], found["srcc_raw"] - 0.01)
        self.assertEqual(found["notes"], [])
        self.one_line(self.flash("proxy", "adapt", table, "--preset", "nasbench201", "--target", "b", "--samples", 9,
                                 expect=65), "has 22 columns of operators (op00 .. op21), but a network of the space has 6")

    def test_cells_of_skips_by_their_features(self):
        random = np.random.default_rng(4)
        ids = sorted(int(i) for i in random.choice(5000, size=120, replace=False))
        size = self.flash_json("space", self.write("mini.toml", '[job]\nname = "m"\n[space]\npreset = "shapes-mini"\n'))["size"]
        self.assertGreater(size, 5000)
        rows = [f"{i},{1 + i / 1000 + 0.01 * random.normal():.9g},{2 + i / 400 + 0.01 * random.normal():.9g}" for i in ids]
        table = self.write("cells.csv", "\n".join(["id,a_ms,b_ms", *rows]) + "\n")
        models = self.folder / "mini.json"
        found = self.flash_json("proxy", "adapt", table, "--preset", "shapes-mini", "--target", "b", "--samples", 30, "-o", models)
        self.assertEqual(len(found["predictions"]), 120)
        self.assertTrue(all(one["value"] is not None for one in found["predictions"]))
        self.assertEqual(json.loads(models.read_text())["target"], "b")

    def test_the_same_seed_says_the_same(self):
        self.assertEqual(self.adapt("--samples", 20, "--seed", 5), self.adapt("--samples", 20, "--seed", 5))


class Blocks(FlashCase):
    """Devices of which single blocks are known, of a space of two places."""
    JOB = """[job]
name = "blocks"
[space]
preset = "choice-cifar"
operators = ["k3: inverted k3 e2", "k5: inverted k5 e2", "skip: skip"]
stages = ["4 x1 = convolution k3", "4 x4", "8 x1 = convolution k1"]
[data]
side = 16
"""
    HEAD = "in_h,in_c,out_h,out_c,expand,kernel,stride,mean_us\n"

    def test_are_devices_like_others(self):
        job, table, blocks = (self.folder / name for name in ("job.toml", "table.csv", "blocks.csv"))
        job.write_text(self.JOB)
        random = np.random.default_rng(1)
        codes = np.array([[i // 3 ** k % 3 for k in range(4)] for i in range(81)])
        fast = 1 + np.array([2.0, 3.0, 0.1])[codes].sum(1) + 0.01 * random.normal(size=81)
        table.write_text("op_0,op_1,op_2,op_3,fast_ms\n" + "".join(
            ",".join(map(str, row)) + f",{value:.9g}\n" for row, value in zip(codes, fast)))
        classes = self.flash_json("space", job)["definition"]["input"]["classes"]
        rows = ["16,3,16,4,,,,1000", "16,4,16,8,,,,2000", f"16,8,1,{classes},,,,500", "16,4,16,4,2,3,1,700", "16,4,16,4,2,5,1,900"]
        blocks.write_text(self.HEAD + "\n".join(rows) + "\n")
        matrix = self.flash_json("proxy", "matrix", table, "--job", job, "--blocks", f"board={blocks}")
        board = 3.5 + np.array([0.7, 0.9, 0])[codes].sum(1)
        self.assertEqual(matrix["devices"], ["fast", "board"])
        self.assertAlmostEqual(matrix["srcc"][0][1], stats.spearmanr(np.array([float(f"{v:.9g}") for v in fast]), np.round(board, 6))
                               .statistic, 6)
        self.one_line(self.flash("proxy", "matrix", table, "--blocks", f"board={blocks}", expect=64), "--preset or --job")
        self.one_line(self.flash("proxy", "matrix", table, "--job", job, "--blocks", "board", expect=64), "is not NAME=FILE")
        blocks.write_text(self.HEAD + "\n".join(rows[:-1]) + "\n")
        self.one_line(self.flash("proxy", "matrix", table, "--job", job, "--blocks", f"board={blocks}", expect=65),
                      "has no row for the block 16x16x4 -> 16x16x4, expand 2, kernel 5, stride 1")


class Plan(ProxyCase):
    def test_lists_are_filled_in_and_read_again(self):
        listed = self.folder / "todo.csv"
        plan = self.proxy("plan", "--proxy", "gpu_1", "--target", "new", "--count", 12, "-o", listed)
        self.assertEqual(len(set(plan["networks"])), 12)
        with open(listed, newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([int(row["idx"]) for row in rows], plan["networks"])
        self.assertEqual(set(rows[0]), {"idx", "arch", "new_ms"})
        at = {network: row for row, network in enumerate(self.cells.ids)}
        text = listed.read_text().splitlines()
        listed.write_text("\n".join([text[0]] + [
            line + f"{self.devices['board'][at[network]]:.9g}" for line, network in zip(text[1:], plan["networks"])]) + "\n")
        found = self.proxy("adapt", "--proxy", "gpu_1", "--target", "new", "--sampled", listed)
        self.assertEqual(found["samples"], 12)
        again = self.proxy("plan", "--proxy", "gpu_1", "--target", "new", "--sampled", listed, "--count", 5)
        self.assertEqual((again["measured"], set(again["networks"]) & set(plan["networks"])), (12, set()))
        front = self.proxy("plan", "--proxy", "gpu_1", "--target", "new", "--sampled", listed, "--count", 5, "--first", 10)
        self.assertFalse(set(front["networks"]) & set(plan["networks"]))
        self.one_line(self.flash("proxy", "plan", self.table, "--target", "new", "-o", listed, expect=64),
                      "is there already and holds something else")

    def test_samples_tell_operators_apart(self):
        """Each operator is often enough among few samples, which a random choice may miss."""
        at = {network: row for row, network in enumerate(self.cells.ids)}
        networks = self.proxy("plan", "--proxy", "gpu_1", "--count", 12)["networks"]
        counts = np.array([[(self.cells.codes[at[n]] == op).sum() for op in range(5)] for n in networks])
        self.assertEqual(np.linalg.matrix_rank(np.column_stack([np.ones(12), counts[:, 1:]])), 5)

    def test_emitted_files(self):
        folder = self.folder / "emitted"
        plan = self.proxy("plan", "--proxy", "gpu_1", "--count", 3, "--preset", "nasbench201", "--emit", folder, "--list-only")
        self.assertIsNone(plan["target"])
        with open(folder / "networks.csv", newline="") as file:
            rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
        self.assertEqual((len(rows), list(rows[0])[-1]), (3, "latency_ms"))
        measured = self.folder / "measured.csv"
        with open(measured, "w", newline="") as file:
            table = csv.DictWriter(file, list(rows[0]))
            table.writeheader()
            table.writerows(dict(row, latency_ms=10 + i) for i, row in enumerate(rows))
        found = self.proxy("adapt", "--proxy", "gpu_1", "--target", "new", "--preset", "nasbench201", "--sampled", measured)
        self.assertEqual([one["network"] for one in found["predictions"] if one["sampled"]],
                         sorted(plan["networks"], key=self.cells.ids.index))
        self.one_line(self.flash("proxy", "plan", self.table, "--count", 3, "--emit", folder, expect=64), "--preset or --job")
        self.assertIn("on a target that no table has", self.flash("proxy", "plan", self.table, "--count", 3).stdout)

    def test_emitted_list_says_what_it_is_of(self):
        """Filled in, it is a list of samples."""
        folder = self.folder / "emitted"
        self.flash("proxy", "plan", self.table, "--target", "new", "--count", 12, "--preset", "nasbench201", "--emit", folder,
                   "--list-only")
        first, second, head, *rows = (folder / "networks.csv").read_text().splitlines()
        self.assertTrue(first.startswith("# Networks of nasbench201 to measure on new, by flash proxy plan. Fill in new_ms"))
        self.assertIn("flash proxy adapt as --sampled", second)
        self.assertEqual(head, "id,op_0,op_1,op_2,op_3,op_4,op_5,parameters,macs,new_ms")
        filled = self.write("filled.csv", "\n".join([first, second, head] + [row + str(5 + i) for i, row in enumerate(rows)]))
        found = self.proxy("adapt", "--proxy", "gpu_1", "--target", "new", "--preset", "nasbench201", "--sampled", filled)
        self.assertEqual(found["samples"], 12)


class Front(ProxyCase):
    OPTIONS = ("--proxy", "gpu_1", "--target", "board", "--budget", 60)

    def test_loop_over_a_table(self):
        found = self.proxy("front", *self.OPTIONS)
        self.assertTrue(found["ended"])
        self.assertLessEqual(found["measured"], 60)
        self.assertGreater(found["quality"]["hypervolume"], 0.9)
        self.assertGreaterEqual(found["quality"]["accuracy_lost_points"], 0)
        front = found["found"]
        self.assertEqual(front, sorted(front, key=lambda one: -one["accuracy"]))
        self.assertEqual(front, sorted(front, key=lambda one: -one["latency_ms"]))
        self.assertEqual(found, self.proxy("front", *self.OPTIONS))

    def test_by_hand_as_by_table(self):
        """Round by round, by somebody who fills in lists: the same front as where the table knows all."""
        wanted = self.proxy("front", *self.OPTIONS)
        self.cells.write(self.table, {name: of for name, of in self.devices.items() if name != "board"})
        state, listed = self.folder / "state.json", self.folder / "list.csv"
        at = {network: row for row, network in enumerate(self.cells.ids)}
        found, rounds = self.proxy("front", *self.OPTIONS, "--state", state, "--list", listed), 0
        self.one_line(self.flash("proxy", "front", self.table, *self.OPTIONS, "--state", state, "--sampled", listed, expect=65),
                      "of the networks asked for have no latency yet")
        while not found["ended"]:
            text = listed.read_text().splitlines()
            listed.write_text("\n".join([text[0]] + [
                line + f"{self.devices['board'][at[network]]:.9g}" for line, network in zip(text[1:], found["next"])]) + "\n")
            found = self.proxy("front", *self.OPTIONS, "--state", state, "--sampled", listed, "--list", listed)
            rounds += 1
            self.assertLess(rounds, 20)
        self.assertEqual(found["found"], wanted["found"])
        self.assertEqual(found["measured"], wanted["measured"])
        self.one_line(self.flash("proxy", "front", self.table, "--proxy", "phone", "--target", "board", "--budget", 60,
                                 "--state", state, expect=64), 'is of a front with proxy "gpu_1"')

    def test_a_list_filled_in_is_never_overwritten(self):
        table, state, listed = self.folder / "others.csv", self.folder / "s.json", self.folder / "todo.csv"
        self.cells.write(table, {name: values for name, values in self.devices.items() if name != "board"})
        asked = ["proxy", "front", table, *self.OPTIONS, "--state", state, "--list"]
        self.flash(*asked, listed)
        self.flash(*asked, listed)  # the same list, still empty
        filled = listed.read_text().replace(",\n", ",1.5\n")
        for path, text in ((listed, filled), (table, table.read_text()), (self.write("mine.csv", "a,b\n"), "a,b\n")):
            path.write_text(text)
            self.one_line(self.flash(*asked, path, expect=64), path.name)
            self.assertEqual(path.read_text(), text)

    def test_state_is_resumed(self):
        state = self.folder / "state.json"
        found = self.proxy("front", *self.OPTIONS, "--state", state)
        again = self.proxy("front", *self.OPTIONS, "--state", state)
        self.assertEqual(found["found"], again["found"])
        for text in ("", state.read_text()[:300], "{}", "[1]", "no json", '{"format": "flash-proxy-front"}'):
            state.write_text(text)
            done = self.flash("proxy", "front", self.table, *self.OPTIONS, "--state", state, expect=65)
            self.one_line(done, "state.json: is no state of flash proxy front", "name another file")
            self.assertNotIn("exception", done.stderr)

    def test_a_state_goes_on_with_another_budget(self):
        def front(budget, *arguments):
            return self.proxy("front", *self.OPTIONS[:-1], budget, "--stable", 9, *arguments)

        state = self.folder / "state.json"
        first = front(25, "--state", state)
        self.assertEqual((first["measured"], first["budget"]), (25, 25))
        more, anew = front(60, "--state", state), front(60)
        self.assertEqual(more["budget"], 60)
        self.assertGreater(more["measured"], 25)
        self.assertEqual({one["latency_ms"] for one in more["found"]}, {one["latency_ms"] for one in anew["found"]})
        self.assertEqual(front(30, "--state", state)["measured"], more["measured"])  # what is measured is kept

    def test_of_equal_accuracies_the_front_is_the_fastest_network(self):
        self.cells.accuracy, kept = np.full(300, 70.0), self.cells.accuracy
        self.cells.write(self.table, self.devices)
        self.cells.accuracy = kept
        found = self.proxy("front", *self.OPTIONS)
        fastest = int(np.argmin(self.devices["board"]))
        self.assertEqual([one["network"] for one in found["found"]], [self.cells.ids[fastest]])
        self.assertEqual((found["quality"]["hypervolume"], found["quality"]["accuracy_lost_points"]), (1, None))
        self.assertIn("all accuracies are 70.00 %", self.flash("proxy", "front", self.table, *self.OPTIONS).stdout)

    def test_without_accuracies_there_is_none(self):
        self.cells.write(self.table, self.devices, accuracy=False)
        self.one_line(self.flash("proxy", "front", self.table, *self.OPTIONS, expect=65), "has no accuracies")


@unittest.skipUnless(MEASURED, "FLASH_DEVICE_DATA names no folder with measured devices")
class MeasuredDevices(FlashCase):
    def read(self, name):
        with open(MEASURED / name, newline="") as file:
            return list(csv.DictReader(file))

    def test_cells(self):
        table = MEASURED / "nasbench201_1500.csv"
        rows = self.read(table.name)
        matrix = self.flash_json("proxy", "matrix", table)
        self.assertEqual((len(matrix["devices"]), matrix["networks"]), (13, len(rows)))
        a, b = (np.array([float(row[f"{matrix['devices'][d]}_ms"]) for row in rows]) for d in (3, 6))
        self.assertAlmostEqual(matrix["srcc"][3][6], stats.spearmanr(a, b).statistic, 9)
        found = self.flash_json("proxy", "adapt", table, "--proxy", "pixel3", "--target", "titanx_1", "--samples", 30)
        self.assertGreater(found["srcc_unsampled"], found["srcc_raw"] + 0.2)

    def test_chains_and_blocks(self):
        table = MEASURED / "fbnet_1000.csv"
        found = self.flash_json("proxy", "adapt", table, "--preset", "fbnet", "--proxy", "pixel3", "--target", "titanx_1",
                                "--samples", 50, "--library", "all")
        self.assertGreater(found["srcc_unsampled"], 0.9)
        job = self.folder / "px.toml"
        job.write_text('[job]\nname = "p"\n[space]\npreset = "proxylessnas"\n')
        axes = self.flash_json("space", job)["variables"]
        random = np.random.default_rng(1)
        chosen = [[axis["values"][random.integers(len(axis["values"]))] for axis in axes] for _ in range(50)]
        networks = self.folder / "networks.csv"
        networks.write_text("\n".join([",".join(axis["name"] for axis in axes) + ",kernels_ms"] + [
            ",".join(row) + f",{sum(int(op[1]) for op in row if op != 'skip')}" for row in chosen]) + "\n")
        blocks = f"pixel1={MEASURED / 'proxylessnas_pixel1_blocks.csv'}"
        matrix = self.flash_json("proxy", "matrix", networks, "--preset", "proxylessnas", "--blocks", blocks)
        self.assertEqual(matrix["devices"], ["kernels", "pixel1"])
        self.assertGreater(matrix["srcc"][0][1], 0)


class BadInput(ProxyCase):
    def test_command_line(self):
        for words, said in ((["matrx", self.table], "unknown command matrx; did you mean matrix?; see flash proxy --help"),
                            (["matrix"], "TABLE is required; see flash proxy matrix --help"),
                            (["check", self.table, "--target", "board"], "--samples or --sampled is required"),
                            (["check", self.table, "--target", "bord", "--samples", 9], "no device 'bord'; did you mean board?"),
                            (["adapt", self.table, "--target", "board", "--proxy", "board", "--samples", 9], "are both board"),
                            (["adapt", self.table, "--target", "board", "--samples", 0], "--samples"),
                            (["adapt", self.table, "--target", "board", "--samples", 9, "--method", "magic"], "--method"),
                            (["matrix", self.table, "--preset", "nasbench"], "there is no space 'nasbench'; did you mean")):
            self.one_line(self.flash("proxy", *words, expect=64), said)
        self.flash("proxy", expect=64)

    def test_tables(self):
        for text, code, said in (("", 65, "holds no row"),
                                 ("idx,a_ms\n1,0\n", 65, "bad.csv:2: column 'a_ms' is 0; a latency is positive"),
                                 ("idx,a\n1,2\n", 65, "has no device"),
                                 ("idx,a_ms\n1,2\n1,3\n", 65, "bad.csv:3: network '1' stands in line 2 already")):
            self.one_line(self.flash("proxy", "matrix", self.write("bad.csv", text), expect=code), said)
        self.one_line(self.flash("proxy", "matrix", self.folder / "absent.csv", expect=66), "absent.csv")
        self.one_line(self.flash("proxy", "adapt", self.table, "--target", "board", "--samples", 301, expect=65),
                      "300 networks are measured on", "fewer than the 301 of --samples")
        text = self.table.read_text().splitlines()
        for row in (1, 2):  # nothing leads from the image to the classes
            text[row] = text[row].split("|")[0] + "|none~0|+|none~0|none~1|+|none~0|none~1|" + \
                ("none~2|" if row == 1 else "nor_conv_3x3~2|") + text[row].split("|")[-1]
        self.write("table.csv", "\n".join(text) + "\n")
        self.one_line(self.flash("proxy", "adapt", self.table, "--target", "board", "--samples", 299, expect=65),
                      "300 networks are measured on", ", 2 of them without a live path, which are left out: fewer than the 299")


if __name__ == "__main__":
    unittest.main()

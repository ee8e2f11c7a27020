"""flash compress: networks pruned and quantised into files that are as small as they claim, and that others read."""

import json
import subprocess
import zlib

from flash_case import PATIENCE, TOP, FlashCase

COMPRESS = "\n[compress]\nepochs = 8\nratio = 4\nbits = 4\nrounds = 3\n"


class Compress(FlashCase):
    def setUp(self):
        super().setUp()
        text = self.job.read_text().replace("validation_share = 0", "validation_share = 0.2").replace("epochs = 6", "epochs = 4")
        self.job = self.write_job(text=text + COMPRESS)

    def files(self, folder):
        return {path.name: path.read_bytes() for path in (folder / "networks").glob("*.fcn")}

    def compress(self, *arguments, folder=None, **options):
        return self.flash("compress", self.job, "-o", folder or self.run_folder, *arguments, **options)

    def test_files_that_hold_what_the_report_says(self):
        self.compress("--network", "17", "--network", "vgg-small")
        report = self.flash_json("report", self.run_folder)
        rows = report["compressed"]
        self.assertEqual([r["error"] for r in rows], ["", ""])
        self.assertEqual(rows[1]["network"], "vgg-small")
        for row in rows:
            path = self.run_folder / row["file"]
            size = path.stat().st_size
            self.assertEqual(size, row["file_bytes"])
            self.assertEqual(size, sum(row[part + "_bytes"] for part in ("header", "mask", "value", "bias")))
            ours = self.flash_json("run-network", path, "--job", self.job)
            self.assertEqual(ours["test"]["accuracy"], row["test_accuracy"])
            self.assertEqual(ours["parameters"], row["parameters"])
            self.assertLessEqual(ours["kept"], row["kept"])
            self.assertLessEqual(row["kept"] * 4, ours["weights"] * 1.01)
            layers = [r for r in report["compressed_layers"] if r["network"] == row["network"]]
            kept = [layer["kept"] for layer in layers]
            self.assertTrue(all(a <= b for a, b in zip([layer["kept"] for layer in ours["layers"]], kept)))  # dead units go
            self.assertTrue(all(layer["bits"] == 4 for layer in layers))
        described = self.flash_json("describe", self.job, "--id", "17")
        self.assertEqual(rows[0]["parameters"], described["parameters"])
        text = self.flash("report", self.run_folder).stdout
        self.assertIn("Compressed:", text)
        self.assertIn("vgg-small", text)

    def test_same_bytes_on_two_ranks_and_after_a_kill(self):
        names = ("--network", "17", "--network", "vgg-small")
        self.compress(*names)
        there = self.files(self.run_folder)
        self.assertEqual(len(there), 2)
        self.compress(*names, folder=self.folder / "two", ranks=2)
        self.assertEqual(self.files(self.folder / "two"), there)

        often = self.write_job("often.toml", text=self.job.read_text() + "\n[farm]\ncheckpoint_s = 0\n")
        killed = self.folder / "killed"
        for stage in ("dense-", "compress-"):
            process = self.start("compress", often, "-o", killed, "--network", "vgg-small")
            there_is = lambda: [p for p in (killed / "checkpoints").glob(stage + "*") if ".tmp." not in p.name]
            self.wait_for(lambda: there_is() or process.poll() is not None)
            self.end_group(process)
        self.flash("compress", often, "-o", killed, "--network", "vgg-small")
        self.assertEqual(self.files(killed), {name: data for name, data in there.items() if name.startswith("vgg-small")})

    def test_other_settings_use_the_same_dense_network(self):
        self.compress("--network", "vgg-small")
        (dense,) = (self.run_folder / "checkpoints").glob("dense-*")
        weights = lambda: dense.read_bytes().split(b"\n", 3)[3]  # the line before has the time that it took
        before = weights()
        first = self.flash_json("report", self.run_folder)["compressed"][0]
        self.compress("--network", "vgg-small", "--ratio", "8", "--bits", "2")
        self.assertEqual(weights(), before)
        second = self.flash_json("report", self.run_folder)["compressed"][0]
        self.assertEqual(second["test_accuracy_dense"], first["test_accuracy_dense"])
        names = sorted(self.files(self.run_folder))
        self.assertEqual([name.rsplit("-", 1)[0] for name in names], ["vgg-small-admm-4x-4bit", "vgg-small-admm-8x-2bit"])
        self.assertLess(second["file_bytes"], first["file_bytes"])

    def test_layers_of_a_file(self):
        layers = self.folder / "layers.toml"
        layers.write_text("[0]\nkeep = 1.0\nbits = 8\n[6]\nkeep = 0.5\n")
        self.compress("--network", "vgg-small", "--layers", layers)
        rows = self.flash_json("report", self.run_folder)["compressed_layers"]
        self.assertEqual((rows[0]["bits"], rows[1]["bits"]), (8, 4))
        self.assertEqual(rows[0]["kept"], rows[0]["weights"])
        self.assertEqual(rows[6]["kept"], rows[6]["weights"] / 2)
        for text, words in (("[0]\nkeep = 2\n", ("keeps a share",)), ("[0]\nbits = 9\n", ("1 to 8 bits",)),
                            ("[a]\nkeep = 0.5\n", ("begins with a layer's number",)), ("[0]\nshare = 0.5\n", ("keep and bits",)),
                            ("", ("no section",)), ("[0]\n", ("says nothing",))):
            layers.write_text(text)
            self.one_line(self.compress("--network", "vgg-small", "--layers", layers, folder=self.folder / "bad", expect=None), *words)
        layers.write_text("[7]\nkeep = 0.5\n")
        self.one_line(self.compress("--network", "vgg-small", "--layers", layers, folder=self.folder / "bad", expect=None), "there is no layer 7")

    def test_numpy_reads_and_runs_it(self):
        self.compress("--network", "vgg-small")
        row = self.flash_json("report", self.run_folder)["compressed"][0]
        done = subprocess.run(["/usr/bin/python3", "-m", "flash_analysis.fcn", str(self.run_folder / row["file"])],
                              cwd=TOP / "analysis", capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(str(row["file_bytes"]), done.stdout.replace(",", ""))

    def test_bad_input(self):
        for arguments, words in (((), ("--network",)),
                                 (("--network", "lenet5"), ("is larger than",)),
                                 (("--network", "nosuch"), ("nosuch",)),
                                 (("--network", "vgg-small", "--bits", "9"), ("compress.bits", "1 .. 8 | 32")),
                                 (("--network", "vgg-small", "--bits", "0"), ("compress.bits",)),
                                 (("--network", "vgg-small", "--ratio", "0.5"), ("--ratio", "at least 1")),
                                 (("--network", "vgg-small", "--ratio", "nan"), ("--ratio",)),
                                 (("--network", "vgg-small", "--ratio", "100000"), ("would empty a layer", "at most")),
                                 (("--network", "vgg-small", "--method", "magic"), ("compress.method", "admm"))):
            with self.subTest(arguments):
                done = self.compress(*arguments, folder=self.folder / "bad", expect=None)
                self.assertNotEqual(done.returncode, 0)
                self.one_line(done, *words)

    def test_what_cannot_be_is_refused_before_anything_is_trained(self):
        bad = self.folder / "bad"
        names = ("--network", "vgg-small")
        for arguments, code, words in ((("--ratio", "1e9"), 78, ("vgg-small: compress.ratio", "would empty a layer")),
                                       (("--macs-ratio", "1e6"), 78, ("compress.macs_ratio", "cannot be reached", "at most")),
                                       (("--method", "smartdeal", "--bits", "3"), 78, ("compress.bits",)),
                                       (("--method", "smartdeal", "--groups", "rows"), 78, ("compress.groups",)),
                                       (("--ratio", "nan"), 64, ("at least 1",))):
            with self.subTest(arguments):
                self.one_line(self.compress(*names, *arguments, folder=bad, expect=code), *words)
                self.assertFalse(bad.exists())
        layers = self.folder / "layers.toml"
        for text, words in (("[9]\nkeep = 0.5\n", ("there is no layer 9",)), ("[0]\nkeep = nan\n", ("layers.toml:2", "nan")),
                            ("[0]\nkeep = 0.5\n[00]\nbits = 2\n", ("layers.toml:3", "layer 0", "line 1"))):
            layers.write_text(text)
            self.one_line(self.compress(*names, "--layers", layers, folder=bad, expect=78), *words)
            self.assertFalse(bad.exists())
        job = self.write_job("impossible.toml", text=self.job.read_text().replace("ratio = 4", "ratio = 1e9") + 'networks = ["vgg-small"]\n')
        self.assertIn("would empty a layer", self.flash("check", job, expect=78).stdout)
        every = json.dumps([f"{k}: keep 0.5" for k in range(7)])
        job.write_text(self.job.read_text() + f'networks = ["vgg-small"]\nlayers = {every}\n')
        self.assertIn("compress.ratio: changes nothing", self.flash("check", job).stdout)

    def test_each_start_compresses_as_it_says(self):
        """A run given as the job has its file's settings; what is refused is not remembered."""
        self.compress("--network", "vgg-small", "--ratio", "2", "--macs-ratio", "3", "--epochs", "1")
        again = lambda *arguments, **options: self.flash("compress", self.run_folder, "-o", self.run_folder, *arguments, **options)
        journal = (self.run_folder / "journal").read_bytes()
        self.one_line(again("--network", "nosuch", expect=64), "nosuch")
        self.one_line(again(expect=64), "nothing to compress")
        self.assertEqual((self.run_folder / "journal").read_bytes(), journal)
        done = again("--network", "vgg-small", "--ratio", "2", "--epochs", "1", "--method", "smartdeal", "--target", "imc")
        self.assertIn("compress.macs_ratio (3.0, now 1.0)", done.stderr)
        self.assertIn("compress.target as the command line sets it: changes nothing", done.stderr)

    def test_files_that_cannot_be_written_fail_no_network(self):
        self.run_folder.mkdir()
        (self.run_folder / "job.toml").write_text(self.job.read_text())
        (self.run_folder / "networks").write_text("")
        done = self.compress("--network", "vgg-small", expect=74)
        self.assertIn("networks", done.stderr)
        self.assertIn("the same command goes on", done.stderr)
        (self.run_folder / "networks").unlink()
        left = self.run_folder / "checkpoints" / "dense-0.tmp.host.1"  # of a start that was killed
        left.parent.mkdir(exist_ok=True)
        left.write_text("")
        self.compress("--network", "vgg-small")
        self.assertEqual(len(self.files(self.run_folder)), 1)
        self.assertFalse(left.exists())

    def test_targets_say_which_layers_gain(self):
        names = ("--network", "vgg-small", "--target")
        done = self.compress(*names, "imc", expect=78)
        self.one_line(done, "compress.target", "gains nothing on imc", "break-evens of the layers are 0", "rows")
        self.assertFalse(self.files(self.run_folder))
        self.compress(*names, "digital")
        report = self.flash_json("report", self.run_folder)
        costs = {row["target"]: row for row in report["compressed_targets"]}
        self.assertEqual(sorted(costs), ["digital", "imc"])
        self.assertLess(costs["digital"]["energy_mj"], costs["digital"]["energy_mj_dense"] / 2)
        self.assertEqual(costs["imc"]["area_mm2"], costs["imc"]["area_mm2_dense"], "single weights free no crossbar")
        self.assertIn("on digital", self.flash("report", self.run_folder).stdout)
        self.one_line(self.compress(*names, "table", folder=self.folder / "bad", expect=78), "no model of compressed networks")

    def test_the_host_is_measured_first(self):
        """Layers that are no faster sparse stay dense; a resumed run keeps what was measured."""
        names = ("--network", "vgg-small", "--target", "host", "--ratio", "3")
        self.compress(*names, expect=None)
        status = self.flash_json("status", self.run_folder)
        self.assertIn("break_even", json.dumps(status))

    def test_untrained_networks_are_accounted_for(self):
        (alexnet,) = self.flash_json("compress", self.job, "--network", "alexnet", "--ratio", "24", "--bits", "4", "--untrained")
        self.assertFalse(alexnet["trained"])
        self.assertEqual(alexnet["parameters"], 61100840)
        self.assertAlmostEqual(alexnet["weights"] / alexnet["kept"], 24, 3)
        self.assertEqual(sum(layer["macs"] for layer in alexnet["layers"]), 714188480)
        # 4 bits and 5.9 of its place for each kept weight, a byte for each bias
        self.assertAlmostEqual(alexnet["bytes"] / (alexnet["kept"] * (4 + 5.96) / 8 + 10344), 1, 2)
        self.assertIn("not trained, no accuracy", self.flash("compress", self.job, "--network", "vgg16", "--untrained").stdout)
        self.assertEqual(alexnet["images"], {"channels": 3, "side": 224}, "it cannot be built for images of 8 x 8")
        self.assertIn("for images of 3 x 224 x 224", self.flash("compress", self.job, "--network", "alexnet", "--untrained").stdout)
        (vgg,) = self.flash_json("compress", self.job, "--network", "vgg16", "--untrained")
        self.assertEqual((vgg["images"]["side"], vgg["parameters"]), (224, 138357544))
        large = self.write_job("large.toml", text=self.job.read_text().replace("side = 8", "side = 32"))
        (lenet5,) = self.flash_json("compress", large, "--network", "lenet5", "--untrained")
        self.assertEqual((lenet5["images"], lenet5["parameters"]), ({"channels": 3, "side": 32}, 657080))
        self.one_line(self.flash("compress", self.job, "--network", "best", "--untrained", expect=64), "best")
        for arguments, code, word in ((("--method", "smartdeal"), 64, "smartdeal"), (("--target", "imc"), 64, "--target"),
                                      (("--epochs", "3"), 64, "--epochs"), (("--seeds", "2"), 64, "--seeds"),
                                      (("--groups", "rows"), 64, "groups"), (("-o", self.folder / "none"), 64, "-o"),
                                      (("--ratio", "1e9"), 78, "would empty a layer")):
            self.one_line(self.flash("compress", self.job, "--network", "vgg16", "--untrained", *arguments, expect=code), word)
        self.one_line(self.flash("compress", self.job, "--network", "vgg16", expect=64), "-o RUN")

    def test_a_network_that_diverges(self):
        job = self.write_job("wild.toml", text=self.job.read_text() + "learning_rate = 1000\n")
        done = self.flash("compress", job, "-o", self.run_folder, "--network", "vgg-small", expect=65)
        self.assertIn("compress.learning_rate", done.stderr)
        row = self.flash_json("report", self.run_folder)["compressed"][0]
        self.assertEqual(row["file"], "")
        self.assertIn("compress.learning_rate", row["error"])

    def test_damaged_files(self):
        self.compress("--network", "vgg-small")
        (name, whole), = self.files(self.run_folder).items()
        path = self.folder / "damaged.fcn"
        hostile = whole[:4] + b"\xff" * 40 + whole[44:-4]
        for data in (b"", whole[:-1], whole[:len(whole) // 2], b"FCN9" + whole[4:], whole + b"x",
                     hostile + zlib.crc32(hostile).to_bytes(4, "little")):
            path.write_bytes(data)
            self.one_line(self.flash("run-network", path, expect=65), "damaged.fcn")
        self.one_line(self.flash("run-network", self.folder / "none.fcn", expect=66), "none.fcn")
        other = self.write_job("other.toml", text=self.job.read_text().replace("side = 8", "side = 16"))
        path.write_bytes(whole)
        self.one_line(self.flash("run-network", path, "--job", other, expect=65), "images of 3 x 8 x 8")

    def test_a_space_too_small_to_search(self):
        """`flash run` compresses what the job names, and makes files anew that are gone."""
        whole = self.job.read_text()
        text = ('[space]\npreset = "vgg-small"\n' + whole[whole.index("[data]"):whole.index("[sample]")] +
                whole[whole.index("[train]"):whole.index("[hardware]")] + COMPRESS)
        job = self.write_job("alone.toml", text=text)
        for arguments in (("run", job, "-o", self.run_folder), ("check", job)):
            done = self.flash(*arguments, expect=78)
            for words in ("holds 1 networks", "needs 4", "compress.networks"):
                self.assertIn(words, done.stderr + done.stdout)
        job.write_text(text + 'networks = ["vgg-small"]\n')
        check = self.flash("check", job).stdout
        self.assertIn("1 networks that are trained and compressed", check)
        self.assertNotIn("of the sample", check)
        made = []
        for _ in range(2):
            report = self.flash("run", job, "-o", self.folder / "alone").stdout
            self.assertIn("Compressed:", report)
            self.assertNotIn("No network was trained", report)
            self.assertNotIn("missing", report)
            made.append(self.files(self.folder / "alone"))
            self.assertEqual(len(made[-1]), 1)
            for path in (self.folder / "alone" / "networks").glob("*.fcn"):
                path.unlink()
        self.assertEqual(made[0], made[1])

    def test_the_best_network_of_a_run(self):
        job = self.write_job("best.toml", text=self.job.read_text() + 'networks = ["best"]\n')
        self.flash("run", job, "-o", self.run_folder)
        report = self.flash_json("report", self.run_folder)
        (row,) = report["compressed"]
        best = self.flash_json("exact", self.run_folder)
        self.assertIn(row["network"], json.dumps(best))
        self.assertTrue((self.run_folder / row["file"]).exists())
        self.assertIn("networks that are trained and compressed", self.flash("check", job).stdout)

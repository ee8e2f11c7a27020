"""flash sparsify: networks pruned for what they send over a chip, told by the report, the archive and pictures."""

import json
import subprocess

from flash_case import PATIENCE, TOP, FlashCase

DESIGN = "[crossbar]\nrows = 32\ncolumns = 32\n[tile]\nrows = 1\ncolumns = 1\n"
NAMES = ("--network", "wm=2 depth=4 tc=0,0", "--epochs", "2")


class Sparsify(FlashCase):
    def setUp(self):
        super().setUp()
        (self.folder / "chip.toml").write_text(DESIGN)
        text = self.job.read_text().replace("validation_share = 0", "validation_share = 0.2").replace("epochs = 6", "epochs = 3")
        text = text.replace("widths = [4, 8]", "widths = [8, 16]")
        text = text.replace("repeats = 3\nwarmup = 1\n", "")
        self.job = self.write_job(text=text.replace("[hardware]", '[hardware]\ntarget = "imc"\ndesign = "chip.toml"'))

    def sparsify(self, *arguments, folder=None, **options):
        sparsity = () if "--sparsity" in arguments else ("--sparsity", "0.6")
        return self.flash("sparsify", self.job, "-o", folder or self.run_folder, *NAMES, *sparsity, *arguments, **options)

    def files(self, folder):
        return {path.name: path.read_bytes() for path in (folder / "networks").iterdir()}

    def test_what_is_sent_and_where_tiles_stand(self):
        self.sparsify()
        report = self.flash_json("report", self.run_folder)
        (row,) = report["compressed"]
        self.assertEqual((row["method"], row["error"]), ("cannon", ""))
        sent = {(r["form"], r["placer"]): r for r in report["compressed_communication"]}
        self.assertEqual(len(sent), 6)
        dense, sparse, compacted = (sent[form, "in_order"] for form in ("dense", "sparse", "compacted"))
        self.assertLess(sparse["energy_mj"], 0.8 * dense["energy_mj"])
        self.assertLess(sparse["energy_mj_all"], dense["energy_mj_all"])
        self.assertLess(compacted["tiles"], dense["tiles"])
        ours = self.flash_json("run-network", self.run_folder / row["file"], "--job", self.job)
        self.assertEqual(ours["test"]["accuracy"], row["test_accuracy"])
        self.assertIn("on the wires: dense on", self.flash("report", self.run_folder).stdout)

        (chip,) = (self.run_folder / "networks").glob("*.chip.json")
        maps = json.loads(chip.read_text())
        self.assertEqual([len(m["chip"]["tiles"]) for m in maps], [r["tiles"] for r in report["compressed_communication"]])
        for module, arguments in (("chip", [chip]), ("sparsity", [self.run_folder, self.run_folder / "archive.h5"])):
            picture = self.folder / f"{module}.png"
            done = subprocess.run(["/usr/bin/python3", "-m", f"flash_analysis.{module}", *map(str, arguments), "-o", str(picture)],
                                  cwd=TOP / "analysis", capture_output=True, text=True, timeout=PATIENCE)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertGreater(picture.stat().st_size, 1000)

    def test_same_bytes_on_two_ranks_and_after_a_kill(self):
        self.sparsify("--seeds", "2")
        there = self.files(self.run_folder)
        self.assertEqual(len(there), 4)
        self.sparsify("--seeds", "2", folder=self.folder / "two", ranks=2)
        self.assertEqual(self.files(self.folder / "two"), there)

        often = self.write_job("often.toml", text=self.job.read_text() + "\n[farm]\ncheckpoint_s = 0\n")
        killed = self.folder / "killed"
        arguments = ("sparsify", often, "-o", killed, *NAMES, "--sparsity", "0.6", "--seeds", "2")
        for stage in ("dense-", "compress-"):
            process = self.start(*arguments)
            there_is = lambda: [p for p in (killed / "checkpoints").glob(stage + "*") if ".tmp." not in p.name]
            self.wait_for(lambda: there_is() or process.poll() is not None)
            self.end_group(process)
        self.flash(*arguments)
        self.assertEqual(self.files(killed), there)

    def test_every_method_and_a_change_of_chip_is_made_anew(self):
        names = set()
        for method in ("cannon-scratch", "blocks", "filter", "random", "magnitude"):
            self.sparsify("--method", method)
            names |= {row["file"] for row in self.flash_json("report", self.run_folder)["compressed"]}
        told = self.sparsify("--method", "magnitude", "--lambda", "2", "--alpha", "3").stderr
        for key in ("lambda", "alpha"):
            self.assertIn(f"compress.{key}: changes nothing with method magnitude", told)
        self.assertEqual(names, names | {row["file"] for row in self.flash_json("report", self.run_folder)["compressed"]})
        (self.folder / "chip.toml").write_text(DESIGN.replace("32", "16"))
        self.sparsify("--method", "blocks")
        names |= {row["file"] for row in self.flash_json("report", self.run_folder)["compressed"]}
        self.assertEqual(len(names), 6)
        self.assertEqual(self.flash_json("report", self.run_folder)["compressed_communication"][0]["method"], "blocks")

    def test_what_cannot_be_is_refused_before_anything_is_trained(self):
        bad = self.folder / "bad"
        for arguments, code, words in ((("--sparsity", "0.999"), 78, ("would cut a layer off",)),
                                       (("--sparsity", "1"), 78, ("compress.sparsity", "below 1")),
                                       (("--sparsity", "-0.5"), 64, ("at least 0",)),
                                       (("--sparsity", "0"), 64, ("to which sparsity",)),
                                       (("--method", "magic"), 64, ("compress.method", "cannon-scratch")),
                                       (("--method", "admm"), 78, ("compress.sparsity", "give a ratio")),
                                       (("--lambda", "nan"), 64, ("--lambda",))):
            with self.subTest(arguments):
                self.one_line(self.sparsify(*arguments, folder=bad, expect=code), *words)
                self.assertFalse(bad.exists())
        (self.folder / "chip.toml").write_text(DESIGN + "[noc]\nmesh_side = 2\n")
        for method in ("cannon", "magnitude"):
            self.one_line(self.sparsify("--method", method, folder=bad, expect=78), "mesh_side", "larger mesh")
            self.assertFalse(bad.exists())
        self.one_line(self.flash("sparsify", self.job, "--network", "17", expect=64), "-o RUN")

"""Every family through a whole job: trained, simulated, searched, proven, exported; pictures of 224 x 224 too."""

import unittest

import h5py

from flash_case import FlashCase

JOB = """\
[job]
name = "{name}"
seed = 2

[space]
{space}

[data]
source = "shapes"
side = 16
train_images = 2500
test_images = 300

[sample]
count = 6
holdout = 2

[train]
epochs = 4
batch = 32
learning_rate = 0.05

[hardware]
target = "imc"
count = 8
holdout = 2

[search]
methods = ["shgo-hierarchical", "nsga2", "tpe", "exact", "exhaustive"]
seeds = 1
evaluations = 300

[confirm]
networks = 0
"""

SPACES = {
    "resnet": 'family = "resnet"\nwidths = [8, 16]\nwm = [1]\nblocks = [1, 2]\nshares = [0, 50, 100]',
    "wide-resnet": 'family = "wide-resnet"\nwidths = [8, 12]\nk = [1, 2]\nblocks = [1, 2]\nshares = [50, 100]',
    "mobilenet-v2": 'family = "mobilenet-v2"\nwidth_percents = [25, 35]\nexpansions = [2]\nshares = [50, 100]',
    "chain": 'family = "choice"\noperators = ["k3: inverted k3 e2", "conv: convolution k3", "skip: skip"]\n'
             'stages = ["8 x1 = convolution k3", "8 x2", "16 x2..3 s2 swish se"]',
    "cell": 'family = "choice"\nlayout = "cell"\nnodes = 3\nstages = ["8 x1", "16 x1 s2"]\n'
            'operators = ["none: none", "skip: skip", "conv: convolution k3", "pool: average_pool k3"]',
}


class Families(FlashCase):
    def whole(self, name, *options):
        job = self.write_job(f"{name}.toml", text=JOB.format(name=name, space=SPACES[name]))
        report = self.flash_json("run", job, "-o", self.run_folder, ranks=2)
        with self.subTest("the proof, the sweep and the exhaustive method agree"):
            for row in report["rows"]:
                if row["method"] not in ("exact", "exhaustive"):
                    continue
                top = [t for t in report["sweep"]["top"]
                       if t["constraints"] == row["constraints"] and t["rank_order"] == 1]
                self.assertEqual((row["best_id"], row["objective"]), (top[0]["id"], top[0]["objective"]))
        with self.subTest("a file that another program runs"):
            best = [r for r in report["rows"] if r["method"] == "exact"][0]["best_id"]
            done = self.flash_json("export", self.run_folder, "--id", best, "-o", self.folder / "files", *options)
            names = {path.suffix for path in (self.folder / "files").iterdir()}
            self.assertLessEqual({".onnx", ".pt", ".py", ".json"}, names)
            self.assertTrue(done["files"])
        return report

    def test_resnet(self):
        self.whole("resnet")

    def test_wide_resnet(self):
        self.whole("wide-resnet")

    def test_mobilenet_v2(self):
        self.whole("mobilenet-v2")

    def test_chain(self):
        self.whole("chain")

    def test_cell(self):
        self.whole("cell", "--untrained")  # the models' best may have no live path

    def test_what_cannot_be_is_one_line(self):
        for space, parts in (
                ('preset = "choice-cifar"\noperators = ["a: inverted k4"]', ("operators", "'k4': a kernel is odd")),
                ('preset = "choice-cifar"\noperators = ["a: none"]', ("operators", "layout = \"cell\"")),
                ('preset = "choice-cifar"\noperators = ["a: skip", "a: skip"]', ("operators", "two operators 'a'")),
                ('preset = "resnet-imagenet"', ("too small",)),
                ('preset = "mobilenet-v2-imagenet"\nresolutions = [16]', ("too small",)),
                ('preset = "choice-cifar"\nstages = ["8 x1", "8 x1 = none"]', ("space.stages", "leave it out")),
                ('preset = "choice-cifar"\nstages = ["8 x2 s2 s3"]', ("space.stages", "says again")),
                ('preset = "choice-cifar"\nstages = ["8 x4..2"]', ("space.stages", "a range ascends")),
                ('preset = "choice-cifar"\noperators = ["a: inverted k3 k5", "b: skip"]', ("space.operators", "says again")),
                ('preset = "choice-cifar"\nresolutions = [16, 16]', ("space.resolutions", "ascending")),
                ('preset = "fbnet"\nfamily = "resnet"', ("space.family", "preset fbnet is of choice")),
                ('preset = "fbnet"\nstages = ["8 x1 s4", "8 x9 s4", "8 x1 s4"]', ("too small",))):
            with self.subTest(space):
                job = self.write_job("bad.toml", text=JOB.format(name="bad", space=space))
                self.one_line(self.flash("check", job, expect=78), *parts)

    def test_pictures_of_224(self):
        try:
            import cv2
            import numpy
        except ImportError:
            self.skipTest("python3-opencv writes the pictures")
        random = numpy.random.default_rng(1)
        for kind, tone in (("dark", 60), ("light", 190)):
            folder = self.folder / "pictures" / kind
            folder.mkdir(parents=True)
            for k in range(60):
                picture = random.integers(tone - 40, tone + 40, (230, 240, 3)).astype("uint8")
                cv2.imwrite(str(folder / f"{k}.png"), picture)
        text = JOB.format(name="imagenet", space=(
            'family = "resnet"\nwidths = [4, 4, 8, 8]\nwm = [1]\nblocks = [1]\nshares = [0, 100]\nstem = "imagenet"\n'
            'shortcut = "projection"'))
        old = 'source = "shapes"\nside = 16\ntrain_images = 2500\ntest_images = 300\n'
        self.assertIn(old, text)
        text = text.replace(old, 'source = "folder"\ntrain = ["pictures"]\nside = 224\ntest_share = 0.25\nvalidation_share = 0.3\n')
        job = self.write_job("imagenet.toml", text=text.replace("epochs = 4\nbatch = 32", "epochs = 2\nbatch = 8"))
        self.flash("train", job, "-o", self.run_folder, ranks=2)
        with h5py.File(self.run_folder / "archive.h5") as archive:
            accuracies = archive["samples/accuracy"][:]
        self.assertEqual(len(accuracies), 8)
        self.assertGreater(numpy.nanmax(accuracies), 0.6)


if __name__ == "__main__":
    unittest.main()

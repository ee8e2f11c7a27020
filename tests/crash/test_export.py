"""flash export: the network that a run sampled, as files that Python's torch and OpenCV run."""

import csv
import json
import random
import runpy
import subprocess
import sys
import unittest

from flash_case import TOP, FlashCase

MEASURE = TOP / "analysis" / "measure.py"


def check_images(description):
    """The input of the logits that a description holds, by the formula that stands there."""
    import numpy
    shape = description["input"]
    k = numpy.arange(shape["channels"] * shape["side"] ** 2)
    return ((37 * k) % 101 / 50 - 1).astype(numpy.float32).reshape(1, shape["channels"], shape["side"], shape["side"])


def torch_logits(path, images):
    try:
        import torch
    except ImportError:
        raise unittest.SkipTest("no python3-torch here: tests/packages.txt lists it") from None
    with torch.no_grad():
        return torch.jit.load(str(path))(torch.from_numpy(images)).numpy()


def opencv_logits(path, images):
    try:
        import cv2
    except ImportError:
        raise unittest.SkipTest("no python3-opencv here: tests/packages.txt lists it") from None
    network = cv2.dnn.readNetFromONNX(str(path))
    network.setInput(images)
    return network.forward()


def trainable(path):
    """The names of a network's source, and the module that its load() gives."""
    try:
        import torch  # noqa: F401
    except ImportError:
        raise unittest.SkipTest("no python3-torch here: tests/packages.txt lists it") from None
    source = runpy.run_path(str(path))
    return source, source["load"]()


class Export(FlashCase):
    def contents(self, folder):
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    def test_the_sampled_network(self):
        report = self.flash_json("train", self.job, "-o", self.run_folder, ranks=2)
        sample = next(s for s in report["samples"] if s["state"] == "done")
        name = f"network-{sample['id']}"
        exported = self.flash_json("export", self.run_folder, "--id", sample["id"])
        folder = self.run_folder / "export"
        self.assertEqual(sorted(self.contents(folder)), [name + suffix for suffix in (".json", ".onnx", ".pt", ".py", ".weights.pt")])
        self.assertEqual(exported["accuracy"], sample["accuracy"])
        self.assertFalse(exported["kept"])

        with self.subTest("the description says what a user needs"):
            description = json.loads((folder / (name + ".json")).read_text())
            described = self.flash_json("describe", self.job, "--id", sample["id"])
            for key in ("network", "wm", "depth", "tc", "skips", "nn_degree_links", "nn_degree_channels", "nn_mass"):
                self.assertEqual(description[key], described[key], key)
            self.assertEqual(description["format_version"], "2.2.0")
            self.assertEqual(description["seed"], sample["seed"])
            self.assertEqual(description["parameters"], sample["parameters"])
            self.assertEqual(description["input"], {"layout": "NCHW", "type": "float32", "channels": 3, "side": 8,
                                                    "classes": 10})
            self.assertEqual(len(description["normalisation"]["mean"]), 3)
            self.assertEqual(len(description["class_names"]), 10)

        with self.subTest("the run goes on with the files in it, and they stay as they are"):
            before = self.contents(folder)
            self.flash("train", self.job, "-o", self.run_folder)
            again = self.flash_json("export", self.run_folder, "--id", sample["id"])
            self.assertTrue(again["kept"])
            self.assertEqual({**again, "kept": False}, exported)
            self.assertIn("nothing was written", self.flash("export", self.run_folder, "--id", sample["id"]).stdout)
            self.assertEqual(self.contents(folder), before)

        with self.subTest("the job file gives the same files as the run"):
            self.flash("export", self.job, "--id", sample["id"], "-o", self.folder / "files")
            self.assertEqual(self.contents(self.folder / "files"), before)

        with self.subTest("a file that an interrupted export left is kept, a missing one written"):
            (self.folder / "files" / (name + ".json")).unlink()
            (self.folder / "files" / (name + ".onnx")).unlink()
            self.flash("export", self.job, "--id", sample["id"], "-o", self.folder / "files")
            self.assertEqual(self.contents(self.folder / "files"), before)

        with self.subTest("nothing else overwrites them"):
            done = self.flash("export", self.run_folder, "--id", sample["id"], "--untrained", expect=64)
            self.one_line(done, name + ".json", "-o")
            self.assertEqual(self.contents(folder), before)

        with self.subTest("torch"):
            logits = torch_logits(folder / (name + ".pt"), check_images(description))
            self.assertLessEqual(abs(logits[0] - description["check"]["logits"]).max(), 1e-4)
        with self.subTest("PyTorch, to train on with"):
            source, module = trainable(folder / (name + ".py"))
            import torch
            with torch.no_grad():
                logits = module.eval()(torch.from_numpy(check_images(description))).numpy()
            self.assertLessEqual(abs(logits[0] - description["check"]["logits"]).max(), 1e-4)
            self.assertEqual(source["MEAN"], description["normalisation"]["mean"])
            self.assertIn(description["network"], source["__doc__"])
            pixels = torch.randint(256, (20, 3, 8, 8), generator=torch.Generator().manual_seed(1))
            images, labels = source["normalise"](pixels), torch.arange(20) % 10
            optimiser = torch.optim.SGD(source["parameter_groups"](module, 5e-4), lr=0.05, momentum=0.9, nesterov=True)
            losses = []
            for _ in range(10):
                loss = torch.nn.functional.cross_entropy(module.train()(images), labels)
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                losses.append(loss.item())
            self.assertLess(losses[-1], losses[0])
        with self.subTest("OpenCV"):
            logits = opencv_logits(folder / (name + ".onnx"), check_images(description))
            self.assertLessEqual(abs(logits[0] - description["check"]["logits"]).max(), 1e-4)

        with self.subTest("damage is said"):
            (folder / (name + ".pt")).write_bytes(before[name + ".pt"][:-1])
            self.one_line(self.flash("export", self.run_folder, "--id", sample["id"], expect=65), name + ".pt", "-o")

    def test_images_beside_the_job_file(self):
        """A job names its images relative to itself; the run that keeps a copy of it lies elsewhere."""
        pixels = random.Random(1)
        record = lambda label: bytes([label]) + bytes([25 * label]) * 1536 + pixels.randbytes(1536)
        (self.folder / "images.bin").write_bytes(b"".join(record(k % 10) for k in range(60)))
        (self.folder / "test.bin").write_bytes(b"".join(record(k % 10) for k in range(50)))
        text = self.job.read_text().replace(
            'source = "shapes"\nside = 8\n', 'source = "cifar10"\ntrain = "images.bin"\ntest = "test.bin"\n')
        text = text.replace("train_images = 600\ntest_images = 200\nvalidation_share = 0\n", "").replace("count = 6\nholdout = 2", "count = 4\nholdout = 0", 1)
        job = self.write_job("beside.toml", text=text.replace("epochs = 6", "epochs = 2"))
        run = self.folder / "runs" / "a"
        report = self.flash_json("train", job, "-o", run)
        sample = next(s for s in report["samples"] if s["state"] == "done")
        exported = self.flash_json("export", run, "--id", sample["id"])
        self.assertEqual(exported["accuracy"], sample["accuracy"])
        with self.subTest("the run remembers where its job lay"):
            job.rename(self.folder / "moved.toml")
            self.flash("export", run, "--id", sample["id"], "-o", self.folder / "c")
        (self.folder / "images.bin").rename(self.folder / "moved.bin")
        self.one_line(self.flash("export", run, "--id", "0", "-o", self.folder / "b", expect=66), "images.bin", "job file")

    def test_untrained_networks_measured_elsewhere(self):
        networks = self.folder / "networks"
        absent = self.job.read_text().replace(
            'source = "shapes"\nside = 8\n', 'source = "cifar10"\ntrain = "absent.bin"\ntest = "absent.bin"\n')
        job = self.write_job("absent.toml", text=absent)  # no data set is needed
        for network in (0, 400, 911):
            exported = self.flash_json("export", job, "--id", network, "--untrained", "-o", networks)
            self.assertFalse(exported["trained"])
            self.assertIsNone(exported["accuracy"])
            self.assertIsNone(exported["normalisation"])
            self.assertEqual(set(exported["files"]), {"torchscript", "onnx", "weights", "pytorch"})
        table = self.folder / "board.csv"
        command = [sys.executable, MEASURE, networks, "-o", table, "--repeats", "3", "--comment", "two\nlines"]
        done = subprocess.run(command, capture_output=True, text=True)
        if "this Python has no" in done.stderr:
            self.skipTest(done.stderr.strip())
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("differ", done.stderr)
        lines = table.read_text().splitlines()
        self.assertIn("# threads: 1", lines)
        self.assertIn("# comment: two lines", lines)
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
        self.assertEqual([row["id"] for row in rows], ["0", "400", "911"])
        self.assertTrue(all(float(row["latency_ms"]) > 0 and int(row["repeats"]) >= 3 for row in rows))
        again = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual(again.returncode, 2)
        self.assertEqual(table.read_text().splitlines(), lines)

    def test_one_clear_line_for_each_error(self):
        here = self.folder / "here"
        self.one_line(self.flash("export", self.folder / "absent", "--id", "1", expect=66), "absent")
        self.one_line(self.flash("export", self.folder, "--id", "1", expect=66), "journal")
        self.one_line(self.flash("export", self.job, "--id", "1", expect=64), "-o")
        self.one_line(self.flash("export", self.job, "--id", "912", "-o", here, expect=64), "912")
        done = self.flash("export", self.job, "--id", "1", "-o", here, expect=66,
                          environment={"FLASH_TRAINER": str(self.folder / "no-trainer")})
        self.one_line(done, "no-trainer")
        self.one_line(self.flash("export", self.job, "--id", "1", "-o", self.job, expect=74), "job.toml")
        done = self.flash("export", self.job, "--id", "1", "-o", here, "--device", "abacus", expect=64)
        self.one_line(done, "abacus")
        diverges = self.write_job("diverges.toml", text=self.job.read_text().replace(
            "learning_rate = 0.1", "learning_rate = 10.0\nmomentum = 0.99\nretries = 0"))
        done = self.flash("export", diverges, "--id", "911", "-o", here, expect=65)
        self.one_line(done, "network 911 failed to train")
        self.flash("export", self.job, expect=64)

    def test_full_disk(self):
        disk = self.folder / "disk"
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", disk], capture_output=True).returncode != 0:
            raise unittest.SkipTest("mounting a small disk needs root")
        self.addCleanup(subprocess.run, ["umount", "-l", disk])
        done = self.flash("export", self.job, "--id", "911", "--untrained", "-o", disk, expect=74)
        self.one_line(done, "No space left on device")
        self.assertEqual(self.contents(disk), {})
        subprocess.run(["mount", "-o", "remount,size=16m", disk], check=True)
        self.flash("export", self.job, "--id", "911", "--untrained", "-o", disk)

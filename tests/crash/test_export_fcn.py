"""flash export FILE.fcn: ONNX files that OpenCV and ONNX Runtime run, as accurate as they are said to be."""

import json
import os
import shutil
import struct
import subprocess
import sys
import unittest
import zlib

import numpy as np

from flash_case import BIN, TOP, FlashCase

sys.path.insert(0, str(TOP / "analysis"))
from flash_analysis import fcn  # noqa: E402

JOB = """\
[job]
name = "blocks"
[data]
source = "idx"
train = ["{folder}/train-images-idx3", "{folder}/train-labels-idx1"]
test = ["{folder}/test-images-idx3", "{folder}/test-labels-idx1"]
"""


def reals(values):
    return np.asarray(values, "<f4").tobytes()


def network_of_blocks():
    """Reads grey images of side 8: means of the four quarters, of which the linear operator takes the brightest."""
    mean_of_quarter = 32 + 0, 1, 4, 4, 0, 1
    nodes = bytes([3, *mean_of_quarter, 32 + 3, 32 + 64 + 1, 4])
    everything = bytes([0, 0, 0])  # values, the mask of all, no bytes
    body = (b"FCN1" + bytes([1, 8]) + nodes + reals([0.4, 0.2]) + everything + reals(np.full(16, 1 / 16)) +
            everything + reals(np.eye(4)) + bytes([32]) + reals([0.1, 0, 0, -0.1]))
    return body + struct.pack("<I", zlib.crc32(body))


def blocks(count, seed):
    """Class k has a bright block in quarter k, under so much noise that some are mistaken."""
    random = np.random.default_rng(seed)
    labels = np.arange(count) % 4
    images = random.normal(100, 70, (count, 2, 4, 2, 4))
    images[np.arange(count), labels // 2, :, labels % 2] += 40
    return images.clip(0, 255).astype(np.uint8).reshape(count, 8, 8), labels.astype(np.uint8)


class ExportFcn(FlashCase):
    def setUp(self):
        super().setUp()
        for name, count, seed in (("train", 200, 1), ("test", 400, 2)):
            images, labels = blocks(count, seed)
            for part, values in (("images-idx3", images), ("labels-idx1", labels)):
                header = bytes([0, 0, 8, values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape)
                (self.folder / f"{name}-{part}").write_bytes(header + values.tobytes())
        self.blocks = self.write_job("blocks.toml", text=JOB.format(folder=self.folder))
        self.file = self.folder / "net.fcn"
        self.file.write_bytes(network_of_blocks())
        self.out = self.folder / "out"
        self.pixels, self.labels = fcn.load([self.folder / "test-images-idx3"], fcn.read(self.file))

    def normalised(self):
        return (self.pixels.astype(np.float32) / 255 - np.float32(0.4)) / np.float32(0.2)

    def test_dense_alone_without_images(self):
        done = self.flash("export", self.file, "-o", self.out)
        self.assertIn("--job JOB", done.stdout)
        self.assertEqual(sorted(path.name for path in self.out.iterdir()), ["net.json", "net.onnx"])
        with self.subTest("OpenCV has the logits of the reader in NumPy"):
            try:
                import cv2
            except ImportError:
                self.skipTest("no python3-opencv here: tests/packages.txt lists it")
            network = cv2.dnn.readNetFromONNX(str(self.out / "net.onnx"))
            network.setInput(self.normalised())
            np.testing.assert_allclose(network.forward(), fcn.logits(fcn.read(self.file), self.pixels), atol=1e-4)

    def test_both_with_images(self):
        exported = self.flash_json("export", self.file, "-o", self.out, "--job", self.blocks, "--calibration", 100)
        accuracy = exported["accuracy"]
        self.assertEqual(exported["calibration"]["training_images"], 100)
        self.assertEqual(accuracy["test_images"], 400)
        self.assertEqual(accuracy["before"], fcn.accuracy(fcn.read(self.file), self.pixels, self.labels))
        self.assertTrue(0.5 < accuracy["before"] < 1)  # so that it says something
        self.assertAlmostEqual(accuracy["after"], accuracy["before"], delta=0.02)
        stored = json.loads((self.out / "net.json").read_text())
        self.assertEqual(stored["accuracy"], accuracy)
        before = {path.name: path.read_bytes() for path in self.out.iterdir()}
        text = self.flash("export", self.file, "-o", self.out, "--job", self.blocks, "--calibration", 100).stdout
        self.assertIn(f"{100 * accuracy['after']:.2f} %", text)
        self.assertEqual({path.name: path.read_bytes() for path in self.out.iterdir()}, before)
        with self.subTest("ONNX Runtime is as accurate in 8 bits as was said"):
            logits = self.onnx_runtime(self.out / "net.int8.onnx")
            # Sums that lie between two whole numbers may be rounded either way.
            self.assertAlmostEqual((logits.argmax(1) == self.labels).mean(), accuracy["after"], delta=0.005)

    def onnx_runtime(self, model):
        if not shutil.which("node") or not (BIN.parent / "node_modules" / "onnxruntime-web").is_dir():
            self.skipTest("no onnxruntime-web here: jobs/setup.sh --tests installs it where there is npm")
        runs = self.folder / "runs.json"
        images = self.normalised()
        runs.write_text(json.dumps([{"model": str(model), "shape": images.shape, "images": images.ravel().tolist()}]))
        done = subprocess.run(["node", TOP / "tests" / "onnx_web.mjs", BIN.parent.resolve(), runs], capture_output=True,
                              text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return np.array(json.loads(done.stdout)[0]).reshape(len(images), -1)

    def test_bad_input_is_one_line(self):
        def refused(code, *arguments):
            errors = self.flash("export", *arguments, expect=code).stderr.strip()
            self.assertEqual(len(errors.splitlines()), 1, errors)
            return errors
        self.assertIn("-o DIR", refused(64, self.file))
        self.assertIn("--id", refused(64, self.file, "-o", self.out, "--id", 3))
        self.assertIn("--untrained", refused(64, self.file, "-o", self.out, "--untrained"))
        self.assertIn("no such compressed network", refused(66, self.folder / "no.fcn", "-o", self.out))
        self.assertIn("no such", refused(66, self.file, "-o", self.out, "--job", self.folder / "no.toml"))
        self.assertIn("--job", refused(64, self.job, "--id", 3, "-o", self.out, "--job", self.blocks))
        self.assertIn("1 x 8 x 8", refused(65, self.file, "-o", self.out, "--job", self.job))  # images of 3 channels
        cut = self.folder / "cut.fcn"
        cut.write_bytes(network_of_blocks()[:-3])
        self.assertIn("cut.fcn: the compressed network is cut or damaged", refused(65, cut, "-o", self.out))
        self.assertFalse(self.out.exists())
        os.makedirs(self.out)
        (self.out / "net.onnx").write_bytes(b"something else")
        self.assertIn("another file", refused(64, self.file, "-o", self.out))


if __name__ == "__main__":
    unittest.main()

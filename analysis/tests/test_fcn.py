"""The reader of compressed networks, on files made by hand from what FORMAT.md says. Its agreement with the C++ reader and
runtime is tested beside these (tests/unit/fcn)."""
import contextlib
import gzip
import io
import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

import numpy as np

TOP = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP))
from flash_analysis import fcn  # noqa: E402


def reals(*values):
    return struct.pack(f"<{len(values)}f", *values)


def sealed(body):
    return body + struct.pack("<I", zlib.crc32(body))


def two_layers(side=4):
    """One grey channel; a convolution of 1 x 1 to two channels, 1 and, pruned, 0 times the image; a linear operator to
    three features, 1, -1 and 2 times the upper left pixel, with biases 0, 0.25 and 0."""
    nodes = bytes([2, 32, 2, 1, 1, 0, 1, 32 + 64 + 1, 3])
    convolution = bytes([1, 2, 1, 0b10000000]) + bytes([2]) + reals(0.5) + bytes([0, 0b10000000])  # code 2: 2 * 0.5
    mask = np.zeros((3, 2 * side * side), bool)
    mask[:, 0] = True
    packed = np.packbits(mask).tobytes()
    linear = bytes([0, 2, len(packed)]) + packed + reals(1, -1, 2) + bytes([32]) + reals(0, 0.25, 0)
    removed = bytes([0, 0])
    return sealed(b"FCN1" + bytes([1, side]) + nodes + removed + reals(0, 1) + convolution + linear)


def png(pixels):
    """Grey or RGB, [y][x] or [y][x][channel], each row by another of PNG's filters."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    height, width = pixels.shape[:2]
    colour = 2 if pixels.ndim == 3 else 0
    step = 3 if colour else 1
    rows = pixels.reshape(height, -1).astype(int)
    lines = b""
    for y, row in enumerate(rows):
        above = rows[y - 1] if y else np.zeros_like(row)
        left, corner = (np.concatenate([np.zeros(step, int), of[:-step]]) for of in (row, above))
        guess = left + above - corner
        near = np.abs([guess - left, guess - above, guess - corner]).argmin(0)
        paeth = np.choose(near, [left, above, corner])
        kind = y % 5
        base = [0 * row, left, above, (left + above) // 2, paeth][kind]
        lines += bytes([kind]) + ((row - base) % 256).astype(np.uint8).tobytes()
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">2I5B", width, height, 8, colour, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))


def idx(values):
    return bytes([0, 0, 8, values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape) + values.tobytes()


class Fcn(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.file = self.write("net.fcn", two_layers())
        random = np.random.default_rng(3)
        self.images = random.integers(0, 256, (5, 1, 4, 4), np.uint8)
        self.images[:, 0, 0, 0] = [0, 255, 10, 200, 3]
        # Logits p, 0.25 - p, 2 p for p, the first pixel over 255: class 2 from 1/12 on, class 1 below.
        self.labels = np.array([1, 2, 1, 2, 0], np.uint8)

    def write(self, name, data):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def run_main(self, *arguments, code=0):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            self.assertEqual(fcn.main([str(each) for each in arguments]), code, err.getvalue())
        if code:
            self.assertEqual(len(err.getvalue().splitlines()), 1)
            self.assertEqual(out.getvalue(), "")
        return err.getvalue() if code else out.getvalue()

    def test_reads_what_the_format_says(self):
        network = fcn.read(self.file)
        p = self.images[:, 0, 0, 0].astype(np.float32) / 255
        np.testing.assert_allclose(fcn.logits(network, self.images), np.stack([p, 0.25 - p, 2 * p], 1), atol=1e-6)

    def test_accounts_for_every_byte(self):
        result = json.loads(self.run_main(self.file, "--json"))
        size = self.file.stat().st_size
        self.assertEqual(result["file_bytes"], size)
        self.assertEqual(sum(result[f"{part}_bytes"] for part in ("header", "masks", "values", "biases")), size)
        self.assertEqual((result["kept"], result["weights"], result["parameters"]), (4, 98, 101))
        self.assertEqual(result["smaller"], 4 * 101 / size)
        self.assertEqual(result["weight_data_bytes"], (1 * 2 + 3 * 32) / 8)
        self.assertEqual((result["macs"], result["dense_macs"]), (16 + 3, 32 + 96))
        self.assertEqual((result["convolution_macs"], result["dense_convolution_macs"]), (16, 32))
        text = self.run_main(self.file)
        for words in ("weight data alone", "kept weights: 4 of 98", "of convolutions: 16 of 32", "header"):
            self.assertIn(words, text)

    def test_the_papers_account(self):
        """1,910 times: 2.8 bits for each weight that pruning to a 167th has kept, where 32 bits are dense."""
        network = fcn.read(self.file)
        layer = network.nodes[1]
        network.nodes = [layer]
        layer.weights, layer.kept, layer.bits = np.ones((1, 430_500)), 2_578, 3
        self.assertAlmostEqual(fcn.summary(network)["weight_data_smaller"], 430_500 * 32 / (2_578 * 3))

    def test_the_formats_example(self):
        text = (TOP.parent / "data" / "networks" / "FORMAT.md").read_text()
        lines = text[text.index("## An example"):].splitlines()
        data = bytes.fromhex("".join(line[4:].split("  ")[0] for line in lines if line.startswith("    ")))
        self.assertEqual(data, two_layers(side=2))

    def accuracy(self, *paths):
        return json.loads(self.run_main(self.file, "--json", "--images", *paths))["accuracy"]

    def test_images_of_every_kind(self):
        with self.subTest("IDX, gzipped or not, the labels found or named"):
            images = self.write("t-images-idx3-ubyte.gz", gzip.compress(idx(self.images[:, 0])))
            labels = self.write("t-labels-idx1-ubyte.gz", gzip.compress(idx(self.labels)))
            self.assertEqual(self.accuracy(images), 0.8)
            self.assertEqual(self.accuracy(images, labels), 0.8)
            plain = self.write("others", idx(self.images[:, 0]))
            self.assertEqual(self.accuracy(plain, labels), 0.8)
            self.assertIn("labels", self.run_main(self.file, "--images", plain, code=65))
        with self.subTest("NumPy's"):
            np.save(self.folder / "images.npy", self.images)
            np.save(self.folder / "labels.npy", self.labels)
            self.assertEqual(self.accuracy(self.folder / "images.npy"), 0.8)
        with self.subTest("a folder of PNG a class"):
            for k, (image, label) in enumerate(zip(self.images, self.labels)):
                self.write(f"png/class{label}/{k}.png", png(image[0]))
            self.write("png/.hidden", b"")
            self.assertEqual(self.accuracy(self.folder / "png"), 0.8)

    def test_pictures_are_what_they_were(self):
        random = np.random.default_rng(4)
        for shape in ((11, 7), (6, 9, 3)):
            pixels = random.integers(0, 256, shape, np.uint8)
            path = self.write("picture.png", png(pixels))
            from flash_analysis.fcn_images import read_png
            expected = pixels.transpose(2, 0, 1) if len(shape) == 3 else pixels[None]
            np.testing.assert_array_equal(read_png(path), expected)

    def test_cifar_batches(self):
        from flash_analysis.fcn_images import read_cifar
        pixels = np.random.default_rng(5).integers(0, 256, (4, 3 * 32 * 32), np.uint8)
        for before in ([], [9]):  # CIFAR-100 has a coarse label first
            records = b"".join(bytes(before + [k]) + row.tobytes() for k, row in enumerate(pixels))
            images, labels = read_cifar(self.write("batch.bin", records))
            np.testing.assert_array_equal(images.reshape(4, -1), pixels)
            self.assertEqual(labels.tolist(), [0, 1, 2, 3])

    def test_bad_input_is_one_line(self):
        for name, data in (("empty.fcn", b""), ("other.fcn", b"hello world"), ("cut.fcn", two_layers()[:-9]),
                           ("more.fcn", sealed(two_layers()[:-4] + b"x"))):
            self.assertIn(name, self.run_main(self.write(name, data), code=65))
        self.run_main(self.folder / "nothing.fcn", code=66)
        for name, data in (("a-images", b"\0\0\x08\x03"), ("b.bin", b"123"), ("c.npy", b"hello"), ("d.gz", b"\x1f\x8b123")):
            self.assertIn(name, self.run_main(self.file, "--images", self.write(name, data), code=65))
        (self.folder / "none").mkdir()
        self.run_main(self.file, "--images", self.folder / "none", code=65)
        self.write("pictures/a/1.png", png(self.images[0, 0])[:60])
        self.assertIn("1.png", self.run_main(self.file, "--images", self.folder / "pictures", code=65))
        other = self.write("s-images-idx3", idx(np.zeros((2, 5, 5), np.uint8)))
        labels = self.write("s-labels-idx1", idx(np.zeros(2, np.uint8)))
        self.assertIn("1 x 4 x 4", self.run_main(self.file, "--images", other, labels, code=65))

    def test_needs_numpy_alone(self):
        program = ("import sys\nfor name in ('pandas', 'h5py', 'matplotlib'): sys.modules[name] = None\n"
                   "from flash_analysis import fcn\nsys.exit(fcn.main(sys.argv[1:]))\n")
        done = subprocess.run([sys.executable, "-c", program, str(self.file)], cwd=TOP, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()

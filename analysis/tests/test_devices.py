import json
import os
import subprocess
import sys
import tempfile
import unittest

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, FOLDER)

from flash_analysis import devices  # noqa: E402

MATRIX = {"devices": ["a", "b", "c"], "clusters": [["a", "c"], ["b"]], "proxy": "c",
          "srcc": [[1, 0.5, 0.9], [0.5, 1, None], [0.9, None, 1]],
          "region": {"what": "the fastest 15 %", "srcc": [[1, 0.1, 0.2], [0.1, 1, 0.3], [0.2, 0.3, 1]]}}


class HeatMap(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.matrix = os.path.join(self.folder.name, "matrix.json")
        self.write(json.dumps(MATRIX))

    def write(self, text):
        with open(self.matrix, "w") as file:
            file.write(text)

    def draw(self, *arguments):
        done = subprocess.run([sys.executable, "-m", "flash_analysis.devices", *arguments], capture_output=True, text=True,
                              cwd=FOLDER)
        return done.returncode, done.stderr

    def test_devices_stand_by_cluster(self):
        figure = devices.draw(devices.read_matrix(self.matrix))
        labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
        self.assertEqual(labels, ["a", "c *", "b"])
        numbers = {tuple(text.get_position()): text.get_text() for text in figure.axes[0].texts}
        self.assertEqual(numbers, {(1, 0): "90", (0, 1): "90", (2, 0): "50", (0, 2): "50"})

    def test_picture(self):
        picture = os.path.join(self.folder.name, "matrix.svg")
        self.assertEqual(self.draw(self.matrix, "-o", picture), (0, ""))
        self.assertGreater(os.path.getsize(picture), 1000)

    def test_what_is_wrong_is_one_line(self):
        picture = os.path.join(self.folder.name, "matrix.png")
        for text in ("{", "{}", "[]", "7"):
            self.write(text)
            code, error = self.draw(self.matrix, "-o", picture)
            self.assertEqual((code, error.count("\n")), (65, 1), error)
            self.assertIn("is no matrix of flash proxy", error)
        self.assertEqual(self.draw("absent", "-o", picture)[0], 66)
        self.assertEqual(self.draw(self.matrix)[0], 64)
        self.write(json.dumps(MATRIX))
        self.assertEqual(self.draw(self.matrix, "-o", os.path.join(self.folder.name, "no", "a.png"))[0], 74)


if __name__ == "__main__":
    unittest.main()

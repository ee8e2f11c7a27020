import json
import os
import subprocess
import sys
import tempfile
import unittest

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, FOLDER)

from flash_analysis import chip  # noqa: E402

TILES = [{"x": 0, "y": 0, "cell": 0, "index": 0, "part": 0}, {"x": 1, "y": 0, "cell": 0, "index": 1, "part": 0}]
CHIP = {"chip": {"side": 2, "tiles": TILES, "links": [{"x": 0, "y": 0, "direction": "east", "flits": 40},
                                                      {"x": 0, "y": 0, "direction": "inject", "flits": 40}]},
        "layers": [{"flit_hops": 0, "communication_cycles": 0}, {"flit_hops": 40, "communication_cycles": 49}]}


class Chip(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = os.path.join(self.folder.name, "chip.json")
        self.write(json.dumps(CHIP))

    def write(self, text):
        with open(self.path, "w") as file:
            file.write(text)

    def draw(self, *arguments):
        done = subprocess.run([sys.executable, "-m", "flash_analysis.chip", *arguments], capture_output=True, text=True,
                              cwd=FOLDER)
        return done.returncode, done.stderr

    def test_tiles_and_links_stand_at_their_places(self):
        axis = chip.draw(chip.read_chips(self.path)).axes[0]
        self.assertEqual([patch.get_x() + 0.32 for patch in axis.patches], [0, 1])
        self.assertEqual([list(line.get_xdata()) for line in axis.lines], [[0, 1]])
        self.assertIn("2 tiles in order: 40 flit-hops", axis.get_title())

    def test_two_chips_stand_side_by_side_in_one_picture(self):
        picture = os.path.join(self.folder.name, "chip.png")
        self.assertEqual(self.draw(self.path, self.path, "-o", picture), (0, ""))
        self.assertGreater(os.path.getsize(picture), 1000)

    def test_forms_of_a_pruned_network_are_each_drawn_with_their_names(self):
        forms = [{"form": "dense", "placer": "in_order", "chip": CHIP["chip"]},
                 {"form": "compacted", "placer": "anneal", "chip": CHIP["chip"]}]
        self.write(json.dumps(forms))
        titles = [axis.get_title() for axis in chip.draw(chip.read_chips(self.path)).axes]
        self.assertEqual(titles, ["dense, 2 tiles in order: 40 flit-hops", "compacted, 2 tiles annealed: 40 flit-hops"])

    def test_what_is_no_simulation_is_one_line(self):
        picture = os.path.join(self.folder.name, "chip.png")
        self.write("{}")
        code, error = self.draw(self.path, "-o", picture)
        self.assertEqual((code, error.count("\n")), (65, 1))
        self.assertEqual(self.draw(self.path + "x", "-o", picture)[0], 66)


if __name__ == "__main__":
    unittest.main()

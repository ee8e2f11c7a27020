"""The table of src/README.md has a row for every room, which is a folder of sources, and no other."""

import unittest

from markdown import TOP, Page


class Rooms(unittest.TestCase):
    def test_are_those_of_the_table(self):
        lines = [line for _, kind, line in Page(TOP / "src" / "README.md").lines if kind in ("table", "prose")]
        first = lines.index("| room | holds |") + 2
        told = []
        for line in lines[first:]:
            if not line.startswith("|"):
                break
            told.append(line.split(" | ")[0].strip("| "))
        rooms = {str(path.parent.relative_to(TOP / "src")) for path in (TOP / "src").rglob("*.cpp")}
        self.assertEqual(sorted(rooms), sorted(told))

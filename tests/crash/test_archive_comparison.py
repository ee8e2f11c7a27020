"""The comparison of archives sees whatever differs, but for the clock's and the machines' part."""

import pathlib
import shutil
import tempfile
import unittest

import h5py
import numpy

from archive_comparison import differences


class Comparison(unittest.TestCase):
    def setUp(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="flash_test."))
        self.addCleanup(shutil.rmtree, folder)
        self.one, self.other = folder / "one", folder / "other"
        self.one.mkdir()
        with h5py.File(self.one / "archive.h5", "w") as archive:
            archive.attrs.update({"tables": ["samples", "events"], "seed": 3, "date": "today"})
            samples = archive.create_group("samples")
            samples.attrs["columns"] = ["name", "accuracy", "seconds", "rank", "speedup_rl"]
            samples["name"] = ["a", "b"]
            samples["accuracy"] = [0.5, numpy.nan]
            for column, unit in (("seconds", "s"), ("rank", "1"), ("speedup_rl", "1")):
                samples[column] = [1.0, 2.0]
            for column in samples.attrs["columns"]:
                samples[column].attrs["units"] = "s" if column == "seconds" else "1"
            events = archive.create_group("events")
            events.attrs["columns"] = ["text"]
            events["text"] = ["start"]
        shutil.copytree(self.one, self.other)

    def found_after(self, change):
        with h5py.File(self.other / "archive.h5", "r+") as archive:
            change(archive)
        return differences(self.other, self.one)

    def test_equal(self):
        self.assertEqual(differences(self.one, self.other), [])

    def test_clock_and_machines(self):
        def change(archive):
            archive.attrs["date"] = "tomorrow"
            archive["events/text"][0] = "stop"
            for column in ("seconds", "rank", "speedup_rl"):
                archive["samples"][column][0] = 7
        self.assertEqual(self.found_after(change), [])

    def test_a_last_bit(self):
        def change(archive):
            archive["samples/accuracy"][0] = numpy.nextafter(0.5, 1)
        self.assertEqual(self.found_after(change), ["samples/accuracy"])

    def test_an_absent_value(self):
        def change(archive):
            archive["samples/accuracy"][1] = 0
        self.assertEqual(self.found_after(change), ["samples/accuracy"])

    def test_a_text(self):
        def change(archive):
            archive["samples/name"][1] = "c"
        self.assertEqual(self.found_after(change), ["samples/name"])

    def test_a_row_more(self):
        def change(archive):
            del archive["samples/name"]
            archive["samples/name"] = ["a", "b", "b"]
            archive["samples/name"].attrs["units"] = "1"
        self.assertEqual(self.found_after(change), ["samples/name"])

    def test_a_column_or_table_less(self):
        def change(archive):
            archive["samples"].attrs["columns"] = ["name", "seconds"]
            del archive["samples/accuracy"]
            archive.attrs["tables"] = ["samples"]
        self.assertEqual(self.found_after(change), ["tables", "samples/accuracy"])

    def test_an_attribute(self):
        def change(archive):
            archive.attrs["seed"] = 4
        self.assertEqual(self.found_after(change), ["seed"])


if __name__ == "__main__":
    unittest.main()

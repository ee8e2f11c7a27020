import gzip
import os
import shutil
import tempfile
import unittest

import example
import numpy as np
from flash_analysis import ArchiveError, open_archive, report, seal, validate


class OpenArchive(unittest.TestCase):
    def test_frames_are_what_was_written(self):
        expected = example.contents()
        with example.run_directory() as run:
            archive = open_archive(run)
        self.assertEqual(archive.tables, list(expected))
        self.assertTrue(archive.sealed)
        for table, columns in expected.items():
            frame = archive.frame(table)
            self.assertEqual(list(frame), list(columns))
            for name, kind in example.columns(table):
                if name not in columns:  # what only some runs have
                    continue
                if kind == "str":
                    self.assertEqual(list(frame[name]), list(columns[name]), f"{table}/{name}")
                else:
                    np.testing.assert_array_equal(frame[name], np.asarray(columns[name], dtype=example.TYPES[kind]))
        self.assertEqual(archive.frame("samples").attrs["units"]["seconds"], "s")
        self.assertEqual(archive.frame("hardware/host/model").attrs["attributes"], {"latency_r2_fit": 0.98})
        self.assertEqual(archive.attributes["job"], example.JOB)
        self.assertEqual(archive.attributes["ranks"], 2)
        self.assertEqual(archive.hardware_targets(), ["host"])

    def test_a_table_that_is_not_there_is_an_empty_frame(self):
        with example.run_directory({}) as run:
            archive = open_archive(run)
        self.assertEqual(archive.tables, [])
        self.assertTrue(archive.frame("samples").empty)

    def refused(self, path, code, reason):
        with self.assertRaises(ArchiveError) as caught:
            open_archive(path)
        self.assertEqual(caught.exception.code, code)
        self.assertIn(reason, str(caught.exception))
        self.assertNotIn("\n", str(caught.exception))

    def test_what_is_no_archive_is_refused_in_one_line(self):
        with tempfile.TemporaryDirectory() as folder:
            self.refused(os.path.join(folder, "gone"), 66, "no such file")
            self.refused(folder, 66, "no such file")
            path = os.path.join(folder, "archive.h5")
            with open(path, "wb") as file:
                file.write(b"accuracy,latency\n")
            self.refused(folder, 65, "no HDF5 file")
            example.write(path, change=lambda file: file.attrs.__delitem__("format"))
            self.refused(path, 65, "no flash archive")
            for version in ("0.9.0", "3.0.0", "9.9.9"):
                example.write(path, change=lambda file: file.attrs.modify("format_version", version))
                self.refused(path, 65, f"format {version}; this program reads 1.x and 2.x")
            example.write(path, change=lambda file: file.attrs.__delitem__("tables"))
            self.refused(path, 65, "lacks the attribute 'tables'")
            example.write(path, change=lambda file: file.__delitem__("samples/id"))
            self.refused(path, 65, "no whole flash archive")

    def test_truncated_and_damaged_archives_are_refused(self):
        with example.run_directory() as run:
            path = os.path.join(run, "archive.h5")
            with open(path, "rb") as file:
                whole = file.read()
            for size in range(0, len(whole) - 90, 9973):
                with open(path, "wb") as file:
                    file.write(whole[:size])
                self.refused(run, 65, "archive.h5")
            damaged = bytearray(whole)
            damaged[len(whole) // 2] ^= 1
            with open(path, "wb") as file:
                file.write(damaged)
            self.refused(run, 65, "checksum")

    def test_a_changed_archive_can_be_sealed_again(self):
        with example.run_directory() as run:
            path = os.path.join(run, "archive.h5")
            with example.h5py.File(path, "r+") as file:
                file.attrs["note"] = "x" * 3000
            seal.seal(path)
            seal.seal(path)
            archive = open_archive(run)
            self.assertTrue(archive.sealed)
            self.assertEqual(archive.attributes["note"], "x" * 3000)


class Format1(unittest.TestCase):
    """An archive that flash wrote when the format was 1.3.0."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "archive.h5")
        with gzip.open(os.path.join(os.path.dirname(__file__), "data", "archive-1.3.h5.gz")) as packed, open(self.path, "wb") as file:
            shutil.copyfileobj(packed, file)

    def test_is_read(self):
        archive = open_archive(self.path)
        self.assertEqual(archive.attributes["format_version"], "1.3.0")
        self.assertEqual((len(archive.tables), archive.hardware_targets()), (20, ["imc"]))
        samples = archive.frame("samples")
        self.assertEqual(list(samples["state"]), ["done"] * 8)
        self.assertEqual(samples["skips"][0].count(","), 2)
        self.assertAlmostEqual(samples["accuracy"].max(), 0.345)
        self.assertEqual(list(archive.frame("sweep/top").query("rank_order == 1")["id"]), [63, 128, 63])

    def test_is_valid_and_drawn(self):
        self.assertEqual(validate.validate(self.path), [])
        paths = report.write_report(self.path)
        self.assertGreater(len(paths), 5)


if __name__ == "__main__":
    unittest.main()

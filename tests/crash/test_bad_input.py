"""Bad input: one clear line, the right exit code, nothing lost."""

import ctypes
import hashlib
import os
import subprocess
import unittest

from flash_case import FlashCase


def seal_header_before(image, position):
    """Makes the checksum good of the object header (HDF5 File Format Specification, IV.A.1.b) that `position` is in."""
    start = image.rindex(b"OHDR\x02", 0, position)
    flags = image[start + 5]
    size_at = start + 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
    size_bytes = 1 << (flags & 3)
    end = size_at + size_bytes + int.from_bytes(image[size_at : size_at + size_bytes], "little")
    checksum = ctypes.CDLL("libhdf5_serial.so.103").H5_checksum_metadata
    checksum.argtypes, checksum.restype = (ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint32), ctypes.c_uint32
    header = bytes(image[start:end])
    image[end : end + 4] = checksum(header, len(header), 0).to_bytes(4, "little")


class BadInput(FlashCase):
    def edited(self, old, new):
        text = self.job.read_text()
        self.assertIn(old, text)
        return self.write_job("edited.toml", text=text.replace(old, new))

    def test_typo_in_a_key(self):
        job = self.edited("learning_rate", "learning_rte")
        done = self.flash("check", job, expect=78)
        line = next(n for n, text in enumerate(job.read_text().splitlines(), 1) if "learning_rte" in text)
        self.one_line(done, f"edited.toml:{line}", "train.learning_rte", "learning_rate")
        self.assertEqual(self.flash("run", job, "-o", self.run_folder, expect=78).stdout, "")
        self.assertFalse(self.run_folder.exists())

    def test_typo_with_ranks_ends_all_of_them(self):
        job = self.edited("epochs = 6", 'epochs = "three"')
        self.flash("run", job, "-o", self.run_folder, ranks=3, expect=78)

    def test_wrong_command_line(self):
        self.flash("run", expect=64)
        self.flash("dance", expect=64)
        self.flash("search", self.job, "--method", "shgoo", "--training-free", expect=64)
        self.flash("describe", self.job, "--id", "912", expect=64)

    def test_missing_files(self):
        self.one_line(self.flash("check", self.folder / "absent.toml", expect=66), "absent.toml")
        self.one_line(self.flash("report", self.folder / "absent", expect=66), "absent")
        self.one_line(self.flash("search", self.job, expect=66), "--training-free")
        for command in ("status", "report", "repair"):
            self.one_line(self.flash(command, "x" * 300, expect=74), "xxx: File name too long")

    def test_without_models_the_answer_says_so(self):
        """NN-Degree alone then decides; what asks for more is refused."""
        answer = self.flash_json("exact", self.job, "--training-free")
        self.assertIn("there are no models of latency, energy or area", answer["warnings"][0])
        self.job.write_text(self.job.read_text() + "\n[constraints]\nlatency_max_ms = 1\n")
        self.one_line(self.flash("exact", self.job, "--training-free", expect=78), "target 'host' has no model of it")

    def test_truncated_data_file(self):
        (self.folder / "train.bin").write_bytes(bytes(3073 * 20 - 1))
        (self.folder / "test.bin").write_bytes(bytes(3073 * 20))
        job = self.edited('source = "shapes"\nside = 8\n', 'source = "cifar10"\ntrain = "train.bin"\ntest = "test.bin"\n')
        self.one_line(self.flash("run", job, "-o", self.run_folder, expect=65), "train.bin", "3073")

    def test_unreadable_archives(self):
        self.flash("train", self.job, "-o", self.run_folder)
        archive = self.run_folder / "archive.h5"
        whole = archive.read_bytes()
        for bad in (b"", b"not an archive", whole[: len(whole) // 2], whole[:700]):
            archive.write_bytes(bad)
            self.one_line(self.flash("report", self.run_folder, expect=65), "archive.h5")
        # The journal still has everything: the same command writes the archive anew.
        self.flash("train", self.job, "-o", self.run_folder)
        self.flash("report", self.run_folder)

    def test_archive_altered_in_bad_faith(self):
        """HDF5 1.10 crashes on an index of links that lies nowhere, its own checksum and the seal made good again."""
        self.flash("train", self.job, "-o", self.run_folder)
        archive = self.run_folder / "archive.h5"
        whole = archive.read_bytes()
        bad = bytearray(whole[: whole.rindex(b"\nflash-archive sha256 ")])
        addresses = bad.index(b"\xff" * 24)  # of a group's heap of links and of their two indices: none
        bad[addresses : addresses + 8] = (4096).to_bytes(8, "little")
        seal_header_before(bad, addresses)
        archive.write_bytes(bytes(bad) + b"\nflash-archive sha256 %s\n" % hashlib.sha256(bad).hexdigest().encode())
        self.one_line(self.flash("report", archive, expect=65), "archive.h5", "bad faith")

    def test_run_directory_of_another_job(self):
        self.flash("train", self.job, "-o", self.run_folder)
        before = (self.run_folder / "journal").read_bytes()
        other = self.edited("seed = 3", "seed = 4")
        self.one_line(self.flash("train", other, "-o", self.run_folder, expect=64), "another job")
        self.assertEqual((self.run_folder / "journal").read_bytes(), before)

    def test_folder_that_is_no_run(self):
        (self.folder / "papers").mkdir()
        (self.folder / "papers" / "thesis.tex").write_text("precious")
        self.flash("train", self.job, "-o", self.folder / "papers", expect=64)
        self.assertEqual(os.listdir(self.folder / "papers"), ["thesis.tex"])

    def test_run_directory_in_use(self):
        gate = self.make_gate()
        process = self.start("train", self.job, "-o", self.run_folder, environment=gate.environment)
        self.wait_for(lambda: gate.held() == 1, process)
        self.one_line(self.flash("train", self.job, "-o", self.run_folder, expect=64), "in use")
        self.assertEqual(gate.held(), 1)

    def test_full_disk(self):
        disk = self.folder / "disk"
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24k", "tmpfs", disk], capture_output=True).returncode != 0:
            raise unittest.SkipTest("mounting a small disk needs root")
        self.addCleanup(subprocess.run, ["umount", "-l", disk])
        done = self.flash("train", self.job, "-o", disk / "run", expect=74, ranks=2)
        self.assertIn("No space left on device", done.stderr)
        # With space again the same command goes on with what was kept.
        subprocess.run(["mount", "-o", "remount,size=16m", disk], check=True)
        report = self.flash_json("train", self.job, "-o", disk / "run")
        self.assertEqual([s["state"] for s in report["samples"]], ["done"] * 8)

    def test_processes_that_do_not_see_each_other(self):
        done = self.flash("train", self.job, "-o", self.run_folder, expect=71, environment={"SLURM_NTASKS": "4"})
        self.one_line(done, "srun --mpi=pmix")

"""What the tests of failures share: a job whose archive is the same however often it is interrupted."""

import json
import pathlib
import shutil
import struct
import tempfile
import time

from archive_comparison import differences
from flash_case import QUICK_METHODS, TINY_JOB, FlashCase

HOST = "[hardware]\ncount = 6\nholdout = 2\nrepeats = 3\nwarmup = 1\n"
# Simulated hardware: all but times is the same wherever and whenever a task runs. Tasks that failures hit are tried often.
IMC = '[hardware]\ntarget = "imc"\ncount = 20\nholdout = 5\n\n[farm]\nattempts = 9\n'


def whole_records(journal):
    """The length of a journal up to its last whole record, and the records."""
    records, offset = [], 16
    while offset + 16 <= len(journal):
        length, = struct.unpack_from("<I", journal, offset)
        if offset + 16 + length > len(journal):
            break
        records.append(json.loads(journal[offset + 16:offset + 16 + length]))
        offset += 16 + length
    return min(offset, len(journal)), records


class ResilienceCase(FlashCase):
    SECONDS = 4  # how long one process trains, about, whatever this machine's speed

    def setUp(self):
        super().setUp()
        if "epochs" not in vars(type(self)):
            type(self).epochs = self.epochs_in(self.SECONDS)
        self.job = self.write_simulated_job(self.epochs)

    def epochs_in(self, seconds):
        """How many epochs the job's networks are trained for in so long a time, measured with two."""
        job = self.write_simulated_job(2)
        begin = time.monotonic()
        self.flash("train", job, "-o", self.folder / "two epochs")
        return max(1, round(2 * seconds / (time.monotonic() - begin)))

    def write_simulated_job(self, epochs):
        text = TINY_JOB.format(epochs=epochs, images=600, methods=QUICK_METHODS)
        assert HOST in text
        return self.write_job(text=text.replace(HOST, IMC))

    def undisturbed(self):
        """The run of a process that nothing happened to; made once for all tests of a class."""
        if "undisturbed_run" not in vars(type(self)):
            folder = pathlib.Path(tempfile.mkdtemp(prefix="flash_test."))
            self.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
            self.flash("run", self.job, "-o", folder / "undisturbed")
            type(self).undisturbed_run = folder / "undisturbed"
        return self.undisturbed_run

    def journal(self):
        path = self.run_folder / "journal"
        return path.read_bytes() if path.exists() else b""

    def tasks_done(self):
        return [(r["stage"], r["id"]) for r in whole_records(self.journal())[1] if "stage" in r]

    def expect_undisturbed(self):
        """The archive is the undisturbed run's, and no record was doubled."""
        self.assertEqual(differences(self.run_folder, self.undisturbed()), [])
        tasks = self.tasks_done()
        self.assertEqual(len(tasks), len(set(tasks)))

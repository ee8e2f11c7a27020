"""What the tests of failures share: a job whose archive is the same however often it is interrupted."""

import collections
import json
import pathlib
import shutil
import struct
import tempfile

from archive_comparison import differences
from flash_case import QUICK_METHODS, TINY_JOB, FlashCase

HOST = "[hardware]\ncount = 6\nholdout = 2\nrepeats = 3\nwarmup = 1\n"
# Simulated hardware: all but times is the same wherever and whenever a task runs. Tasks that failures hit are tried often.
IMC = '[hardware]\ntarget = "imc"\ncount = 20\nholdout = 5\n\n[farm]\nattempts = 9\n'


def processes_below(pid):
    """The pids of a process's children and theirs, with the names of their programs."""
    children = collections.defaultdict(list)
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            program, rest = (entry / "stat").read_text().split("(", 1)[1].rsplit(")", 1)
        except OSError:
            continue  # it has ended meanwhile
        children[int(rest.split()[1])].append((int(entry.name), program))
    found, open_list = [], [pid]
    while open_list:
        below = children[open_list.pop()]
        found += below
        open_list += [child for child, _ in below]
    return found


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
    NETWORKS = 8  # that the job trains

    def setUp(self):
        super().setUp()
        text = TINY_JOB.format(epochs=2, images=600, methods=QUICK_METHODS)
        assert HOST in text
        self.job = self.write_job(text=text.replace(HOST, IMC))

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

    def records(self):
        return whole_records(self.journal())[1]

    def tasks_done(self):
        return [(r["stage"], r["id"]) for r in self.records() if "stage" in r]

    def events(self, kind):
        return [r["text"] for r in self.records() if r.get("kind") == kind]

    def wait_until_held(self, gate, tasks, ranks=1, process=None):
        """Until so many of the run's tasks are done, and each rank stands at the gate with another one."""
        self.wait_for(lambda: gate.held() == ranks and len(self.tasks_done()) == tasks, process)

    def expect_undisturbed(self):
        """The archive is the undisturbed run's, and no record was doubled."""
        self.assertEqual(differences(self.run_folder, self.undisturbed()), [])
        tasks = self.tasks_done()
        self.assertEqual(len(tasks), len(set(tasks)))

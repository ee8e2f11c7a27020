"""kill -9 of any process at any moment: no result is lost, no archive unreadable, nothing hangs, the end is the same.

FLASH_KILLS and FLASH_KILL_SEED make the campaign longer, and another one.
"""

import collections
import os
import pathlib
import random
import shutil
import signal
import subprocess
import time

import h5py

from flash_case import SLOWNESS
from resilience_case import ResilienceCase, whole_records

KILLS = int(os.environ.get("FLASH_KILLS", "10"))
SEED = int(os.environ.get("FLASH_KILL_SEED", "1"))
KINDS = ("rank 0", "rank 1", "trainer", "mpirun", "everything")


def processes_below(pid):
    """The pids of a process's children and theirs, with their command lines."""
    parents = {}
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            parents.setdefault(parent, []).append((int(entry.name), (entry / "cmdline").read_bytes().decode(errors="replace")))
        except (OSError, ValueError, IndexError):
            continue  # it has ended meanwhile
    found, open_list = [], [pid]
    while open_list:
        below = parents.get(open_list.pop(), [])
        found += below
        open_list += [child for child, _ in below]
    return found


def environment_of(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


class Kills(ResilienceCase):
    def victim(self, process, kind):
        """The pid to kill, None where there is none of its kind now."""
        if kind == "mpirun":
            return process.pid
        below = processes_below(process.pid)
        trainers = [pid for pid, command in below if "flash-trainer" in command.split("\0")[0]]
        if kind == "trainer":
            return trainers[0] if trainers else None
        mark = b"OMPI_COMM_WORLD_RANK=" + kind[-1:].encode() + b"\0"
        ranks = [pid for pid, _ in below if pid not in trainers and mark in environment_of(pid)]
        return ranks[0] if ranks else None

    def expect_nothing_lost(self, before):
        length, _ = whole_records(before)
        self.assertTrue(self.journal().startswith(before[:length]), "the journal has lost records")
        archive = self.run_folder / "archive.h5"
        if archive.exists():
            with h5py.File(archive) as file:
                file.visititems(lambda name, item: item[()] if isinstance(item, h5py.Dataset) else None)

    def expect_end(self, process, ranks):
        try:
            process.communicate(timeout=60 * SLOWNESS)
        except subprocess.TimeoutExpired:
            self.fail("the run hangs")
        self.wait_for(lambda: not any(pathlib.Path(f"/proc/{pid}/exe").exists() for pid in ranks), 60)

    def test_campaign(self):
        chance = random.Random(SEED)
        killed, finished = collections.Counter(), 0
        while sum(killed.values()) < KILLS:
            process = self.start("run", self.job, "-o", self.run_folder, ranks=2)
            time.sleep(chance.uniform(0.1, 4))
            kind = chance.choice(KINDS)
            if process.poll() is not None:
                out, err = process.communicate()
                self.assertEqual(process.returncode, 0, out + err)
                self.expect_undisturbed()
                finished += 1
                shutil.rmtree(self.run_folder)
                continue
            pids = [pid for pid, _ in processes_below(process.pid)]
            before = self.journal()
            if kind == "everything":
                os.killpg(process.pid, signal.SIGKILL)
            elif (pid := self.victim(process, kind)) is not None:
                os.kill(pid, signal.SIGKILL)
            else:
                kind = None
            if kind:
                killed[kind] += 1
            if kind in ("trainer", None):  # the run goes on without a word; it is killed for good below
                time.sleep(chance.uniform(0.1, 1))
                self.end_group(process)
            self.expect_end(process, pids)
            self.expect_nothing_lost(before)
        self.flash("run", self.job, "-o", self.run_folder, ranks=2)
        self.expect_undisturbed()
        print(f"{sum(killed.values())} kills {dict(killed)}, {finished + 1} runs finished, all equal", flush=True)

"""kill -9 of any process at any moment: no result is lost, no archive unreadable, nothing hangs, the end is the same.

FLASH_KILLS and FLASH_KILL_SEED make the campaign longer, and another one.
"""

import collections
import os
import pathlib
import random
import shutil
import signal

import h5py

from flash_case import PATIENCE
from resilience_case import ResilienceCase, processes_below, whole_records

KILLS = int(os.environ.get("FLASH_KILLS", "10"))
SEED = int(os.environ.get("FLASH_KILL_SEED", "1"))
KINDS = ("rank 0", "rank 1", "trainer", "mpirun", "everything")


def environment_of(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


class Kills(ResilienceCase):
    def setUp(self):
        super().setUp()
        self.gate = self.make_gate()
        self.most_bytes = (self.undisturbed() / "journal").stat().st_size

    def wait_for_moment(self, process, chance):
        """Until each rank is held at a network of the many; or, with the gate open, for so many bytes of the journal."""
        trained = sum(stage == "train" for stage, _ in self.tasks_done())
        if trained < self.NETWORKS - 1 and chance.random() < 0.5:
            more = chance.randrange(self.NETWORKS - 1 - trained)
            self.gate.let_pass(more)
            self.wait_until_held(self.gate, trained + more, ranks=2, process=process)
            return
        self.gate.open()
        goal = chance.uniform(0, self.most_bytes)
        self.wait_for(lambda: process.poll() is not None or len(self.journal()) >= goal)

    def kill(self, process, kind):
        """Ends a process of that kind, or all where there is none of it; returns which."""
        try:
            if kind != "everything" and (pid := self.victim(process, kind)) is not None:
                os.kill(pid, signal.SIGKILL)
                return kind
        except ProcessLookupError:
            pass  # it has ended by itself
        os.killpg(process.pid, signal.SIGKILL)
        return "everything"

    @staticmethod
    def victim(process, kind):
        if kind == "mpirun":
            return process.pid
        below = processes_below(process.pid)
        if kind == "trainer":
            return next((pid for pid, program in below if program == "gate.py"), None)
        mark = b"OMPI_COMM_WORLD_RANK=" + kind[-1:].encode() + b"\0"
        return next((pid for pid, program in below if program == "flash" and mark in environment_of(pid)), None)

    def expect_end(self, process, below):
        process.wait(timeout=PATIENCE)
        self.wait_for(lambda: not any(pathlib.Path(f"/proc/{pid}/exe").exists() for pid in below))

    def expect_nothing_lost(self, before):
        length, _ = whole_records(before)
        self.assertTrue(self.journal().startswith(before[:length]), "the journal has lost records")
        archive = self.run_folder / "archive.h5"
        if archive.exists():
            with h5py.File(archive) as file:
                file.visititems(lambda name, item: item[()] if isinstance(item, h5py.Dataset) else None)

    def test_campaign(self):
        chance = random.Random(SEED)
        killed, finished = collections.Counter(), 0
        while sum(killed.values()) < KILLS:
            self.gate.shut()
            process = self.start("run", self.job, "-o", self.run_folder, ranks=2, environment=self.gate.environment)
            self.wait_for_moment(process, chance)
            kind = chance.choice(KINDS)
            if process.poll() is not None:
                self.expect_code(process, 0)
                self.expect_undisturbed()
                finished += 1
                shutil.rmtree(self.run_folder)
                continue
            below = [pid for pid, _ in processes_below(process.pid)]
            held, before = self.gate.held() == 2, self.journal()
            kind = self.kill(process, kind)
            killed[kind] += 1
            if kind == "trainer":  # it costs a try, and the run goes on: with the same network, where that is held
                if held:
                    self.wait_for(lambda: len(self.journal()) > len(before) and self.gate.held() == 2, process)
                    self.assertIn("killed by signal 9", self.events("retry")[-1])
                self.end_group(process)
            self.expect_end(process, below)
            self.expect_nothing_lost(before)
        self.flash("run", self.job, "-o", self.run_folder, ranks=2)
        self.expect_undisturbed()
        print(f"{sum(killed.values())} kills {dict(killed)}, {finished + 1} runs finished, all equal", flush=True)

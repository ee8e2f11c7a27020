#!/usr/bin/python3
"""A gate before flash-trainer: tests of failures hold training for as long as they need to, however fast it is.

Started as flash's trainer (FLASH_TRAINER), this program passes flash's requests on to the real one, each for a ticket:
one byte of a FIFO that all gates share, whatever the rank, host or start that they belong to. Without a ticket a
request is held. The gate dies as its trainer does, and the trainer with the gate.
"""

import fcntl
import os
import pathlib
import subprocess
import sys
import tempfile

FOLDER, TRAINER = "FLASH_GATE_FOLDER", "FLASH_GATE_TRAINER"
MANY = 10_000  # more tickets than any test has tasks; a pipe holds them


class Gate:
    """The test's side. At first no request passes."""

    def __init__(self, folder, trainer):
        self.folder = folder
        self.environment = {"FLASH_TRAINER": str(pathlib.Path(__file__).resolve()), FOLDER: str(folder), TRAINER: str(trainer)}
        folder.mkdir()
        os.mkfifo(folder / "tickets")
        self.tickets = os.open(folder / "tickets", os.O_RDWR)  # a FIFO forgets what is in it when nobody has it open

    def close(self):
        os.close(self.tickets)

    def let_pass(self, requests):
        os.write(self.tickets, bytes(requests))

    def open(self):
        """Lets all requests pass from now on."""
        self.let_pass(MANY)

    def shut(self):
        """Takes back what tickets are left, for when nothing runs that may take one."""
        os.set_blocking(self.tickets, False)
        try:
            os.read(self.tickets, 2 * MANY)
        except BlockingIOError:
            pass  # there were none
        os.set_blocking(self.tickets, True)

    def held(self):
        """How many requests are being held now: their gates have a lock each, which the kernel drops when they die."""
        return sum(is_locked(path) for path in self.folder.glob("held.*"))


def is_locked(path):
    try:
        with open(path, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        pass  # let go meanwhile
    return False


def take_ticket(folder):
    """Waits for one; false where the test has ended."""
    with open(folder / "tickets", "rb", buffering=0) as tickets:
        os.set_blocking(tickets.fileno(), False)
        ticket = tickets.read(1)
        if ticket is None:
            with tempfile.NamedTemporaryFile(dir=folder, prefix="held.") as held:
                fcntl.flock(held, fcntl.LOCK_EX)
                os.set_blocking(tickets.fileno(), True)
                ticket = tickets.read(1)
        return ticket != b""


def read_frame(stream):
    """A message as flash frames it (flash/process/frame.hpp), its header included; nothing at the stream's end."""
    header = stream.read(4)
    return header + stream.read(int.from_bytes(header, "little"))


def main():
    trainer = subprocess.Popen([os.environ[TRAINER], *sys.argv[1:]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    while (request := read_frame(sys.stdin.buffer)) and take_ticket(pathlib.Path(os.environ[FOLDER])):
        try:
            trainer.stdin.write(request)
            trainer.stdin.flush()
            reply = read_frame(trainer.stdout)
        except BrokenPipeError:
            reply = b""
        if not reply:
            break
        sys.stdout.buffer.write(reply)
        sys.stdout.buffer.flush()
    try:
        trainer.stdin.close()
    except BrokenPipeError:
        pass
    code = trainer.wait()
    if code < 0:
        os.kill(os.getpid(), -code)
    return code


if __name__ == "__main__":
    sys.exit(main())

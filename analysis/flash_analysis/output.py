"""Standard streams of a program: output that cannot be written is an error, and a lost message is none."""
import os
import sys

EXIT_IO = 74


def run(name, main):
    """Calls a program's main and returns its exit code: 74 where something could not be written to standard output."""
    _open_streams()
    try:
        try:
            code = main()
        except SystemExit as end:  # as argparse ends after --help and after an error
            code = end.code
        sys.stdout.flush()
    except OSError as error:
        if error.filename is not None:
            raise
        _silence(1)
        complain(f"{name}: cannot write to standard output: {error.strerror}")
        return EXIT_IO
    return code


def complain(message):
    """One line on standard error, where there is one."""
    try:
        print(message, file=sys.stderr, flush=True)
    except OSError:
        _silence(2)


def _open_streams():
    """A closed descriptor would be given to the next file; as it is opened here, writing to it fails.

    Standard output has a buffer whatever the environment says: argparse ignores a write that fails at once.
    """
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDONLY if descriptor else os.O_WRONLY)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)


def _silence(descriptor):
    """What is left in the buffer goes nowhere, so that the interpreter's own flush at its end does not fail again."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, descriptor)
    os.close(null)

import os
import subprocess
import sys
import tempfile
import unittest

import example

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REPORT = os.path.join(FOLDER, "report.py")


class Streams(unittest.TestCase):
    def shell(self, line, *arguments):
        """Exit code and standard error of a line of shell, in which "$@" is the program and its arguments."""
        done = subprocess.run(["bash", "-c", line, "bash", sys.executable, *arguments], capture_output=True, text=True, cwd=FOLDER)
        return done.returncode, done.stderr

    def test_output_that_cannot_be_written(self):
        with example.run_directory({}) as run, tempfile.TemporaryDirectory() as output:
            for name, *program in (("report.py", REPORT, run, "--output", output), ("report.py", REPORT, "--help"),
                                   ("flash_analysis.validate", "-m", "flash_analysis.validate", run),
                                   ("flash_analysis.validate", "-m", "flash_analysis.validate", "--help")):
                self.assertEqual(self.shell('"$@" >/dev/full', *program),
                                 (74, f"{name}: cannot write to standard output: No space left on device\n"))
                self.assertEqual(self.shell('"$@" >&-', *program),
                                 (74, f"{name}: cannot write to standard output: Bad file descriptor\n"))
                self.assertEqual(self.shell('"$@" >/dev/null 2>&-', *program), (0, ""))

    def test_a_lost_message_is_no_other_error(self):
        for code, *program in ((66, REPORT, "absent"), (64, REPORT), (66, "-m", "flash_analysis.validate", "absent")):
            for where in ("2>/dev/full", "2>&-"):
                self.assertEqual(self.shell(f'"$@" {where} >/dev/null', *program), (code, ""))


if __name__ == "__main__":
    unittest.main()

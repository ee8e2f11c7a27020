"""Where flash writes, and with which rights: inside the run, and as the umask says."""

import fcntl
import os
import pty
import stat
import struct
import subprocess
import termios

from flash_case import PATIENCE, FlashCase


class Outputs(FlashCase):
    def setUp(self):
        super().setUp()
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder)  # where a relative path or a command would leave its traces

    def test_nothing_is_written_outside_the_run(self):
        self.flash("run", self.job, "-o", self.run_folder)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["job.toml", "run"])

    def test_a_narrow_terminal_has_short_lines(self):
        self.flash("run", self.job, "-o", self.run_folder)
        for columns, most in ((60, 60), (300, 100), (10, 40)):
            near, far = pty.openpty()
            fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
            process = subprocess.Popen(self.command("report", self.run_folder), stdout=far, stderr=subprocess.PIPE, env=self.environment)
            os.close(far)
            shown = b""
            try:
                while part := os.read(near, 65536):
                    shown += part
            except OSError:  # so a terminal ends
                pass
            os.close(near)
            process.communicate(timeout=PATIENCE)
            answer = shown.decode().replace("\r", "").split("\n\n")[1].splitlines()
            self.assertTrue(answer[0].startswith("best network"), answer)
            lengths = [len(line) for line in answer]
            self.assertLessEqual(max(lengths), most)
            self.assertGreater(max(lengths), most - 15)

    def test_a_job_name_is_no_path(self):
        for name in ("../outside", str(self.folder / "outside"), "a b"):
            text = self.job.read_text().replace('name = "tiny"', f'name = "{name}"')
            done = self.flash("train", self.write_job(text=text), "-o", self.run_folder, expect=78)
            self.one_line(done, "job.name")
        self.assertEqual([path.name for path in self.folder.iterdir()], ["job.toml"])

    def test_no_path_reaches_a_shell(self):
        folder = self.folder / "$(touch trace); `touch trace` | touch trace & 'x'"
        folder.mkdir()
        for name in ("train", "test"):
            (folder / f"{name}.bin").write_bytes(bytes(i % 10 if i % 3073 == 0 else i % 251 for i in range(3073 * 20)))
        data = "source = \"cifar10\"\ntrain = \"train.bin\"\ntest = \"test.bin\"\nvalidation_share = 0\n"
        text = self.job.read_text().replace('source = "shapes"\nside = 8\ntrain_images = 600\ntest_images = 200\nvalidation_share = 0\n', data)
        self.assertIn(data, text)
        job = self.write_job(folder / "job.toml", text=text)
        self.flash("run", job, "-o", folder / "run")
        self.flash("report", folder / "run")
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), sorted(["job.toml", folder.name]))

    def test_rights_follow_the_umask(self):
        old = os.umask(0o002)  # rights that are neither usual nor all
        try:
            self.flash("run", self.job, "-o", self.run_folder)
        finally:
            os.umask(old)
        self.assertEqual(stat.S_IMODE(self.run_folder.stat().st_mode), 0o775)
        files = list(self.run_folder.iterdir())
        self.assertTrue({"archive.h5", "job.toml", "journal", "models.json"} <= {file.name for file in files})
        for file in files:
            self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o664, file.name)

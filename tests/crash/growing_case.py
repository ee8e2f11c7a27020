"""A tiny job on a simulated chip, with images of the test's own, and what to ask of a run that goes on with changed inputs."""

import pathlib
import random
import struct
import time

import h5py

from archive_comparison import differences
from flash_case import FlashCase

CHIP = '[hardware]\ntarget = "imc"\ncount = 8\nholdout = 3\n\n'


def write_images(folder, part, count, seed, classes=4, side=8):
    """An IDX pair in which each class has its own quarter lit."""
    chance = random.Random(seed)
    images, labels = bytearray(), bytearray()
    for i in range(count):
        label = i % classes
        for y in range(side):
            for x in range(side):
                lit = (y >= side // 2) * 2 + (x >= side // 2) == label
                images.append(chance.randrange(150, 256) if lit else chance.randrange(0, 120))
        labels.append(label)
    (folder / f"{part}-images").write_bytes(struct.pack(">IIII", 0x803, count, side, side) + images)
    (folder / f"{part}-labels").write_bytes(struct.pack(">II", 0x801, count) + labels)


class GrowingCase(FlashCase):
    def setUp(self):
        super().setUp()
        write_images(self.folder, "train", 120, seed=1)
        write_images(self.folder, "test", 80, seed=2)
        head, rest = self.job.read_text().split("[data]\n")
        rest = rest.split("\n\n", 1)[1]
        data = '[data]\nsource = "idx"\ntrain = ["train-images", "train-labels"]\ntest = ["test-images", "test-labels"]\nvalidation_share = 0\n\n'
        before, hardware = (head + data + rest).split("[hardware]\n")
        self.text = before.replace("epochs = 6", "epochs = 3") + CHIP + hardware.split("\n\n", 1)[1]
        ratio = "[objective]\nlatency = 1\nenergy = 1\narea = 1\n\n"  # under which a floor on accuracy binds
        self.text = self.text.replace("[sweep]\n", ratio + "[sweep]\n")
        self.job = self.write_job(text=self.text)

    def edit(self, *changes, job=None):
        """The job with texts replaced."""
        text = (job or self.job).read_text()
        for old, new in changes:
            self.assertIn(old, text)
            text = text.replace(old, new)
        return self.write_job((job or self.job).name, text=text)

    def records(self):
        """Tasks of each stage that this run's journal has, by the time at which they began."""
        with h5py.File(self.run_folder / "archive.h5") as archive:
            tasks = archive["tasks"]
            return sorted(zip(tasks["stage"].asstr()[()], tasks["task"][()].tolist(), tasks["t_start"][()].tolist()))

    def made(self, *arguments, stage="run"):
        """Starts again; what ran in this start, {stage: number of tasks}, and what was said."""
        started = time.time()
        done = self.flash(stage, self.job, "-o", self.run_folder, *arguments)
        counts = {}
        for name, _, t_start in self.records():
            if t_start >= started:
                counts[name] = counts.get(name, 0) + 1
        return counts, done.stderr

    def superseded(self):
        """{stage: number} of the results that the archive marks as superseded."""
        with h5py.File(self.run_folder / "archive.h5") as archive:
            if "superseded" not in archive:
                return {}
            stages = archive["superseded/stage"].asstr()[()].tolist()
            return {stage: stages.count(stage) for stage in sorted(set(stages))}

    def require_as_fresh(self):
        """The run holds what a run of this job holds that never was anything else."""
        fresh = pathlib.Path(f"{self.run_folder}.fresh")
        self.flash("run", self.job, "-o", fresh)
        self.assertEqual(differences(self.run_folder, fresh), [])

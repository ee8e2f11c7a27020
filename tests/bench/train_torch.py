#!/usr/bin/python3
"""flash's training beside the same networks written in PyTorch, same images, batches, optimiser and thread:
train_torch.py BIN. Prints seconds of processor time of each, flash's with all that the command and its trainer do
from their start on, and PyTorch's over flash's.

The Python network is what one writes at first: every skip is a selection of channels, every layer a torch.cat, a
BatchNorm2d and a Conv2d. Its parameters are counted against flash's. It reads its images from one tensor, so that
nothing is decoded or augmented on either side.
"""

import json
import os
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import time

import torch
from torch import nn

# shapes-mini, of which small networks.
JOB = """\
[job]
name = "gate"
seed = 5
[space]
preset = "shapes-mini"
[data]
source = "shapes"
side = 16
train_images = {images}
test_images = {images}
validation_share = 0
[sample]
count = 4
holdout = 0
max_mmacs = 2.5
[train]
epochs = {epochs}
batch = 64
threads = 1
crop = 0
flip = false
retries = 0
"""
IMAGES, EPOCHS, BATCH, SIDE, CLASSES, WIDTHS = 1000, 3, 64, 16, 10, (4, 8, 16)


class Cell(nn.Module):
    def __init__(self, first, width, depth, skips, stride):
        super().__init__()
        self.sources, self.norms, self.convolutions = [], nn.ModuleList(), nn.ModuleList()
        for layer in range(depth):
            pool = range(width * (layer - 1)) if layer > 1 else ()
            source = sorted(random.sample(pool, min(skips, len(pool))))
            self.sources.append(torch.tensor(source, dtype=torch.long))
            read = first if layer == 0 else width + len(source)
            self.convolutions.append(nn.Conv2d(read, width, 3, stride if layer == 0 else 1, 1, bias=False))
            self.norms.append(nn.BatchNorm2d(width if layer < 2 else read))

    def forward(self, x):
        outputs = []
        for layer, (convolution, norm) in enumerate(zip(self.convolutions, self.norms)):
            if layer == 0:
                outputs.append(norm(convolution(x)))
            elif layer == 1:
                outputs.append(norm(convolution(torch.relu(outputs[0]))))
            else:
                skips = torch.cat(outputs[:-1], 1).index_select(1, self.sources[layer])
                outputs.append(convolution(torch.relu(norm(torch.cat([skips, outputs[-1]], 1)))))
        return outputs[-1]


class Network(nn.Module):
    def __init__(self, wm, depth, skips):
        super().__init__()
        widths = [wm * width for width in WIDTHS]
        firsts = [3, *widths[:-1]]
        self.cells = nn.Sequential(*(Cell(first, width, depth, tc, 1 if c == 0 else 2)
                                     for c, (first, width, tc) in enumerate(zip(firsts, widths, skips))))
        self.norm = nn.BatchNorm2d(widths[-1])
        side = SIDE // 2 ** len(WIDTHS)
        self.head = nn.Linear(widths[-1] * side * side, CLASSES)

    def forward(self, x):
        return self.head(nn.functional.avg_pool2d(torch.relu(self.norm(self.cells(x))), 2).flatten(1))


def groups(network):
    """Parameters for an optimiser: weights decay, norms and biases do not."""
    decayed = [p for p in network.parameters() if p.dim() > 1]
    others = [p for p in network.parameters() if p.dim() == 1]
    return [{"params": decayed, "weight_decay": 5e-4}, {"params": others}]


def train(network, images, labels):
    optimiser = torch.optim.SGD(groups(network), lr=0.05, momentum=0.9, nesterov=True)
    steps = EPOCHS * -(-IMAGES // BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    for _ in range(EPOCHS):
        network.train()
        for batch in torch.randperm(IMAGES).split(BATCH):
            optimiser.zero_grad()
            nn.functional.cross_entropy(network(images[batch]), labels[batch]).backward()
            optimiser.step()
            schedule.step()
        network.eval()
        with torch.no_grad():
            for batch in torch.arange(IMAGES).split(256):
                network(images[batch]).argmax(1).eq(labels[batch]).sum().item()


def flash_training(binaries):
    """The networks that flash has trained, and its seconds."""
    environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    with tempfile.TemporaryDirectory(prefix="flash_gate.") as folder:
        job = pathlib.Path(folder) / "job.toml"
        job.write_text(JOB.format(images=IMAGES, epochs=EPOCHS))
        command = [pathlib.Path(binaries) / "flash", "train", job, "-o", pathlib.Path(folder) / "run", "--json"]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        samples = json.loads(done.stdout)["samples"]
    failed = [sample["error"] for sample in samples if sample["state"] != "done"]
    if failed:
        sys.exit(f"flash: {len(failed)} networks failed: {failed[0]}")
    return samples, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    torch.set_num_threads(1)
    torch.manual_seed(1)
    samples, ours = flash_training(sys.argv[1])
    images, labels = torch.randn(IMAGES, 3, SIDE, SIDE), torch.randint(CLASSES, (IMAGES,))
    seconds = 0.0
    for sample in samples:
        skips = [int(tc) for tc in sample["skips"].split(",")]
        network = Network(sample["wm"], int(sample["depths"].split(",")[0]), skips)
        count = sum(p.numel() for p in network.parameters())
        if count != sample["parameters"]:
            sys.exit(f"the network has {count} parameters here, {sample['parameters']} in flash")
        start = time.process_time()
        train(network, images, labels)
        seconds += time.process_time() - start
    print(f"flash {ours:.2f} s, PyTorch {seconds:.2f} s: {seconds / ours:.2f} times")


if __name__ == "__main__":
    main()

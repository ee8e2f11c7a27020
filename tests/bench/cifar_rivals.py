#!/usr/bin/python3
"""Networks that people know, trained as a run's own were and measured in the same runtime: what its answer is held against.

    tests/bench/cifar_rivals.py JOB RUN [--seeds 2] [--threads 1] [-o rivals.json]

ResNet-8, -14 and -20 (He and others 2016: 3x3 convolutions of 16, 32, 64 channels, padded shortcuts) and MobileNet-V2
with width 0.25 and 0.5 (Sandler and others 2018, in its form for images of 32: strides of the first three stages 1), in
plain PyTorch. Images, how many of them, epochs, batch, optimiser, learning rate, schedule, augmentation and the share
held out are those of JOB (source cifar10, sgd, cosine, flips). Latency: of each rival and of each network in
RUN/networks (confirm.keep = "all"), TorchScript through optimize_for_inference, one thread, rounds that take turns
(analysis/measure.py's). Of each rival the best of the run's confirmed networks at or under its latency is printed beside
it, by the means of the test accuracies over seeds; which is best is chosen by the images that judge.
"""

import argparse
import json
import os
import pathlib
import statistics
import sys
import time
import tomllib

import h5py
import numpy as np
import torch
from torch import nn
from torch.nn import functional

TOP = pathlib.Path(__file__).resolve().parents[2]
CLASSES = 10


def convolution(read, write, kernel, stride=1, groups=1):
    return nn.Conv2d(read, write, kernel, stride, kernel // 2, groups=groups, bias=False)


class Residual(nn.Module):
    def __init__(self, read, write, stride):
        super().__init__()
        self.first, self.first_norm = convolution(read, write, 3, stride), nn.BatchNorm2d(write)
        self.second, self.second_norm = convolution(write, write, 3), nn.BatchNorm2d(write)
        self.stride, self.missing = stride, write - read

    def forward(self, x):
        y = self.second_norm(self.second(torch.relu(self.first_norm(self.first(x)))))
        if self.missing > 0:
            x = functional.pad(x[:, :, ::self.stride, ::self.stride], [0, 0, 0, 0, 0, self.missing])
        return torch.relu(x + y)


def resnet(blocks):
    layers, read = [convolution(3, 16, 3), nn.BatchNorm2d(16), nn.ReLU()], 16
    for stage, width in enumerate((16, 32, 64)):
        for block in range(blocks):
            layers.append(Residual(read, width, 2 if stage > 0 and block == 0 else 1))
            read = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, CLASSES))


class Inverted(nn.Module):
    def __init__(self, read, write, stride, expansion):
        super().__init__()
        inner = read * expansion
        first = [convolution(read, inner, 1), nn.BatchNorm2d(inner), nn.ReLU6()] if expansion > 1 else []
        self.body = nn.Sequential(*first, convolution(inner, inner, 3, stride, inner), nn.BatchNorm2d(inner), nn.ReLU6(),
                                  convolution(inner, write, 1), nn.BatchNorm2d(write))
        self.adds = stride == 1 and read == write

    def forward(self, x):
        return x + self.body(x) if self.adds else self.body(x)


def mobilenet_v2(width):
    def rounded(channels):  # to 8, never by more than a tenth down: the paper's own code
        value = max(8, int(channels * width + 4) // 8 * 8)
        return value + 8 if value < 0.9 * channels * width else value

    read = rounded(32)
    layers = [convolution(3, read, 3), nn.BatchNorm2d(read), nn.ReLU6()]
    for expansion, channels, count, stride in ((1, 16, 1, 1), (6, 24, 2, 1), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1),
                                               (6, 160, 3, 2), (6, 320, 1, 1)):
        for block in range(count):
            layers.append(Inverted(read, rounded(channels), stride if block == 0 else 1, expansion))
            read = rounded(channels)
    layers += [convolution(read, 1280, 1), nn.BatchNorm2d(1280), nn.ReLU6()]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1280, CLASSES))


RIVALS = {"ResNet-8": lambda: resnet(1), "ResNet-14": lambda: resnet(2), "ResNet-20": lambda: resnet(3),
          "MobileNet-V2 0.25": lambda: mobilenet_v2(0.25), "MobileNet-V2 0.5": lambda: mobilenet_v2(0.5)}


def read_images(folder, names, most):
    """The first of each class, as many of each, in the files' order: as flash takes them."""
    rows = np.concatenate([np.fromfile(folder / name, np.uint8).reshape(-1, 3073) for name in names])
    if most:
        keep = np.sort(np.concatenate([np.flatnonzero(rows[:, 0] == c)[:most // CLASSES] for c in range(CLASSES)]))
        rows = rows[keep]
    return torch.from_numpy(rows[:, 1:].reshape(-1, 3, 32, 32).astype(np.float32) / 255), torch.from_numpy(rows[:, 0].astype(np.int64))


class Images:
    def __init__(self, job, folder):
        data = job["data"]
        paths = lambda key: [data[key]] if isinstance(data[key], str) else data[key]
        x, y = read_images(folder, paths("train"), data.get("train_images", 0))
        self.test = read_images(folder, paths("test"), data.get("test_images", 0))
        kept = len(y) - round(data.get("validation_share", 0.1) * len(y))
        order = torch.randperm(len(y), generator=torch.Generator().manual_seed(1))[:kept]  # as many as flash trains on
        self.train = x[order], y[order]
        mean, deviation = self.train[0].mean((0, 2, 3), keepdim=True), self.train[0].std((0, 2, 3), keepdim=True)
        self.train = (self.train[0] - mean) / deviation, self.train[1]
        self.test = (self.test[0] - mean) / deviation, self.test[1]


def augmented(x, crop, generator):
    count, side = len(x), x.shape[-1]
    padded = functional.pad(x, [crop] * 4)
    out = torch.empty_like(x)
    for i, (dy, dx) in enumerate(torch.randint(0, 2 * crop + 1, (count, 2), generator=generator).tolist()):
        out[i] = padded[i, :, dy:dy + side, dx:dx + side]
    flips = torch.rand(count, generator=generator) < 0.5
    out[flips] = out[flips].flip(-1)
    return out


def train(make, images, settings, seed):
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    network = make().to(memory_format=torch.channels_last)
    epochs, batch = settings.get("epochs", 10), settings.get("batch", 64)
    optimiser = torch.optim.SGD(network.parameters(), settings.get("learning_rate", 0.05), settings.get("momentum", 0.9),
                                weight_decay=settings.get("weight_decay", 5e-4), nesterov=True)
    x, y = images.train
    steps = epochs * (len(y) // batch)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    for _ in range(epochs):
        order = torch.randperm(len(y), generator=generator)
        for start in range(0, len(y) - batch + 1, batch):
            chosen = order[start:start + batch]
            batch_x = augmented(x[chosen], settings.get("crop", 4), generator).to(memory_format=torch.channels_last)
            optimiser.zero_grad()
            functional.cross_entropy(network(batch_x), y[chosen]).backward()
            optimiser.step()
            schedule.step()
    network.eval()
    with torch.no_grad():
        right = sum((network(a).argmax(1) == b).sum().item() for a, b in zip(*(part.split(500) for part in images.test)))
    return right / len(images.test[1]), network


def optimised(module):
    if hasattr(module, "calls_onednn"):
        module.calls_onednn = False  # as measure.py does: the optimiser knows plain convolutions alone
    return torch.jit.optimize_for_inference(module.eval())


def latencies(modules, rounds=9, passes=30):
    """Milliseconds of each, the medians of rounds that take turns."""
    x = torch.randn(1, 3, 32, 32)
    seen = {name: [] for name in modules}
    with torch.no_grad():
        for turn in range(rounds + 1):
            for name, module in modules.items():
                times = []
                for _ in range(passes):
                    start = time.perf_counter()
                    module(x)
                    times.append(1e3 * (time.perf_counter() - start))
                if turn > 0:  # the first warms up
                    seen[name].append(statistics.median(times))
    return {name: statistics.median(values) for name, values in seen.items()}


def confirmed(run):
    with h5py.File(run / "archive.h5") as file:
        table = file["confirmed"]
        names = [name for name in table if isinstance(table[name], h5py.Dataset)]
        rows = [dict(zip(names, values)) for values in zip(*(table[name][:] for name in names))]
    kept = {int(path.name.split("-")[1].split(".")[0]): path for path in (run / "networks").glob("network-*.pt")
            if "weights" not in path.name}
    return [row | {"file": kept[int(row["id"])]} for row in rows if int(row["id"]) in kept]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("job", type=pathlib.Path)
    parser.add_argument("run", type=pathlib.Path)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rivals", nargs="*", default=list(RIVALS), choices=list(RIVALS))
    parser.add_argument("-o", "--output", type=pathlib.Path, default=pathlib.Path("rivals.json"))
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    job = tomllib.loads(os.path.expandvars(arguments.job.read_text()))
    images = Images(job, arguments.job.parent)
    known = json.loads(arguments.output.read_text()) if arguments.output.exists() else {}
    modules = {}
    for name in arguments.rivals:
        mine = known.setdefault(name, [])
        for seed in range(len(mine), arguments.seeds):
            start = time.time()
            accuracy, _ = train(RIVALS[name], images, job["train"], seed)
            mine.append(accuracy)
            arguments.output.write_text(json.dumps(known))
            print(f"{name}, seed {seed}: {100 * accuracy:.1f} % on the test images, {time.time() - start:.0f} s", file=sys.stderr)
        modules[name] = optimised(torch.jit.script(RIVALS[name]()))
    ours = confirmed(arguments.run)
    modules.update({int(row["id"]): optimised(torch.jit.load(str(row["file"]))) for row in ours})
    milliseconds = latencies(modules)
    print(f"{'rival':20} {'ms':>7} {'accuracy %':>11}   ours at or under it")
    for name in arguments.rivals:
        under = [row for row in ours if milliseconds[int(row["id"])] <= milliseconds[name]]
        text = "none"
        if under:
            best = max(under, key=lambda row: row["accuracy_true"])
            text = (f"{100 * best['test_accuracy']:.1f} %, {milliseconds[int(best['id'])]:.3f} ms, {best['network'].decode()} "
                    f"(id {int(best['id'])})")
        print(f"{name:20} {milliseconds[name]:7.3f} {100 * statistics.mean(known[name]):11.1f}   {text}")


if __name__ == "__main__":
    main()

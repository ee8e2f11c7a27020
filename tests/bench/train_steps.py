#!/usr/bin/python3
"""flash's training step beside PyTorch's at five sizes: train_steps.py BIN [--pairs N] [SIZE...]

Same network (train_torch.py says what one writes at first), batch of 64 images, SGD and one thread; each in a process
of its own, steps in turns, processor time. Printed are the medians, the median of the pairs' ratios and its quartiles,
and flash's rate, 6 FLOP a MAC (forwards and twice backwards), as a share of the core's peak, that of a loop which does
nothing but multiply and add (bench_step peak). Winograd's convolutions do less than what is counted. The first steps,
in which oneDNN compiles its kernels, are left out.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys

SIZES = {  # widths at wm = 1, side, wm, depth, skips of a cell
    "small": ("4,8,16", 16, 2, 5, 10),
    "narrow": ("4,8,16", 32, 2, 8, 16),
    "wider": ("16,32,64", 32, 1, 5, 10),
    "middle": ("16,32,64", 32, 2, 5, 20),
    "large": ("16,32,64", 32, 2, 9, 20),
}
BATCH, WARM_UP = 64, 3


def torch_steps(widths, side, wm, depth, skips):
    """The other process: a step for each line of its input."""
    import time

    import torch
    import train_torch
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(1)
    train_torch.SIDE, train_torch.WIDTHS = int(side), tuple(int(width) for width in widths.split(","))
    network = train_torch.Network(int(wm), int(depth), [int(skips)] * len(train_torch.WIDTHS))
    images = torch.randn(BATCH, 3, int(side), int(side))
    labels = torch.randint(train_torch.CLASSES, (BATCH,))
    optimiser = torch.optim.SGD(train_torch.groups(network), lr=0.01, momentum=0.9, nesterov=True)
    print(f"{sum(p.numel() for p in network.parameters())} parameters", flush=True)
    for _ in sys.stdin:
        start = time.process_time()
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(network(images), labels).backward()
        optimiser.step()
        print(f"{1e3 * (time.process_time() - start):.4f}", flush=True)


class Steps:
    def __init__(self, *command):
        environment = dict(os.environ, OMP_NUM_THREADS="1")
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env=environment)
        self.numbers = [int(word) for word in self.process.stdout.readline().split() if word.isdigit()]

    def milliseconds(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline().split()[0])

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def compare(name, binaries, pairs, peak):
    size = SIZES[name]
    ours = Steps(pathlib.Path(binaries) / "bench_step", *size)
    theirs = Steps(sys.executable, __file__, "--torch", *size)
    parameters, macs = ours.numbers
    if parameters != theirs.numbers[0]:
        sys.exit(f"the network has {theirs.numbers[0]} parameters in PyTorch, {parameters} in flash")
    found = [(ours.milliseconds(), theirs.milliseconds()) for _ in range(WARM_UP + pairs)][WARM_UP:]
    ours.end()
    theirs.end()
    mine, other = (statistics.median(side) for side in zip(*found))
    low, ratio, high = statistics.quantiles([b / a for a, b in found], n=4)
    rate = 6 * macs * BATCH / mine / 1e6
    share = f"{100 * rate / peak:.0f} %" if peak > 0 else "-"
    print(f"{name:<8} {parameters / 1e3:>9.0f} {macs / 1e6:>7.1f} {mine:>9.1f} {other:>9.1f} {1e3 * BATCH / mine:>9.1f} "
          f"{1e3 * BATCH / other:>9.1f} {ratio:>6.2f}  [{low:.2f}, {high:.2f}] {rate:>8.1f} {share:>6}", flush=True)


def main():
    if sys.argv[1:2] == ["--torch"]:
        torch_steps(*sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", type=pathlib.Path)
    parser.add_argument("sizes", nargs="*", choices=[[], *SIZES], metavar="SIZE")
    parser.add_argument("--pairs", type=int, default=15)
    arguments = parser.parse_intermixed_args()
    print("size     thousands    MMAC  flash ms  torch ms  images/s   torch's  ratio  quartiles      GFLOP/s   peak")
    peak = float(subprocess.run([arguments.bin / "bench_step", "peak"], capture_output=True, text=True,
                                check=True).stdout)
    for name in arguments.sizes or SIZES:
        compare(name, arguments.bin, arguments.pairs, peak)


if __name__ == "__main__":
    main()

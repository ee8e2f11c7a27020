#!/usr/bin/env python3
"""Measures the latency of exported networks on this device: a folder of files in, one CSV out.

    python3 measure.py networks -o pi3b.csv --comment "Raspberry Pi 3B, governor performance"

The folder holds what `flash export` wrote: network-ID.json with network-ID.pt or network-ID.onnx. Copy it and this
file to the device; nothing else of flash is needed there, only Python 3.7 or newer and one of PyTorch (reads .pt),
ONNX Runtime or OpenCV (read .onnx). The first one found is used, or the one that --runtime names.

A repeat times passes of one image, so many that they last 2 ms at least, and counts their median: where other programs
run too most passes are whole. A round measures all networks one after the other, each a few repeats in a row, of which
the median counts; every round loads them anew and has an order of its own, so that a device that warms up, or is
disturbed for a while, does not lean on some of them. A network's latency is the median over its rounds. One whose
rounds disagree, their interquartile range above 5 % of it, is measured in further rounds, three times as many in all
at most; if they disagree still, it is named.

The CSV has lines that begin with # (device, runtime and its settings, threads, comment), then the columns id,
latency_ms, latency_ms_iqr (over the rounds), rounds, repeats (of all rounds), parameters and macs: by the last two flash
tells a table of another space.

PyTorch runs a network through torch.jit.optimize_for_inference where it has that, as flash's target host does: oneDNN's
convolutions, their weights in its own layout. --as-is leaves that out.

A network that cannot be run, or whose logits are not the exported ones, is left out and named; the exit code is then 65.
"""

import argparse
import importlib
import json
import math
import os
import pathlib
import platform
import random
import statistics
import sys
import time

SHORTEST_REPEAT_S = 2e-3
MOST_PASSES = 1000
MOST_SPREAD = 0.05  # interquartile range of a network's rounds, of their median: above it they disagree
MOST_ROUNDS = 3  # times --rounds


def image_values(shape):
    """The input whose logits the description holds (its key check): ((37 k) mod 101) / 50 - 1."""
    size = shape["channels"] * shape["side"] * shape["side"]
    return [((37 * k) % 101) / 50 - 1 for k in range(size)]


class Torch:
    name, module, suffix = "torch", "torch", ".pt"

    def __init__(self, threads, as_is):
        import torch
        self.torch = torch
        self.version = torch.__version__
        self.optimised = not as_is and hasattr(torch.jit, "optimize_for_inference")
        self.settings = "optimize_for_inference" if self.optimised else "as it is"
        torch.set_num_threads(threads)
        torch.set_grad_enabled(False)
        torch.set_flush_denormal(True)

    def load(self, path, shape):
        network = self.torch.jit.load(str(path)).eval()
        if hasattr(network, "calls_onednn") and (self.optimised or not self.torch.backends.mkldnn.is_available()):
            network.calls_onednn = False  # the optimiser knows plain convolutions alone
        if self.optimised:
            network = self.torch.jit.optimize_for_inference(network)
        image = self.torch.tensor(image_values(shape)).reshape(1, shape["channels"], shape["side"], shape["side"])
        forward = network.forward
        return lambda: forward(image), lambda logits: logits.flatten().tolist()


class OnnxRuntime:
    name, module, suffix = "onnxruntime", "onnxruntime", ".onnx"
    settings = ""

    def __init__(self, threads, as_is):
        import onnxruntime
        self.runtime = onnxruntime
        self.version = onnxruntime.__version__
        self.options = onnxruntime.SessionOptions()
        self.options.intra_op_num_threads = threads
        self.options.inter_op_num_threads = 1

    def load(self, path, shape):
        import numpy
        session = self.runtime.InferenceSession(str(path), self.options, providers=["CPUExecutionProvider"])
        image = numpy.array(image_values(shape), numpy.float32)
        feed = {"images": image.reshape(1, shape["channels"], shape["side"], shape["side"])}
        return lambda: session.run(None, feed), lambda outputs: outputs[0].ravel().tolist()


class OpenCV:
    name, module, suffix = "opencv", "cv2", ".onnx"
    settings = ""

    def __init__(self, threads, as_is):
        import cv2
        self.cv2 = cv2
        self.version = cv2.__version__
        cv2.setNumThreads(threads)

    def load(self, path, shape):
        import numpy
        network = self.cv2.dnn.readNetFromONNX(str(path))
        image = numpy.array(image_values(shape), numpy.float32)
        image = image.reshape(1, shape["channels"], shape["side"], shape["side"])

        def run():
            network.setInput(image)
            return network.forward()
        return run, lambda logits: logits.ravel().tolist()


RUNTIMES = {runtime.name: runtime for runtime in (Torch, OnnxRuntime, OpenCV)}


def say(message):
    print(f"measure: {message}", file=sys.stderr)


def fail(message, code=66):
    say(message)
    sys.exit(code)


def find_runtime(wanted, threads, as_is):
    for runtime in RUNTIMES.values():
        if wanted in ("auto", runtime.name):
            try:
                importlib.import_module(runtime.module)
            except ImportError:
                continue
            return runtime(threads, as_is)
    fail(f"this Python has no {' or '.join(RUNTIMES) if wanted == 'auto' else wanted}")


def find_networks(folder, suffix):
    """Descriptions by id, each with the path of its file."""
    networks = {}
    for path in sorted(pathlib.Path(folder).glob("network-*.json")):
        try:
            description = json.loads(path.read_text())
            file = path.with_suffix(suffix)
            if not file.exists():
                fail(f"{file}: no such file, and {path.name} describes it")
            identity = int(description["id"])  # from 2^63 on it is a text
            networks[identity] = {key: description[key] for key in ("input", "check", "parameters", "macs")}
            networks[identity]["file"] = file
        except (ValueError, KeyError, TypeError):
            fail(f"{path}: describes no exported network")
    if not networks:
        fail(f"{folder}: holds no network-*.json; `flash export` writes them")
    return networks


def check_logits(logits, check):
    """A runtime that computes something else is not worth timing."""
    expected, tolerance = check["logits"], check["tolerance"]
    if len(logits) != len(expected):
        raise ValueError(f"puts out {len(logits)} logits, not {len(expected)}")
    # NaN is as far off as can be, but no comparison says so.
    worst = max((math.inf if math.isnan(a) else abs(a - b) for a, b in zip(logits, expected)), default=0)
    if worst > tolerance:
        raise ValueError(f"logits differ by {worst:.3g} from the exported ones, more than {tolerance:.3g}")


def seconds_a_pass(run, passes):
    seconds = []
    for _ in range(passes):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def latency_ms(run, repeats, warmup):
    """Of one round."""
    quickest = min(seconds_a_pass(run, 1) for _ in range(max(warmup, 1)))
    passes = min(MOST_PASSES, max(1, -int(-SHORTEST_REPEAT_S // quickest)))
    return 1e3 * statistics.median(seconds_a_pass(run, passes) for _ in range(repeats))


def quartiles(values):
    """Lower quartile, median, upper quartile, by linear interpolation."""
    ordered = sorted(values)

    def at(fraction):
        position = fraction * (len(ordered) - 1)
        below = int(position)
        above = min(below + 1, len(ordered) - 1)
        return ordered[below] + (position - below) * (ordered[above] - ordered[below])
    return at(0.25), at(0.5), at(0.75)


def spread(values):
    """Interquartile range of a network's rounds, relative to their median."""
    low, median, high = quartiles(values)
    return (high - low) / median if median > 0 else 0


def device_name():
    """What the machine calls itself: the board, else the processor."""
    for path, key in (("/proc/device-tree/model", ""), ("/proc/cpuinfo", "model name")):
        try:
            with open(path, encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    if line.startswith(key):
                        return line.split(":", 1)[-1].strip(" \0\n\t")
        except OSError:
            pass
    return platform.processor() or platform.machine()


def governor():
    """How the first core's clock is set; empty where the system does not tell."""
    try:
        return pathlib.Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").read_text().strip()
    except OSError:
        return ""


def measure(runtime, network, repeats, warmup):
    run, values = runtime.load(network["file"], network["input"])
    check_logits(values(run()), network["check"])
    return latency_ms(run, repeats, warmup)


def measure_rounds(runtime, networks, arguments):
    """The latencies of each network's rounds by its id; none of a network that is left out."""
    rounds = {identity: [] for identity in networks}
    left_out = set()
    wanted = list(networks)
    for number in range(1, MOST_ROUNDS * arguments.rounds + 1):
        random.Random(number).shuffle(wanted)
        for identity in wanted:
            network = networks[identity]
            try:
                rounds[identity].append(measure(runtime, network, arguments.repeats, arguments.warmup))
            except Exception as error:  # each runtime has its own
                say(f"{network['file'].name}: left out: {' '.join(str(error).split())}")
                left_out.add(identity)
        wanted = sorted(identity for identity in networks if identity not in left_out)
        if number >= arguments.rounds:
            wanted = [identity for identity in wanted if spread(rounds[identity]) > MOST_SPREAD]
        if not wanted:
            break
        say(f"round {number} is done" + (f"; {len(wanted)} networks are measured again, since their rounds disagree"
                                         if arguments.rounds <= number < MOST_ROUNDS * arguments.rounds else ""))
    return {identity: [] if identity in left_out else values for identity, values in rounds.items()}


def write_csv(path, header, rows):
    """Whole or not at all, and never over another measurement."""
    text = "".join(f"# {key}: {' '.join(str(value).split())}\n" for key, value in header)
    text += "id,latency_ms,latency_ms_iqr,rounds,repeats,parameters,macs\n"
    text += "".join(",".join(map(str, row)) + "\n" for row in sorted(rows))
    if path is None:
        print(text, end="")
        return
    temporary = path.with_name(f"{path.name}.tmp.{os.getpid()}")
    try:
        temporary.write_text(text)
        os.link(temporary, path) if hasattr(os, "link") else os.rename(temporary, path)
    finally:
        if temporary.exists():
            temporary.unlink()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="folder of exported networks")
    parser.add_argument("-o", "--output", type=pathlib.Path, help="CSV to write; default: standard output")
    parser.add_argument("--runtime", choices=["auto", *RUNTIMES], default="auto")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5, help="of all networks, interleaved")
    parser.add_argument("--repeats", type=int, default=5, help="timed, of a network in a round")
    parser.add_argument("--warmup", type=int, default=3, help="passes before, not counted")
    parser.add_argument("--as-is", action="store_true", help="PyTorch: run the files without optimize_for_inference")
    parser.add_argument("--comment", default="", help="what is measured where; kept in the CSV")
    arguments = parser.parse_args()
    if min(arguments.threads, arguments.rounds, arguments.repeats) < 1:
        parser.error("--threads, --rounds and --repeats: at least 1")
    if arguments.output is not None and arguments.output.exists():
        parser.error(f"{arguments.output} exists; name another file with -o")

    runtime = find_runtime(arguments.runtime, arguments.threads, arguments.as_is)
    networks = find_networks(arguments.folder, runtime.suffix)
    rows = []
    for identity, rounds in measure_rounds(runtime, networks, arguments).items():
        if not rounds:
            continue
        low, median, high = quartiles(rounds)
        network = networks[identity]
        rows.append((identity, f"{median:.6g}", f"{high - low:.3g}", len(rounds), len(rounds) * arguments.repeats,
                     network["parameters"], network["macs"]))
        doubt = "; its rounds disagree" if spread(rounds) > MOST_SPREAD else ""
        print(f"network {identity}: {median:.3g} ms, {low:.3g} to {high:.3g} in half of {len(rounds)} rounds{doubt}",
              file=sys.stderr)
    if not rows:
        fail("no network could be measured; nothing is written", 65)
    write_csv(arguments.output, [("device", device_name()), ("machine", platform.machine()),
                                 ("kernel", platform.release()), ("cores", os.cpu_count()), ("governor", governor()),
                                 ("runtime", f"{runtime.name} {runtime.version} {runtime.settings}".strip()),
                                 ("threads", arguments.threads), ("batch", 1), ("comment", arguments.comment)], rows)
    if len(rows) < len(networks):
        fail(f"{len(networks) - len(rows)} of {len(networks)} networks are left out", 65)


if __name__ == "__main__":
    main()

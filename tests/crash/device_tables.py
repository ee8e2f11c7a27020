"""Devices that nobody has: latencies of NAS-Bench-201's cells and FBNet's chains, made from weights of operators."""

import csv

import numpy as np

CELL_OPERATORS = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"]


def cell_text(codes):
    """The form in which NAS-Bench-201 writes a cell of six operators."""
    nodes, at = [], 0
    for node in range(1, 4):
        nodes.append("|" + "|".join(f"{CELL_OPERATORS[codes[at + source]]}~{source}" for source in range(node)) + "|")
        at += node
    return "+".join(nodes)


def is_alive(codes):
    """Whether a way leads from the image to the classes."""
    edges = [(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)]
    fed = {0}
    for (source, node), code in zip(edges, codes):
        if code != 0 and source in fed:
            fed.add(node)
    return 3 in fed


class Cells:
    """Some networks of NAS-Bench-201, and devices for them."""

    def __init__(self, count=300, seed=1):
        self.random = np.random.default_rng(seed)
        ids = self.random.choice(5 ** 6, size=4 * count, replace=False)
        codes = np.array([[(i // 5 ** k) % 5 for k in range(6)] for i in ids])
        self.codes = codes[[is_alive(row) for row in codes]][:count]
        self.texts = [cell_text(row) for row in self.codes]
        self.ids = [int(i) for i in self.random.permutation(10 * count)[:count]]
        share = (self.codes == 3).sum(1) * 0.06 + (self.codes == 2).sum(1) * 0.03 + (self.codes == 1).sum(1) * 0.01
        self.accuracy = np.round(40 + 100 * (share + self.random.normal(0, 0.01, count)), 2)

    def device(self, weights, places=None, noise=0.02, base=3.0):
        """Milliseconds: of each operator its weight, at each place times another number; `noise` is relative."""
        places = np.ones(6) if places is None else np.asarray(places)
        value = base + (np.asarray(weights)[self.codes] * places).sum(1)
        return value * np.exp(self.random.normal(0, noise, len(value)))

    def gpu(self, **more):
        return self.device([0.0, 0.05, 0.9, 1.0, 0.4], **more)

    def phone(self, **more):
        return self.device([0.0, 0.1, 1.0, 6.0, 2.5], **more)

    def board(self, **more):
        return self.device([0.0, 0.3, 0.5, 1.5, 4.0], **more)

    def write(self, path, devices, accuracy=True, rows=None, columns=("idx", "arch")):
        rows = range(len(self.codes)) if rows is None else rows
        with open(path, "w", newline="") as file:
            table = csv.writer(file)
            table.writerow([*columns, *(["accuracy_pct"] if accuracy else []), *(f"{name}_ms" for name in devices)])
            for row in rows:
                identity = {"idx": self.ids[row], "arch": self.texts[row]}
                table.writerow([*(identity[column] for column in columns), *([self.accuracy[row]] if accuracy else []),
                                *(text(values[row]) for values in devices.values())])
        return path


class Chains:
    """Some networks of FBNet by the codes of their 22 operators."""

    COST = np.array([1.0, 0.8, 1.8, 3.2, 1.4, 1.1, 2.5, 4.5, 0.2])

    def __init__(self, count=300, seed=2):
        self.random = np.random.default_rng(seed)
        self.codes = self.random.integers(0, 9, size=(count, 22))

    def device(self, kernels=1.0, slope=0.0, noise=0.02):
        """Operators with kernels of 5 take `kernels` times as long; later places are quicker or slower by `slope`."""
        cost = self.COST.copy()
        cost[4:8] *= kernels
        places = np.exp(slope * np.linspace(-1, 1, 22))
        value = 5 + (cost[self.codes] * places).sum(1)
        return value * np.exp(self.random.normal(0, noise, len(value)))

    def write(self, path, devices):
        with open(path, "w", newline="") as file:
            table = csv.writer(file)
            table.writerow(["idx", *(f"op{place:02}" for place in range(22)), *(f"{name}_ms" for name in devices)])
            for row, codes in enumerate(self.codes):
                table.writerow([row, *codes, *(text(values[row]) for values in devices.values())])
        return path


def text(value):
    """An empty cell where nothing was measured."""
    return "" if value is None or value != value else f"{value:.9g}" if not isinstance(value, str) else value

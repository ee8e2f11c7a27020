"""The topology of a compressed network (data/networks/FORMAT.md): its nodes, checked before anything is believed."""
import itertools
from dataclasses import dataclass

import numpy as np

from .fcn_codes import FcnError

KINDS = ("convolution", "linear", "norm", "relu", "elu", "relu6", "hard_sigmoid", "hard_swish", "gather", "add", "scale",
         "zero", "average_pool", "max_pool", "resize", "flatten")
MOST_NODES, MOST_CHANNELS, MOST_SIDE, MOST_PARAMETERS = 10_000, 131_072, 4_096, 1 << 28
MOST_VALUES, MOST_LIVE_VALUES = 1 << 26, 1 << 28  # of one activation; of all that are held at once
FREE_PARAMETERS, PARAMETERS_A_BYTE = 65_536, 4_096


@dataclass
class Node:
    kind: str
    reads: list
    columns: list
    shape: dict  # bias, in, side_in; out, kernel, stride, padding, groups, reach, side_out as the kind has them
    channels: int  # put out
    side: int
    weights: np.ndarray = None  # [row][column]
    codes: np.ndarray = None  # of levels, [row][column]
    kept: int = 0  # codes in the file
    first: np.ndarray = None  # bias, or scale
    second: np.ndarray = None  # shift
    form: str = ""
    mask_codec: str = ""
    bits: int = 0  # of a kept weight, 0: 32; of shift_add of a kept coefficient
    extra_bytes: int = 0  # of shift_add: bases, steps and exponents

    def columns_of_matrix(self):
        shape = self.shape
        if self.kind == "convolution":
            return shape["in"] // shape["groups"] * shape["kernel"] ** 2
        return shape["in"] * shape["side_in"] ** 2

    def parameters(self):
        if self.kind == "norm":
            return 2 * self.channels
        if self.kind not in ("convolution", "linear"):
            return 0
        return self.channels * (self.columns_of_matrix() + self.shape["bias"])


def read_columns(reader, channels):
    columns, last = [], -1
    for _ in range(reader.number(channels, "the channels that are gathered")):
        last += reader.number(MOST_CHANNELS, "a distance of channels") + 1
        if last >= channels:
            raise FcnError("it gathers a channel that there is not")
        columns.append(last)
    return columns


def read_window(reader, shape):
    for key in ("kernel", "stride", "padding"):
        shape[key] = reader.number(MOST_SIDE, f"a {key}")
    room = shape["side_in"] + 2 * shape["padding"] - shape["kernel"]
    if shape["kernel"] < 1 or shape["stride"] < 1 or room < 0:
        raise FcnError("a window that does not fit")
    return room // shape["stride"] + 1


def check_joined(kind, shape, reads, values):
    """What gathers, adds and scales read has to have the side of the first, a scale's features its channels."""
    channels, side = shape["in"], shape["side_in"]
    if kind == "scale" and (len(reads) != 2 or values[reads[1]] != (channels, 1)):
        raise FcnError("a scale that does not read an activation and as many features")
    if kind in ("gather", "add") and any(values[value][1] != side for value in reads):
        raise FcnError(f"the values that a node of kind {kind} reads do not fit together")
    if kind not in ("gather", "add", "scale") and len(reads) != 1:
        raise FcnError(f"a node of kind {kind} that reads more values than it can")


def read_node(reader, k, values):
    first = reader.byte()
    if first % 32 >= len(KINDS):
        raise FcnError(f"an operator of unknown kind, at byte {reader.place}")
    kind = KINDS[first % 32]
    if first & 64 and kind not in ("convolution", "linear"):
        raise FcnError(f"a node of kind {kind} with biases")
    count = 1 if first & 32 else reader.number(k + 1, "the values that a node reads")
    reads = [k] if first & 32 else [k - reader.number(k, "a distance of nodes") for _ in range(count)]
    if not reads:
        raise FcnError("an operator that reads nothing")
    columns = [[] for _ in reads]
    if kind == "gather" and not first & 128:
        columns = [read_columns(reader, values[value][0]) for value in reads]
    channels, side = values[reads[0]]
    shape = {"bias": bool(first & 64), "in": channels, "side_in": side}
    check_joined(kind, shape, reads, values)
    if kind == "convolution":
        channels = shape["out"] = reader.number(MOST_CHANNELS, "channels")
        side = read_window(reader, shape)
        shape["groups"] = groups = reader.number(MOST_CHANNELS, "groups")
        if not channels or not groups or channels % groups or shape["in"] % groups:
            raise FcnError("a convolution whose groups do not divide its channels")
    elif kind == "linear":
        channels, side = reader.number(MOST_CHANNELS, "features"), 1
        shape["out"] = channels
        if not channels:
            raise FcnError("a linear operator without outputs")
    elif kind == "add":
        shape["reach"] = reader.number(MOST_CHANNELS, "channels")
    elif kind in ("average_pool", "max_pool"):
        side = read_window(reader, shape)
        if shape["padding"] >= shape["kernel"]:
            raise FcnError("it pools what is nothing but padding")
    elif kind == "resize":
        shape["side_out"] = side = reader.number(MOST_SIDE, "a side")
        if not side:
            raise FcnError("it resizes to nothing")
    elif kind == "flatten":
        channels, side = channels * side * side, 1
    elif kind == "gather":
        channels = sum(len(of) or values[value][0] for of, value in zip(columns, reads))
    if kind in ("flatten", "gather") and channels > MOST_CHANNELS:
        raise FcnError("too many channels")
    padded = shape["in"] * (shape["side_in"] + 2 * shape.get("padding", 0) + shape.get("stride", 1)) ** 2
    if max(channels * side * side, padded) > MOST_VALUES:
        raise FcnError("an activation that is too large")
    return Node(kind, reads, columns, shape, channels, side)


def peak_live_values(values, nodes):
    """Each lives from the node that puts it out to the last that reads it, both included."""
    last = {0: 0, **{k + 1: k for k in range(len(nodes))}}
    last.update({value: k for k, node in enumerate(nodes) for value in node.reads})
    change = [0] * (len(nodes) + 1)
    for value, (channels, side) in enumerate(values):
        change[max(value - 1, 0)] += channels * side * side
        change[last[value] + 1] -= channels * side * side
    return max(itertools.accumulate(change))


def read_topology(reader):
    channels = reader.number(MOST_CHANNELS, "the image's channels")
    side = reader.number(MOST_SIDE, "the image's side")
    if not channels or not side:
        raise FcnError("it reads no image")
    values, nodes, parameters = [(channels, side)], [], 0
    for k in range(reader.number(MOST_NODES, "the number of nodes")):
        nodes.append(read_node(reader, k, values))
        values.append((nodes[-1].channels, nodes[-1].side))
        parameters += nodes[-1].parameters()
    if not nodes:
        raise FcnError("it has no operators")
    if parameters > min(MOST_PARAMETERS, FREE_PARAMETERS + PARAMETERS_A_BYTE * len(reader.data)):
        raise FcnError(f"{parameters:,} parameters are more than a file of its size may have")
    if peak_live_values(values, nodes) > MOST_LIVE_VALUES:
        raise FcnError("activations that are too large")
    return channels, side, nodes

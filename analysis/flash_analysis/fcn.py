"""Compressed networks (.fcn, data/networks/FORMAT.md): read, run and evaluated by NumPy alone.

    python3 -m flash_analysis.fcn FILE                            what is in it, and where its bytes go
    python3 -m flash_analysis.fcn FILE --images I.gz --labels L.gz  and its accuracy on IDX files (MNIST)
"""
import argparse
import gzip
import json
import struct
import sys
import zlib
from dataclasses import dataclass, field

import numpy as np

KINDS = ("convolution", "linear", "norm", "relu", "elu", "relu6", "hard_sigmoid", "hard_swish", "gather", "add", "scale",
         "zero", "average_pool", "max_pool", "resize", "flatten")
CODECS = ("all", "bitmap", "gaps", "rice", "range")
FORMS = ("values", "levels", "shift_add")


class FcnError(Exception):
    """One line: what is wrong with a file."""


@dataclass
class Node:
    kind: str
    reads: list
    columns: list
    shape: dict  # out, kernel, stride, padding, groups, reach, side_out: as the kind has them
    channels: int  # put out
    side: int
    weights: np.ndarray = None  # [row][column]
    codes: np.ndarray = None  # of levels, [row][column]
    first: np.ndarray = None  # bias, or scale
    second: np.ndarray = None  # shift
    form: str = ""
    mask_codec: str = ""
    bits: int = 0


@dataclass
class Network:
    channels: int
    side: int
    mean: np.ndarray
    deviation: np.ndarray
    nodes: list
    parts: dict = field(default_factory=dict)  # bytes of header, masks, values, biases


class Reader:
    def __init__(self, data):
        self.data, self.place = data, 0

    def bytes(self, count):
        if count > len(self.data) - self.place:
            raise FcnError("the file ends too early")
        self.place += count
        return self.data[self.place - count:self.place]

    def byte(self):
        return self.bytes(1)[0]

    def number(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value
            if shift > 62:
                raise FcnError("a number does not end")

    def reals(self, count=1):
        return np.frombuffer(self.bytes(4 * count), "<f4").copy()


class Bits:
    """The first one is the highest of the first byte."""

    def __init__(self, data):
        self.bits, self.place = np.unpackbits(np.frombuffer(data, np.uint8)), 0

    def get(self, count):
        if self.place + count > len(self.bits):
            raise FcnError("codes end too early")
        value = 0
        for bit in self.bits[self.place:self.place + count]:
            value = 2 * value + int(bit)
        self.place += count
        return value


class Range:
    """Adaptive binary range decoding; a model is [ones, decisions]."""

    def __init__(self, data):
        self.data, self.place, self.range = data, 4, 0xFFFFFFFF
        self.code = int.from_bytes(bytes(data[:4]).ljust(4, b"\0"), "big")

    def get(self, model):
        ones, decisions = model
        share = min(max((2 * ones + 1) * 65536 // (2 * decisions + 2), 32), 65504)
        bound = self.range * share >> 16
        one = self.code < bound
        if one:
            self.range = bound
        else:
            self.code -= bound
            self.range -= bound
        model[0], model[1] = ones + one, decisions + 1
        if model[1] == 4096:
            model[0], model[1] = (model[0] + 1) // 2, 2048
        while self.range < 1 << 24:
            self.range = self.range << 8 & 0xFFFFFFFF
            self.code = (self.code << 8 | (self.data[self.place] if self.place < len(self.data) else 0)) & 0xFFFFFFFF
            self.place += 1
        return one


def models(*shape):
    return [0, 0] if not shape else [models(*shape[1:]) for _ in range(shape[0])]


def range_mask(data, rows, columns):
    decoder = Range(data)
    widths, digits, bits = models(32), models(32, 4), models(32, 8)
    had = [0] * columns
    mask = np.zeros((rows, columns), bool)
    for row in range(rows):
        width = 0
        while width < 31 and decoder.get(widths[width]):
            width += 1
        to_come = 1 if width else 0
        for k in range(1, width):
            to_come = 2 * to_come + decoder.get(digits[width][min(k, 3)])
        if to_come > columns:
            raise FcnError("a mask keeps more weights of a row than it has")
        for column in range(columns):
            if not to_come:
                break
            places = columns - column
            kept = to_come == places
            if not kept:
                rarity = min((places * places // (to_come * to_come)).bit_length() - 1, 31)
                seen = had[column]
                kept = decoder.get(bits[rarity][seen if seen < 4 else 2 + min(seen.bit_length() - 1, 5)])
            if kept:
                mask[row, column] = True
                had[column] += 1
                to_come -= 1
    return mask


def gap_mask(data, codec, rows, columns):
    reader = Reader(data)
    count, width = reader.number(), reader.byte()
    bits = Bits(reader.bytes(len(data) - reader.place))
    mask = np.zeros(rows * columns, bool)
    most, place = (1 << width) - 1, 0
    for _ in range(count):
        if codec == "gaps":
            part = bits.get(width)
            while part == most:
                place += most
                part = bits.get(width)
            place += part
        else:
            while bits.get(1):
                place += most + 1
            place += bits.get(width)
        if place >= mask.size:
            raise FcnError("a mask keeps a weight that there is not")
        mask[place] = True
        place += 1
    return mask.reshape(rows, columns)


def read_mask(reader, rows, columns):
    first = reader.byte()
    if first // 2 >= len(CODECS):
        raise FcnError("a mask of unknown kind")
    codec, turned = CODECS[first // 2], first % 2 == 1
    data = reader.bytes(reader.number())
    if turned:
        rows, columns = columns, rows
    if codec == "all":
        mask = np.ones((rows, columns), bool)
    elif codec == "bitmap":
        bits = np.unpackbits(np.frombuffer(data, np.uint8))[:rows * columns]
        if bits.size < rows * columns:
            raise FcnError("a mask ends too early")
        mask = bits.astype(bool).reshape(rows, columns)
    elif codec == "range":
        mask = range_mask(data, rows, columns)
    else:
        mask = gap_mask(data, codec, rows, columns)
    return (mask.T if turned else mask), codec


def read_codes(reader, count, bits):
    if reader.byte() == 0:
        plain = Bits(reader.bytes((count * bits + 7) // 8))
        return np.array([plain.get(bits) for _ in range(count)], np.int64)
    decoder = Range(reader.bytes(reader.number()))
    tree, codes = models(1 << bits), np.empty(count, np.int64)
    for k in range(count):
        node = 1
        for _ in range(bits):
            node = 2 * node + decoder.get(tree[node])
        codes[k] = node - (1 << bits)
    return codes


def signed(codes):
    """0, 1, 2, 3 as 1, -1, 2, -2."""
    return (codes // 2 + 1) * np.where(codes % 2 == 1, -1, 1)


def read_shift_add(reader, outputs, columns, parts):
    start = reader.place
    width, sharing = reader.byte(), reader.number()
    of_row = -(-columns // width)
    rows = outputs * of_row
    blocks = []
    for _ in range(reader.number()):
        blocks.append((reader.number(), reader.byte() - 128, reader.reals()[0]))
    if sum(block[0] for block in blocks) != rows:
        raise FcnError("blocks that are not all rows")
    bases = read_codes(reader, len(blocks) * width * width, 8).astype(np.uint8).view(np.int8)
    bases = bases.reshape(-1, width, width).astype(np.float64)
    parts["values"] += reader.place - start
    start = reader.place
    left = np.ones(rows, bool)
    if sharing:
        shared, _ = read_mask(reader, -(-outputs // sharing), of_row)
        left = np.repeat(shared, sharing, 0)[:outputs].reshape(-1)
    mask = np.zeros((rows, width), bool)
    mask[left], codec = read_mask(reader, int(left.sum()), width)
    parts["masks"] += reader.place - start
    start = reader.place
    powers = np.zeros((rows, width), np.int64)
    powers[mask] = signed(read_codes(reader, int(mask.sum()), 4))
    parts["values"] += reader.place - start
    dense, first = np.zeros((rows, width), np.float32), 0
    for (count, exponent, step), basis in zip(blocks, bases):
        part = powers[first:first + count]
        factors = np.where(part == 0, 0.0, np.sign(part) * np.ldexp(1.0, exponent - (np.abs(part) - 1)))
        dense[first:first + count] = (factors @ basis * np.float64(step)).astype(np.float32)
        first += count
    return dense.reshape(outputs, -1)[:, :columns], codec


def read_matrix(reader, node, rows, columns, parts):
    node.form = FORMS[reader.byte()]
    parts["values"] += 1
    if node.form == "shift_add":
        node.weights, node.mask_codec = read_shift_add(reader, rows, columns, parts)
        return
    start = reader.place
    mask, node.mask_codec = read_mask(reader, rows, columns)
    parts["masks"] += reader.place - start
    start = reader.place
    node.weights = np.zeros((rows, columns), np.float32)
    if node.form == "values":
        node.weights[mask] = reader.reals(int(mask.sum()))
    else:
        node.bits = reader.byte()
        step = reader.reals()[0]
        node.codes = np.zeros((rows, columns), np.int64)
        node.codes[mask] = signed(read_codes(reader, int(mask.sum()), node.bits))
        node.weights = node.codes.astype(np.float32) * step
    parts["values"] += reader.place - start


def read_vector(reader, size):
    bits = reader.byte()
    if bits == 32:
        return reader.reals(size)
    step = reader.reals()[0]
    return (read_codes(reader, size, bits) - (1 << (bits - 1))).astype(np.float32) * step


def read_node(reader, k, values):
    first = reader.byte()
    if first % 32 >= len(KINDS):
        raise FcnError("an operator of unknown kind")
    kind = KINDS[first % 32]
    reads = [k] if first & 32 else [k - reader.number() for _ in range(reader.number())]
    columns = [[] for _ in reads]
    if kind == "gather" and not first & 128:
        for columns_of in columns:
            last = -1
            for _ in range(reader.number()):
                last += reader.number() + 1
                columns_of.append(last)
    channels, side = values[reads[0]]
    shape = {"bias": bool(first & 64), "in": channels, "side_in": side}
    if kind == "convolution":
        for key in ("out", "kernel", "stride", "padding", "groups"):
            shape[key] = reader.number()
        channels = shape["out"]
    elif kind == "linear":
        shape["out"] = channels = reader.number()
        side = 1
    elif kind == "add":
        shape["reach"] = reader.number()
    elif kind in ("average_pool", "max_pool"):
        for key in ("kernel", "stride", "padding"):
            shape[key] = reader.number()
    elif kind == "resize":
        shape["side_out"] = side = reader.number()
    elif kind == "flatten":
        channels, side = channels * side * side, 1
    elif kind == "gather":
        channels = sum(len(of) or values[value][0] for of, value in zip(columns, reads))
    if "stride" in shape:
        side = (side + 2 * shape["padding"] - shape["kernel"]) // shape["stride"] + 1
    return Node(kind, reads, columns, shape, channels, side)


def read(path):
    """The network of a file. Raises FcnError where it is none, or damaged."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:4] != b"FCN1":
        raise FcnError(f"{path}: it is no compressed network: it does not begin with FCN1")
    if len(data) < 8 or zlib.crc32(data[:-4]) != struct.unpack("<I", data[-4:])[0]:
        raise FcnError(f"{path}: it is cut or damaged: its checksum does not fit")
    reader = Reader(data[:-4])
    reader.bytes(4)
    channels, side = reader.number(), reader.number()
    values, nodes = [(channels, side)], []
    for k in range(reader.number()):
        nodes.append(read_node(reader, k, values))
        values.append((nodes[-1].channels, nodes[-1].side))
    normalisation = reader.reals(2 * channels)
    parts = {"header": reader.place + 4, "masks": 0, "values": 0, "biases": 0}
    for node in nodes:
        if node.kind == "convolution":
            shape = node.shape
            read_matrix(reader, node, shape["out"], shape["in"] // shape["groups"] * shape["kernel"] ** 2, parts)
        if node.kind == "linear":
            read_matrix(reader, node, node.shape["out"], node.shape["in"] * node.shape["side_in"] ** 2, parts)
        start = reader.place
        if node.kind == "norm" or node.shape["bias"]:
            node.first = read_vector(reader, node.channels)
        if node.kind == "norm":
            node.second = read_vector(reader, node.channels)
        parts["biases"] += reader.place - start
    if reader.place != len(data) - 4:
        raise FcnError(f"{path}: bytes too many")
    return Network(channels, side, normalisation[::2], normalisation[1::2], nodes, parts)


def windows(x, kernel, stride, padding, fill=0.0):
    """[image][channel][y][x][ky][kx]"""
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=fill)
    return np.lib.stride_tricks.sliding_window_view(x, (kernel, kernel), (2, 3))[:, :, ::stride, ::stride]


def convolve(node, x):
    shape = node.shape
    groups, kernel = shape["groups"], shape["kernel"]
    out = []
    for part, weights in zip(np.split(x, groups, 1), np.split(node.weights, groups)):
        view = windows(part, kernel, shape["stride"], shape["padding"])
        flat = view.transpose(0, 2, 3, 1, 4, 5).reshape(-1, weights.shape[1])
        out.append((flat @ weights.T).reshape(len(x), node.side, node.side, -1).transpose(0, 3, 1, 2))
    y = np.concatenate(out, 1)
    return y if node.first is None else y + node.first[:, None, None]


def hard_sigmoid(x):
    return np.clip(x + np.float32(3), 0, 6) / np.float32(6)


def resize(x, side):
    place = np.maximum((np.arange(side, dtype=np.float32) + np.float32(0.5)) * np.float32(x.shape[2] / side) -
                       np.float32(0.5), 0).astype(np.float32)
    low = np.minimum(place.astype(int), x.shape[2] - 1)
    high, share = np.minimum(low + 1, x.shape[2] - 1), (place - low).astype(np.float32)
    x = x[:, :, :, low] * (1 - share) + x[:, :, :, high] * share
    share = share[:, None]
    return x[:, :, low] * (1 - share) + x[:, :, high] * share


def step(node, values):
    x, kind, shape = values[node.reads[0]], node.kind, node.shape
    if kind == "convolution":
        return convolve(node, x)
    if kind == "linear":
        y = x.reshape(len(x), -1) @ node.weights.T
        return (y if node.first is None else y + node.first)[:, :, None, None]
    if kind == "norm":
        return x * node.first[:, None, None] + node.second[:, None, None]
    if kind == "gather":
        return np.concatenate([values[v][:, c] if c else values[v] for v, c in zip(node.reads, node.columns)], 1)
    if kind == "add":
        y = x.copy()
        for value in node.reads[1:]:
            count = min(values[value].shape[1], shape["reach"], y.shape[1])
            y[:, :count] += values[value][:, :count]
        return y
    if kind == "average_pool":
        ones = windows(np.ones_like(x[:1, :1]), shape["kernel"], shape["stride"], shape["padding"]).sum((4, 5))
        return windows(x, shape["kernel"], shape["stride"], shape["padding"]).sum((4, 5)) / ones
    if kind == "max_pool":
        return windows(x, shape["kernel"], shape["stride"], shape["padding"], -np.inf).max((4, 5))
    return {"relu": lambda: np.maximum(x, 0), "elu": lambda: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
            "relu6": lambda: np.clip(x, 0, 6), "hard_sigmoid": lambda: hard_sigmoid(x),
            "hard_swish": lambda: x * hard_sigmoid(x), "scale": lambda: x * values[node.reads[1]],
            "zero": lambda: np.zeros_like(x), "resize": lambda: resize(x, node.side),
            "flatten": lambda: x.reshape(len(x), -1, 1, 1)}[kind]()


def logits(network, images):
    """images: [image][channel][y][x], 8 bits a value; float32 [image][class]."""
    shape = (network.channels, 1, 1)
    x = (images.astype(np.float32) / np.float32(255) - network.mean.reshape(shape)) / network.deviation.reshape(shape)
    values = [x]
    for node in network.nodes:
        values.append(step(node, values).astype(np.float32))
    return values[-1].reshape(len(images), -1)


def accuracy(network, images, labels, batch=500):
    right = 0
    for k in range(0, len(images), batch):
        right += int((logits(network, images[k:k + batch]).argmax(1) == labels[k:k + batch]).sum())
    return right / len(images)


def read_idx(path):
    """An IDX file (MNIST's), gzipped or not."""
    with (gzip.open if str(path).endswith(".gz") else open)(path, "rb") as file:
        data = file.read()
    sizes = struct.unpack(f">{data[3]}I", data[4:4 + 4 * data[3]])
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(sizes)


def summary(network):
    """Sizes as a dictionary: where the bytes go, kept weights, multiply-accumulates, by layer and in all."""
    layers, parameters = [], 0
    for node in network.nodes:
        parameters += sum(tensor.size for tensor in (node.weights, node.first, node.second) if tensor is not None)
        if node.weights is None:
            continue
        kept = int(np.count_nonzero(node.weights))
        layers.append({"layer": node.kind, "weights": node.weights.size, "kept": kept, "form": node.form,
                       "bits": node.bits, "mask": node.mask_codec, "macs": kept * node.side ** 2,
                       "dense_macs": node.weights.size * node.side ** 2})
    weights, kept = (sum(layer[key] for layer in layers) for key in ("weights", "kept"))
    data_bits = sum(layer["kept"] * (layer["bits"] or 32) for layer in layers)
    size = sum(network.parts.values())
    return {"file_bytes": size, **{f"{key}_bytes": value for key, value in network.parts.items()},
            "parameters": parameters, "fp32_bytes": 4 * parameters, "smaller": 4 * parameters / size,
            "weights": weights, "kept": kept, "pruning": weights / max(kept, 1),
            "weight_data_bytes": data_bits / 8, "weight_data_smaller": 32 * weights / max(data_bits, 1),
            "macs": sum(layer["macs"] for layer in layers), "dense_macs": sum(layer["dense_macs"] for layer in layers),
            "layers": layers}


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="flash_analysis.fcn", description=__doc__.split("\n")[0])
    parser.add_argument("file")
    parser.add_argument("--images", help="IDX file of 8-bit images, .gz or not")
    parser.add_argument("--labels", help="IDX file of their labels")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    network = read(options.file)
    result = summary(network)
    if options.images:
        images = read_idx(options.images)
        images = images.reshape(len(images), network.channels, network.side, network.side)
        if not options.labels:
            parser.error("--images needs --labels")
        result["accuracy"] = accuracy(network, images, read_idx(options.labels))
    if options.json:
        print(json.dumps(result, indent=2))
        return 0
    print(f"{options.file}: {result['file_bytes']:,} bytes, {result['smaller']:.1f} times less than "
          f"{result['parameters']:,} parameters of 4 bytes")
    print("  " + ", ".join(f"{key} {value:,}" for key, value in network.parts.items()))
    print(f"  {result['kept']:,} of {result['weights']:,} weights kept ({result['pruning']:.1f}x); their codes alone "
          f"{result['weight_data_bytes']:,.0f} bytes ({result['weight_data_smaller']:,.0f}x)")
    print(f"  {result['macs']:,} of {result['dense_macs']:,} multiply-accumulates")
    for layer in result["layers"]:
        print(f"    {layer['layer']:<12} {layer['kept']:>8,} of {layer['weights']:>10,}  {layer['form']}, "
              f"{layer['bits'] or 32} bits, mask by {layer['mask']}")
    if "accuracy" in result:
        print(f"  accuracy {100 * result['accuracy']:.2f} %")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (FcnError, OSError) as error:
        print(f"flash_analysis.fcn: {error}", file=sys.stderr)
        sys.exit(65)

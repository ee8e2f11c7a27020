"""Reads compressed networks (.fcn, data/networks/FORMAT.md)."""
import struct
import zlib
from dataclasses import dataclass, field

import numpy as np

from .fcn_codes import FcnError, Reader, read_codes, read_mask, signed
from .fcn_topology import FREE_PARAMETERS, PARAMETERS_A_BYTE, read_topology

FORMS = ("values", "levels", "shift_add")


@dataclass
class Network:
    channels: int
    side: int
    mean: np.ndarray
    deviation: np.ndarray
    nodes: list
    parts: dict = field(default_factory=dict)  # bytes of header, masks, values, biases
    removed: tuple = (0, 0)  # weights and other parameters of units that did nothing


def read_shift_add(reader, node, outputs, columns, parts):
    start = reader.place
    width = reader.byte()
    if not 1 <= width <= 16:
        raise FcnError(f"bases of side {width}")
    sharing = reader.number(outputs, "outputs that share zeros")
    of_output = -(-columns // width)
    rows = left = outputs * of_output
    blocks = []
    for _ in range(reader.number(rows, "blocks")):
        count, exponent = reader.number(left, "the rows of a block"), reader.byte() - 128
        if abs(exponent) > 64:
            raise FcnError(f"a power of two of {exponent}")
        blocks.append((count, exponent, reader.step()))
        left -= count
    if left:
        raise FcnError("blocks that are not all rows")
    bases = read_codes(reader, len(blocks) * width * width, 8).astype(np.uint8).view(np.int8)
    bases = bases.reshape(-1, width, width).astype(np.float64)
    node.extra_bytes = reader.place - start
    parts["values"] += reader.place - start
    start = reader.place
    there = np.ones(rows, bool)
    if sharing:
        shared, _ = read_mask(reader, -(-outputs // sharing), of_output)
        there = np.repeat(shared, sharing, 0)[:outputs].reshape(-1)
    mask = np.zeros((rows, width), bool)
    mask[there], node.mask_codec = read_mask(reader, int(there.sum()), width)
    parts["masks"] += reader.place - start
    start = reader.place
    node.kept, node.bits = int(mask.sum()), 4
    powers = np.zeros((rows, width), np.int64)
    powers[mask] = signed(read_codes(reader, node.kept, 4))
    parts["values"] += reader.place - start
    dense, first = np.zeros((rows, width), np.float32), 0
    for (count, exponent, step), basis in zip(blocks, bases):
        part = powers[first:first + count]
        factors = np.where(part == 0, 0.0, np.sign(part) * np.ldexp(1.0, exponent - (np.abs(part) - 1)))
        dense[first:first + count] = (factors @ basis * np.float64(step)).astype(np.float32)
        first += count
    return dense.reshape(outputs, -1)[:, :columns]


def read_matrix(reader, node, parts):
    rows, columns = node.channels, node.columns_of_matrix()
    form = reader.byte()
    if form >= len(FORMS):
        raise FcnError(f"weights of unknown form, at byte {reader.place}")
    node.form = FORMS[form]
    parts["values"] += 1
    if node.form == "shift_add":
        node.weights = read_shift_add(reader, node, rows, columns, parts)
        return
    start = reader.place
    mask, node.mask_codec = read_mask(reader, rows, columns)
    parts["masks"] += reader.place - start
    start = reader.place
    node.kept = int(mask.sum())
    node.weights = np.zeros((rows, columns), np.float32)
    if node.form == "values":
        node.weights[mask] = reader.reals(node.kept, "weights")
    else:
        node.bits = reader.byte()
        if not 1 <= node.bits <= 8:
            raise FcnError(f"weights of {node.bits} bits")
        step = reader.step()
        node.codes = np.zeros((rows, columns), np.int64)
        node.codes[mask] = signed(read_codes(reader, node.kept, node.bits))
        node.weights = node.codes.astype(np.float32) * step
    parts["values"] += reader.place - start


def read_vector(reader, size):
    bits = reader.byte()
    if bits == 32:
        return reader.reals(size, "biases")
    if not 2 <= bits <= 16:
        raise FcnError(f"biases of {bits} bits")
    step = reader.step()
    return (read_codes(reader, size, bits) - (1 << (bits - 1))).astype(np.float32) * step


def network_of(data):
    """The network of a file's bytes. Raises FcnError where it is none, or damaged."""
    if data[:4] != b"FCN1":
        raise FcnError("it is no compressed network: it does not begin with FCN1")
    if len(data) < 8 or zlib.crc32(data[:-4]) != struct.unpack("<I", data[-4:])[0]:
        raise FcnError("it is cut or damaged: its checksum does not fit")
    reader = Reader(data[:-4])
    reader.bytes(4)
    channels, side, nodes = read_topology(reader)
    removed = tuple(reader.number(1 << 28, "what was removed") for _ in range(2))
    parameters = sum(node.parameters() for node in nodes) + sum(removed)
    if parameters > FREE_PARAMETERS + PARAMETERS_A_BYTE * len(reader.data):
        raise FcnError(f"{parameters:,} parameters before units were removed, more than a file of its size may have had")
    normalisation = reader.reals(2 * channels, "means and deviations")
    if not (normalisation[1::2] > 0).all():
        raise FcnError("deviations that are not above 0")
    parts = {"header": reader.place + 4, "masks": 0, "values": 0, "biases": 0}
    for node in nodes:
        if node.kind in ("convolution", "linear"):
            read_matrix(reader, node, parts)
        start = reader.place
        if node.kind == "norm" or node.shape["bias"]:
            node.first = read_vector(reader, node.channels)
        if node.kind == "norm":
            node.second = read_vector(reader, node.channels)
        parts["biases"] += reader.place - start
    if reader.left():
        raise FcnError(f"{reader.left()} bytes too many")
    return Network(channels, side, normalisation[::2], normalisation[1::2], nodes, parts, removed)


def read(path):
    """The network of a file. Raises FcnError, which names it, and OSError."""
    with open(path, "rb") as file:
        data = file.read()
    try:
        return network_of(data)
    except FcnError as error:
        raise FcnError(f"{path}: {error}") from None

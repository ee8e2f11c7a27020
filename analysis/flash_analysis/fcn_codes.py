"""What the bytes of a compressed network are coded by (data/networks/FORMAT.md): numbers, bits, range coding, masks."""
import numpy as np

MASK_CODECS = ("all", "bitmap", "gaps", "rice", "range")
LONGEST_GAP_BITS = 20


class FcnError(Exception):
    """One line: what is wrong with a file."""


class Reader:
    """Bytes one after the other."""

    def __init__(self, data):
        self.data, self.place = data, 0

    def left(self):
        return len(self.data) - self.place

    def bytes(self, count):
        if count > self.left():
            raise FcnError("it ends too early")
        self.place += count
        return self.data[self.place - count:self.place]

    def byte(self):
        return self.bytes(1)[0]

    def number(self, most, what):
        """Seven bits a byte, the low ones first."""
        value = shift = 0
        while shift < 63:
            byte = self.byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                if value > most:
                    raise FcnError(f"{value} is too large for {what}, at byte {self.place}")
                return value
        raise FcnError(f"a number does not end, at byte {self.place}")

    def reals(self, count, what):
        values = np.frombuffer(self.bytes(4 * count), "<f4").copy()
        if not np.isfinite(values).all():
            raise FcnError(f"{what} that are no numbers, before byte {self.place}")
        return values

    def step(self):
        step = self.reals(1, "steps")[0]
        if abs(step) > 1e9:
            raise FcnError(f"a step of {step}, before byte {self.place}")
        return step


class Bits:
    """The first one is the highest of the first byte."""

    def __init__(self, data):
        self.bits, self.place = np.unpackbits(np.frombuffer(data, np.uint8)), 0

    def get(self, count):
        if self.place + count > len(self.bits):
            raise FcnError("codes end too early")
        value = 0
        for bit in self.bits[self.place:self.place + count].tolist():
            value = 2 * value + bit
        self.place += count
        return value

    def ones(self):
        """How many ones come before the next zero; both are read."""
        zeros = np.flatnonzero(self.bits[self.place:] == 0)
        if not zeros.size:
            raise FcnError("codes end too early")
        self.place += int(zeros[0]) + 1
        return int(zeros[0])


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
    count, width = reader.number(rows * columns, "the weights that a mask keeps"), reader.byte()
    if width > LONGEST_GAP_BITS or (codec == "gaps" and width == 0):
        raise FcnError(f"a mask with gaps of {width} bits")
    bits = Bits(reader.bytes(reader.left()))
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
            place += bits.ones() * (most + 1) + bits.get(width)
        if place >= mask.size:
            raise FcnError("a mask keeps a weight that there is not")
        mask[place] = True
        place += 1
    return mask.reshape(rows, columns)


def read_mask(reader, rows, columns):
    first = reader.byte()
    if first // 2 >= len(MASK_CODECS):
        raise FcnError(f"a mask of unknown kind, at byte {reader.place}")
    codec, turned = MASK_CODECS[first // 2], first % 2 == 1
    data = reader.bytes(reader.number(reader.left(), "the bytes of a mask"))
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
    codec = reader.byte()
    if codec > 1:
        raise FcnError(f"codes of unknown kind, at byte {reader.place}")
    if codec == 0:
        plain = np.unpackbits(np.frombuffer(reader.bytes((count * bits + 7) // 8), np.uint8))[:count * bits]
        return plain.reshape(count, bits).astype(np.int64) @ (1 << np.arange(bits)[::-1])
    decoder = Range(reader.bytes(reader.number(reader.left(), "the bytes of codes")))
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

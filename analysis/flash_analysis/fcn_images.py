"""Images with labels from the files that flash trains on: IDX, CIFAR, folders of PNG; and NumPy's own."""
import gzip
import pathlib
import re
import struct
import zlib

import numpy as np

from .fcn_codes import FcnError

CIFAR_SIDE = 32
CIFAR_PIXELS = 3 * CIFAR_SIDE ** 2
LITTER = {"thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "@eadir"}
PNG = b"\x89PNG\r\n\x1a\n"
PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
MOST_PIXELS = 1 << 26


def contents(path):
    data = pathlib.Path(path).read_bytes()
    if data[:2] != b"\x1f\x8b":
        return data
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise FcnError(f"{path}: it cannot be unpacked: {error}") from None


def read_idx(path):
    """An IDX file (MNIST's) of bytes, gzipped or not."""
    data = contents(path)
    if len(data) < 4 or data[:3] != b"\0\0\x08" or not 1 <= data[3] <= 4 or len(data) < 4 + 4 * data[3]:
        raise FcnError(f"{path}: it is no IDX file of bytes")
    sizes = struct.unpack(f">{data[3]}I", data[4:4 + 4 * data[3]])
    values = np.frombuffer(data, np.uint8, offset=4 + 4 * data[3])
    if values.size != int(np.prod(sizes, dtype=object)):
        raise FcnError(f"{path}: it says that it holds {' x '.join(map(str, sizes))} bytes, and holds {values.size}")
    return values.reshape(sizes)


def read_cifar(path):
    """A binary batch of CIFAR-10 (a label byte a record) or CIFAR-100 (two, of which the second counts)."""
    data = np.frombuffer(contents(path), np.uint8)
    for label_bytes in (1, 2):
        if data.size and data.size % (label_bytes + CIFAR_PIXELS) == 0:
            records = data.reshape(-1, label_bytes + CIFAR_PIXELS)
            return records[:, label_bytes:].reshape(-1, 3, CIFAR_SIDE, CIFAR_SIDE), records[:, label_bytes - 1]
    raise FcnError(f"{path}: {data.size} bytes are no whole number of CIFAR's records of {1 + CIFAR_PIXELS} bytes")


def unfiltered(lines, filters, pixel):
    """PNG's rows from their differences; `pixel`: bytes from one pixel to the next."""
    above = np.zeros(lines.shape[1], int)
    for line, kind in zip(lines, filters):
        row = line.tolist()
        for k in range(len(row)):
            left = row[k - pixel] if k >= pixel else 0
            if kind == 1:
                row[k] += left
            elif kind == 2:
                row[k] += above[k]
            elif kind == 3:
                row[k] += (left + above[k]) // 2
            elif kind == 4:
                corner = above[k - pixel] if k >= pixel else 0
                guess = left + above[k] - corner
                row[k] += min((left, above[k], corner), key=lambda of: abs(guess - of))
            row[k] %= 256
        line[:] = above = row


def read_png(path):
    """[channel][y][x] of grey or colour, 8 bits a value, without transparency."""
    data = pathlib.Path(path).read_bytes()
    if data[:8] != PNG:
        raise FcnError(f"{path}: it is no PNG file")
    chunks, at = {}, 8
    while at + 12 <= len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        chunks[kind] = chunks.get(kind, b"") + data[at + 8:at + 8 + length]
        at += 12 + length
    if len(chunks.get(b"IHDR", b"")) != 13:
        raise FcnError(f"{path}: it is cut or damaged")
    width, height, depth, colour, _, _, interlaced = struct.unpack(">2I5B", chunks[b"IHDR"])
    if depth != 8 or interlaced or colour not in PNG_CHANNELS or not 0 < width * height <= MOST_PIXELS:
        raise FcnError(f"{path}: only PNG of 8 bits a value that are not interlaced are read")
    channels = PNG_CHANNELS[colour]
    try:
        unpacker = zlib.decompressobj()
        pixels = np.frombuffer(unpacker.decompress(chunks.get(b"IDAT", b""), height * (1 + width * channels)), np.uint8)
        lines = pixels.reshape(height, 1 + width * channels).copy()
    except (zlib.error, ValueError):
        raise FcnError(f"{path}: it is cut or damaged") from None
    unfiltered(lines[:, 1:], lines[:, 0], channels)
    picture = lines[:, 1:].reshape(height, width, channels)
    if colour == 3:
        palette = np.frombuffer(chunks.get(b"PLTE", b""), np.uint8)[:768]
        if palette.size % 3 or picture.max() >= palette.size // 3:
            raise FcnError(f"{path}: a colour that its palette lacks")
        picture = palette.reshape(-1, 3)[picture[:, :, 0]]
    elif colour in (4, 6):
        picture = (picture[:, :, :-1] * (picture[:, :, -1:] / 255) + 0.5).astype(np.uint8)  # over black
    return picture.transpose(2, 0, 1)


def read_folder(folder):
    """A folder with a folder of PNG files a class; classes and files in the order of their names' bytes."""
    def entries(of):
        return sorted((entry for entry in of.iterdir()
                       if not entry.name.startswith(".") and entry.name.lower() not in LITTER), key=lambda e: bytes(e))
    images, labels = [], []
    for label, of_class in enumerate(entry for entry in entries(folder) if entry.is_dir()):
        for path in entries(of_class):
            picture = read_png(path)
            if images and images[0].shape[1:] != picture.shape[1:]:
                raise FcnError(f"{path}: it is of another size than those before it")
            images.append(picture)
            labels.append(label)
    if not images:
        raise FcnError(f"{folder}: it has no folders of PNG files, one a class")
    most = max(picture.shape[0] for picture in images)
    return np.stack([np.broadcast_to(picture, (most, *picture.shape[1:])) for picture in images]), np.array(labels)


def read_npy(path):
    try:
        return np.load(path, allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise FcnError(f"{path}: {error}") from None


def labels_beside(path):
    """The labels' file of an images' file, by its name: images-idx3 and labels-idx1, images.npy and labels.npy."""
    beside = path.with_name(re.sub("images", "labels", path.name).replace("idx3", "idx1"))
    if beside == path or not beside.exists():
        raise FcnError(f"{path}: name the file of its labels behind it")
    return beside


def read_arrays(paths, reader):
    if len(paths) > 2:
        raise FcnError("expected a file of images and a file of labels")
    images = reader(paths[0])
    labels = reader(paths[1] if len(paths) == 2 else labels_beside(paths[0]))
    if images.ndim == 3:
        images = images[:, None]
    if images.ndim != 4 or images.dtype != np.uint8 or labels.shape != images.shape[:1] or labels.dtype.kind not in "iu":
        raise FcnError(f"{paths[0]}: expected [image][channel][y][x] of bytes, and a whole number a label")
    return images, labels


def load(paths, network):
    """Images [image][channel][y][x] and labels, as the network reads them. Raises FcnError and OSError."""
    paths = [pathlib.Path(path) for path in paths]
    if paths[0].is_dir():
        if len(paths) > 1:
            raise FcnError("expected one folder")
        images, labels = read_folder(paths[0])
    elif paths[0].suffix == ".npy":
        images, labels = read_arrays(paths, read_npy)
    elif paths[0].suffix == ".bin":
        images, labels = map(np.concatenate, zip(*map(read_cifar, paths)))
    else:
        images, labels = read_arrays(paths, read_idx)
    if not len(images):
        raise FcnError(f"{paths[0]}: it holds no images")
    if images.shape[1] == 1 and network.channels == 3:
        images = images.repeat(3, 1)  # grey
    expected = (network.channels, network.side, network.side)
    if images.shape[1:] != expected:
        raise FcnError(f"{paths[0]}: images of {' x '.join(map(str, images.shape[1:]))}, and the network reads "
                       f"{' x '.join(map(str, expected))}")
    return images, labels

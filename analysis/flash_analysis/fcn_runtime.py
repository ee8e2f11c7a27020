"""Runs compressed networks in single precision, by NumPy alone."""
import numpy as np

LAID_OUT_VALUES = 1 << 25  # that a batch's largest windows may take: 128 MiB


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


def linear(node, x):
    y = x.reshape(len(x), -1) @ node.weights.T
    return (y if node.first is None else y + node.first)[:, :, None, None]


def pool(node, x):
    shape = node.shape
    window = shape["kernel"], shape["stride"], shape["padding"]
    if node.kind == "max_pool":
        return windows(x, *window, -np.inf).max((4, 5))
    there = windows(np.ones_like(x[:1, :1]), *window).sum((4, 5))
    return windows(x, *window).sum((4, 5)) / there


def resize(x, side):
    """Bilinear between the middles of pixels."""
    place = np.maximum((np.arange(side, dtype=np.float32) + np.float32(0.5)) * np.float32(x.shape[2] / side) -
                       np.float32(0.5), 0).astype(np.float32)
    low = np.minimum(place.astype(int), x.shape[2] - 1)
    high, share = np.minimum(low + 1, x.shape[2] - 1), (place - low).astype(np.float32)
    x = x[:, :, :, low] * (1 - share) + x[:, :, :, high] * share
    share = share[:, None]
    return x[:, :, low] * (1 - share) + x[:, :, high] * share


def hard_sigmoid(x):
    return np.clip(x + np.float32(3), 0, 6) / np.float32(6)


def add(node, values):
    y = values[node.reads[0]].copy()
    for value in node.reads[1:]:
        count = min(values[value].shape[1], node.shape["reach"], y.shape[1])
        y[:, :count] += values[value][:, :count]
    return y


def gather(node, values):
    return np.concatenate([values[value][:, columns] if columns else values[value]
                           for value, columns in zip(node.reads, node.columns)], 1)


POINTWISE = {
    "relu": lambda x: np.maximum(x, 0), "relu6": lambda x: np.clip(x, 0, 6),
    "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
    "hard_sigmoid": hard_sigmoid, "hard_swish": lambda x: x * hard_sigmoid(x),
    "zero": np.zeros_like, "flatten": lambda x: x.reshape(len(x), -1, 1, 1),
}


def step(node, values):
    x, kind = values[node.reads[0]], node.kind
    if kind in POINTWISE:
        return POINTWISE[kind](x)
    if kind == "convolution":
        return convolve(node, x)
    if kind == "linear":
        return linear(node, x)
    if kind == "norm":
        return x * node.first[:, None, None] + node.second[:, None, None]
    if kind == "gather":
        return gather(node, values)
    if kind == "add":
        return add(node, values)
    if kind == "scale":
        return x * values[node.reads[1]]
    if kind == "resize":
        return resize(x, node.side)
    return pool(node, x)


def logits(network, images):
    """images: [image][channel][y][x], 8 bits a value; float32 [image][class]."""
    shape = (network.channels, 1, 1)
    x = (images.astype(np.float32) / np.float32(255) - network.mean.reshape(shape)) / network.deviation.reshape(shape)
    last_reader = {value: k for k, node in enumerate(network.nodes) for value in node.reads}
    values = [x]
    for k, node in enumerate(network.nodes):
        values.append(step(node, values).astype(np.float32))
        for value in {*node.reads, k}:
            if last_reader.get(value, -1) <= k:
                values[value] = None  # nobody reads it any more
    return values[-1].reshape(len(images), -1)


def batch_size(network):
    """Images that run together: as many as leave the largest layer's windows within bounds."""
    largest = network.channels * network.side ** 2
    for node in network.nodes:
        reads = node.shape["in"] // node.shape.get("groups", 1) * node.shape.get("kernel", 1) ** 2
        largest = max(largest, reads * node.side ** 2 if node.kind == "convolution" else 0, node.channels * node.side ** 2)
    return int(min(500, max(1, LAID_OUT_VALUES // largest)))


def accuracy(network, images, labels):
    """The share of images whose label has the largest logit, of equal ones the first."""
    right, batch = 0, batch_size(network)
    for k in range(0, len(images), batch):
        right += int((logits(network, images[k:k + batch]).argmax(1) == labels[k:k + batch]).sum())
    return right / len(images)

"""What is in a compressed network (.fcn, data/networks/FORMAT.md), where its bytes go, and its accuracy on images.

    python3 -m flash_analysis.fcn FILE
    python3 -m flash_analysis.fcn FILE --images t10k-images-idx3-ubyte.gz [t10k-labels-idx1-ubyte.gz]
    python3 -m flash_analysis.fcn FILE --images data_batch_1.bin data_batch_2.bin
    python3 -m flash_analysis.fcn FILE --images FOLDER
    python3 -m flash_analysis.fcn FILE --images images.npy [labels.npy]

Images are IDX files as of MNIST, gzipped or not; binary batches of CIFAR-10 or CIFAR-100; a folder with a folder of PNG
files a class, of the network's own size; or arrays of NumPy, [image][channel][y][x] of bytes and a label each. Where the
labels' file is left out it is the one whose name has "labels" where that of the images has "images".

Of two accounts of the size the first is the claim: 4 bytes for each parameter, biases and the two of a norm a channel
among them, against all bytes of the file. The second is the papers' [ours: their reading]: the bits of what kept weights
are, without where they are, against 32 bits for each weight.

Only NumPy is needed. Exit codes: 65 for a file that cannot be right, 66 for one that is not there.
"""
import argparse
import json
import sys

import numpy as np

from .fcn_codes import FcnError
from .fcn_images import load
from .fcn_reader import network_of, read
from .fcn_runtime import accuracy, logits

__all__ = ["FcnError", "accuracy", "load", "logits", "network_of", "read", "summary"]


def layer_summary(node):
    kept = int(np.count_nonzero(node.weights))
    return {"layer": node.kind, "weights": node.weights.size, "kept": kept, "form": node.form, "bits": node.bits or 32,
            "mask": node.mask_codec, "weight_data_bits": 8 * node.extra_bytes + node.kept * (node.bits or 32),
            "macs": kept * node.side ** 2, "dense_macs": node.weights.size * node.side ** 2}


def summary(network):
    """Sizes as a dictionary: where the bytes go, kept weights, multiply-accumulates for one image, by layer and in all."""
    tensors = [tensor for node in network.nodes for tensor in (node.weights, node.first, node.second) if tensor is not None]
    layers = [layer_summary(node) for node in network.nodes if node.weights is not None]

    def total(key, kinds=("convolution", "linear")):
        return sum(layer[key] for layer in layers if layer["layer"] in kinds)
    parameters, size, data_bits = sum(tensor.size for tensor in tensors), sum(network.parts.values()), total("weight_data_bits")
    weights, kept = total("weights") + network.removed[0], total("kept")
    parameters += sum(network.removed)
    return {"file_bytes": size, **{f"{part}_bytes": count for part, count in network.parts.items()},
            "parameters": parameters, "fp32_bytes": 4 * parameters, "smaller": 4 * parameters / size,
            "weights": weights, "kept": kept, "pruning": weights / max(kept, 1),
            "weight_data_bytes": data_bits / 8, "weight_data_smaller": 32 * weights / max(data_bits, 1),
            "macs": total("macs"), "dense_macs": total("dense_macs"),
            "convolution_macs": total("macs", ("convolution",)),
            "dense_convolution_macs": total("dense_macs", ("convolution",)), "layers": layers}


def text(name, result):
    """The same for people."""
    def share(part, whole):
        return f"{result[part]:,} of {result[whole]:,} ({result[whole] / max(result[part], 1):.1f}x fewer)"
    lines = [f"{name}: {result['file_bytes']:,} bytes, {result['smaller']:.1f} times less than {result['parameters']:,} "
             f"parameters of 4 bytes",
             "  bytes: " + ", ".join(f"{part} {result[f'{part}_bytes']:,}"
                                     for part in ("header", "masks", "values", "biases")),
             f"  kept weights: {share('kept', 'weights')}",
             f"  weight data alone, the papers' account: {result['weight_data_bytes']:,.0f} bytes, "
             f"{result['weight_data_smaller']:,.0f} times less than weights of 4 bytes",
             f"  multiply-accumulates of the units that are left: {share('macs', 'dense_macs')}",
             f"  of convolutions: {share('convolution_macs', 'dense_convolution_macs')}"]
    for layer in result["layers"]:
        lines.append(f"    {layer['layer']:<12} {layer['kept']:>9,} of {layer['weights']:>11,} weights, {layer['form']} of "
                     f"{layer['bits']} bits, mask: {layer['mask']}; {layer['macs']:,} of {layer['dense_macs']:,} MACs")
    if "accuracy" in result:
        lines.append(f"  accuracy: {100 * result['accuracy']:.2f} % of {result['images']:,} images")
    return "\n".join(lines)


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python3 -m flash_analysis.fcn", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="compressed network")
    parser.add_argument("--images", nargs="+", metavar="PATH", help="images to tell its accuracy on")
    parser.add_argument("--labels", metavar="PATH", help="their labels, where not named behind them")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args(arguments)
    if options.labels and not options.images:
        parser.error("--labels needs --images")
    try:
        network = read(options.file)
        result = summary(network)
        if options.images:
            images, labels = load(options.images + ([options.labels] if options.labels else []), network)
            result["images"] = len(images)
            with np.errstate(all="ignore"):  # whatever a network comes to
                result["accuracy"] = accuracy(network, images, labels)
    except (FcnError, OSError) as error:
        print(f"flash_analysis.fcn: {error}", file=sys.stderr)
        return 66 if isinstance(error, FileNotFoundError) else 65
    print(json.dumps(result, indent=2) if options.json else text(options.file, result))
    return 0


if __name__ == "__main__":
    sys.exit(main())

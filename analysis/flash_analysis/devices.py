"""A heat map of how alike devices rank networks: python3 -m flash_analysis.devices MATRIX -o PICTURE.

MATRIX is what `flash proxy matrix` wrote: its archive (-o matrix.h5), or its JSON document (--json, or -o matrix.json).
Devices stand in the order of their clusters, which lines part.
"""
import argparse
import json
import os
import sys

from . import output

USAGE, BAD_DATA, MISSING = 64, 65, 66
REGION = "region of interest"


class MatrixError(Exception):
    """One line, and the exit code that goes with it."""

    def __init__(self, code, line):
        super().__init__(line)
        self.code = code


def read_matrix(path):
    """{devices, clusters: names of each, proxy, whole, region: square lists, what: of the region}."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise MatrixError(MISSING, f"{path}: {error.strerror}") from None
    try:
        return _of_archive(path) if data.startswith(b"\x89HDF") else _of_json(json.loads(data))
    except (KeyError, ValueError, TypeError) as error:
        raise MatrixError(BAD_DATA, f"{path}: is no matrix of flash proxy: {error}") from None


def _of_json(document):
    return {"devices": document["devices"], "clusters": document["clusters"], "proxy": document["proxy"],
            "whole": document["srcc"], "region": document["region"]["srcc"], "what": document["region"]["what"]}


def _of_archive(path):
    from .archive import open_archive

    archive = open_archive(path)
    summary = json.loads(archive.attributes["proxy_matrix"])
    devices = list(archive.frame("proxy/devices")["device"])
    pairs = archive.frame("proxy/pairs")
    at = {device: index for index, device in enumerate(devices)}

    def square(column):
        rows = [[1.0 if a == b else None for b in devices] for a in devices]
        for a, b, value in zip(pairs["device_a"], pairs["device_b"], pairs[column]):
            rows[at[a]][at[b]] = rows[at[b]][at[a]] = None if value != value else float(value)
        return rows

    return {"devices": devices, "clusters": summary["clusters"], "proxy": summary["proxy"], "whole": square("srcc"),
            "region": square("region_srcc"), "what": summary["region"]}


def draw(matrix):
    """A figure with both matrices side by side."""
    import numpy as np

    from . import style

    order = [device for cluster in matrix["clusters"] for device in cluster]
    at = [matrix["devices"].index(device) for device in order]
    ends = np.cumsum([len(cluster) for cluster in matrix["clusters"]])[:-1]
    size = 2.2 + 0.36 * len(order)
    figure, axes = style.plt.subplots(1, 2, figsize=(2 * size + 1, size), layout="constrained", sharey=True)
    for axis, key, title in zip(axes, ("whole", "region"), ("all networks", REGION)):
        values = np.array([[np.nan if value is None else value for value in row] for row in matrix[key]], float)
        values = values[np.ix_(at, at)]
        image = axis.imshow(values, vmin=-1, vmax=1, cmap="RdBu")
        axis.grid(False)
        axis.set_title(title)
        labels = [f"{device} *" if device == matrix["proxy"] else device for device in order]
        axis.set_xticks(range(len(order)), labels, rotation=90)
        axis.set_yticks(range(len(order)), labels)
        for end in ends:
            axis.axhline(end - 0.5, color="black", linewidth=0.8)
            axis.axvline(end - 0.5, color="black", linewidth=0.8)
        for row, column in np.argwhere(~np.isnan(values)):
            if row != column:
                value = values[row, column]
                axis.text(column, row, f"{100 * value:.0f}", ha="center", va="center", fontsize=7,
                          color="white" if abs(value) > 0.7 else "black")
    figure.colorbar(image, ax=axes, shrink=0.8, label="Spearman's rank correlation of latencies")
    figure.supxlabel(f"* the most central device. {REGION.capitalize()}: {matrix['what']}", fontsize=8)
    return figure


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="flash_analysis.devices", description=__doc__.split("\n")[0])
    parser.add_argument("matrix", help="what `flash proxy matrix` wrote: an archive or JSON")
    parser.add_argument("-o", "--output", required=True, help="the picture, PNG, SVG or PDF by its ending")
    parser.error = lambda message: (output.complain(f"flash_analysis.devices: {message}"), sys.exit(USAGE))
    options = parser.parse_args(arguments)
    try:
        figure = draw(read_matrix(options.matrix))
        figure.savefig(options.output)
    except MatrixError as error:
        output.complain(f"flash_analysis.devices: {error}")
        return error.code
    except (OSError, ValueError) as error:
        output.complain(f"flash_analysis.devices: {options.output}: {error}")
        return output.EXIT_IO
    print(os.path.abspath(options.output))
    return 0


if __name__ == "__main__":
    sys.exit(output.run("flash_analysis.devices", main))

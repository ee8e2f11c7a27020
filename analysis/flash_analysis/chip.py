"""Draws networks on the imc chip: python3 -m flash_analysis.chip FILE [FILE ...] -o PICTURE.

FILE is what `flash simulate --json` wrote, or a NAME.chip.json of `flash sparsify`. Tiles stand at their places, coloured by layer; links are as wide and
dark as the flits that they carry over all layers. Several stand side by side, links on one scale: before and after
placement, before and after sparsification.
"""
import argparse
import json
import os
import sys

from . import output

USAGE, BAD_DATA, MISSING = 64, 65, 66
STEPS = {"east": (1, 0), "west": (-1, 0), "south": (0, 1), "north": (0, -1)}
LAYER = ("cell", "index", "part")


class ChipError(Exception):
    """One line, and the exit code that goes with it."""

    def __init__(self, code, line):
        super().__init__(line)
        self.code = code


def check_chip(chip):
    side = int(chip["side"])
    for tile in chip["tiles"]:
        [tile[key] for key in ("x", "y", *LAYER)]
    for link in chip["links"]:
        if link["direction"] not in ("inject", "eject", *STEPS) or not 0 <= link["x"] < side or link["flits"] < 0:
            raise ValueError("a link that no mesh has")


def read_chips(path):
    """The documents of a file, one of a simulation, each checked for what is drawn."""
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        documents = content if isinstance(content, list) else [content]
        if not documents:
            raise ValueError("no chip")
        for document in documents:
            check_chip(document["chip"])
    except OSError as error:
        raise ChipError(MISSING, f"{path}: {error.strerror}") from None
    except (KeyError, ValueError, TypeError) as error:
        raise ChipError(BAD_DATA, f"{path}: is nothing that flash simulate --json or flash sparsify wrote: {error}") from None
    return documents


def caption(document):
    chip = document["chip"]
    hops = sum(link["flits"] for link in chip["links"] if link["direction"] in STEPS)
    annealed = document.get("placer", "anneal" if "placement" in document else "in_order") == "anneal"
    form = f"{document['form']}, " if "form" in document else ""
    return f"{form}{len(chip['tiles'])} tiles {'annealed' if annealed else 'in order'}: {hops:,} flit-hops"


def layers_of(chip):
    """Distinct layers in the order of their tiles."""
    return list(dict.fromkeys(tuple(tile[key] for key in LAYER) for tile in chip["tiles"]))


def draw(documents):
    """A figure with the chips side by side, at most two in a row where there are more than three."""
    from . import style

    most = max((link["flits"] for document in documents for link in document["chip"]["links"]
                if link["direction"] in STEPS), default=1)
    across = len(documents) if len(documents) <= 3 else 2
    down = -(-len(documents) // across)
    figure, axes = style.plt.subplots(down, across, figsize=(5.6 * across, 5.8 * down), layout="constrained",
                                      squeeze=False)
    for axis in axes.flat[len(documents):]:
        axis.axis("off")
    for axis, document in zip(axes.flat, documents):
        chip = document["chip"]
        layers = layers_of(chip)
        for tile in chip["tiles"]:
            layer = layers.index(tuple(tile[key] for key in LAYER))
            colour = style.plt.get_cmap("viridis")(layer / max(1, len(layers) - 1))
            axis.add_patch(style.plt.Rectangle((tile["x"] - 0.32, tile["y"] - 0.32), 0.64, 0.64, color=colour))
            if chip["side"] <= 16:
                axis.text(tile["x"], tile["y"], str(layer), ha="center", va="center", fontsize=6,
                          color="white" if layer < 0.7 * len(layers) else "black")
        for link in chip["links"]:
            if link["direction"] not in STEPS or link["flits"] == 0:
                continue
            x, y = STEPS[link["direction"]]
            share = link["flits"] / most
            # The two ways of a pair of places beside each other.
            axis.plot([link["x"] + 0.12 * abs(y) * y, link["x"] + x + 0.12 * abs(y) * y],
                      [link["y"] + 0.12 * abs(x) * x, link["y"] + y + 0.12 * abs(x) * x],
                      color="#D55E00", alpha=0.15 + 0.85 * share, linewidth=0.4 + 3.2 * share, zorder=0)
        axis.set_xlim(-0.6, chip["side"] - 0.4)
        axis.set_ylim(chip["side"] - 0.4, -0.6)
        axis.set_aspect("equal")
        axis.grid(False)
        axis.set_title(caption(document), fontsize=9)
    figure.supxlabel(f"numbers and colours: layers in order; the widest link carries {most:,} flits", fontsize=8)
    return figure


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="flash_analysis.chip", description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="+", help="of `flash simulate --json`, or a .chip.json of `flash sparsify`")
    parser.add_argument("-o", "--output", required=True, help="the picture, PNG, SVG or PDF by its ending")
    parser.error = lambda message: (output.complain(f"flash_analysis.chip: {message}"), sys.exit(USAGE))
    options = parser.parse_args(arguments)
    try:
        draw([document for path in options.files for document in read_chips(path)]).savefig(options.output)
    except ChipError as error:
        output.complain(f"flash_analysis.chip: {error}")
        return error.code
    except (OSError, ValueError) as error:
        output.complain(f"flash_analysis.chip: {options.output}: {error}")
        return output.EXIT_IO
    print(os.path.abspath(options.output))
    return 0


if __name__ == "__main__":
    sys.exit(output.run("flash_analysis.chip", main))

"""Accuracy against what is sent: python3 -m flash_analysis.sparsity RUN [RUN ...] -o PICTURE.

RUN is a run of `flash sparsify`, or its archive: one of each method or lambda, of one network. Points are means over seeds,
factors are against the dense network with its tiles in order. The line joins what no other is better than in both.
"""
import argparse
import os
import sys

from . import output
from .archive import ArchiveError, open_archive

USAGE, BAD_DATA = 64, 65
TABLE = "compressed/communication"
FORMS, PLACERS = ("sparse", "compacted"), ("in_order", "anneal")
PANELS = (("", "activations alone"), ("_all", "with partial sums"))


def label_of(row):
    """"cannon 75 %, lambda 0.25"."""
    label = f"{row['method']} {100 * row['sparsity']:g} %"
    return label + {"cannon": f", lambda {row['lambda']:g}",
                    "cannon-scratch": f", alpha {row['alpha']:g}"}.get(row["method"], "")


def read_points(path, form, placer):
    """[{network, label, accuracy, seeds, gain: {suffix: factor}}] of one archive."""
    archive = open_archive(path)
    if TABLE not in archive.tables:
        raise ArchiveError(BAD_DATA, f"{path}: has no table {TABLE}: no network was pruned to a sparsity")
    sent, made = archive.frame(TABLE), archive.frame("compressed")
    points = []
    for network in dict.fromkeys(sent["network"]):
        its = sent[sent["network"] == network]
        accuracies = made[(made["network"] == network) & (made["error"] == "")]["test_accuracy"]
        at = its[(its["form"] == form) & (its["placer"] == placer)]
        dense = its[(its["form"] == "dense") & (its["placer"] == "in_order")]
        gain = {suffix: float((dense["energy_mj" + suffix].to_numpy() * dense["latency_ms" + suffix].to_numpy()
                               / (at["energy_mj" + suffix].to_numpy() * at["latency_ms" + suffix].to_numpy())).mean())
                for suffix, _ in PANELS}
        points.append({"network": network, "label": label_of(at.iloc[0]), "accuracy": float(accuracies.mean()),
                       "seeds": len(accuracies), "gain": gain})
    return points


def front(points, suffix):
    """Those that no other point beats in accuracy and in the energy-delay product, by the latter."""
    better = lambda a, b: (a["accuracy"] >= b["accuracy"] and a["gain"][suffix] >= b["gain"][suffix] and a is not b
                           and (a["accuracy"], a["gain"][suffix]) != (b["accuracy"], b["gain"][suffix]))
    return sorted((b for b in points if not any(better(a, b) for a in points)), key=lambda p: p["gain"][suffix])


def draw(points, form, placer):
    """A figure with a panel for activations alone and one with partial sums."""
    from . import style

    labels = list(dict.fromkeys(point["label"] for point in points))
    figure, axes = style.plt.subplots(1, len(PANELS), figsize=(11, 4.4), layout="constrained", sharey=True)
    for axis, (suffix, title) in zip(axes, PANELS):
        line = front(points, suffix)
        axis.plot([p["gain"][suffix] for p in line], [100 * p["accuracy"] for p in line], color="0.6", zorder=0)
        for number, label in enumerate(labels):
            its = [p for p in points if p["label"] == label]
            axis.plot([p["gain"][suffix] for p in its], [100 * p["accuracy"] for p in its], linestyle="none",
                      marker="osD^vP*X"[number % 8], color=f"C{number % 10}", label=label)
        axis.set_xscale("log")
        axis.set_title(title)
        axis.set_xlabel("energy-delay product of the dense network, tiles in order, over this one's")
    axes[0].set_ylabel("accuracy of test images, %")
    axes[-1].legend(fontsize=8)
    placed = "annealed" if placer == "anneal" else "in order"
    figure.suptitle(f"{form} networks, tiles {placed}: {', '.join(dict.fromkeys(p['network'] for p in points))}",
                    fontsize=10)
    return figure


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="flash_analysis.sparsity", description=__doc__.split("\n")[0])
    parser.add_argument("runs", nargs="+", help="runs of `flash sparsify`, or their archives")
    parser.add_argument("-o", "--output", required=True, help="the picture, PNG, SVG or PDF by its ending")
    parser.add_argument("--form", choices=FORMS, default="sparse", help="as in the table; sparse")
    parser.add_argument("--placer", choices=PLACERS, default="in_order", help="as in the table; in_order")
    parser.error = lambda message: (output.complain(f"flash_analysis.sparsity: {message}"), sys.exit(USAGE))
    options = parser.parse_args(arguments)
    try:
        points = [point for path in options.runs for point in read_points(path, options.form, options.placer)]
        draw(points, options.form, options.placer).savefig(options.output)
    except ArchiveError as error:
        output.complain(f"flash_analysis.sparsity: {error}")
        return error.code
    except (OSError, ValueError) as error:
        output.complain(f"flash_analysis.sparsity: {options.output}: {error}")
        return output.EXIT_IO
    for point in sorted(points, key=lambda p: -p["gain"][""]):
        print(f"{point['label']}: {100 * point['accuracy']:.2f} % ({point['seeds']} seeds), energy-delay product "
              f"{point['gain']['']:.2f}x less, with partial sums {point['gain']['_all']:.2f}x")
    print(os.path.abspath(options.output))
    return 0


if __name__ == "__main__":
    sys.exit(output.run("flash_analysis.sparsity", main))

"""Figures of the tasks: how networks trained, and how the ranks were used."""
import numpy as np
from matplotlib import cm, colors
from matplotlib.patches import Patch

from . import style

STAGES = {"samples": ("training", style.FIT)}
MEASURING = ("measuring", style.HOLDOUT)


def draw_curves(archive):
    curves, samples = archive.frame("curves"), archive.frame("samples")
    if curves.empty:
        return None
    degree = dict(zip(samples["id"], samples["nn_degree"])) if {"id", "nn_degree"} <= set(samples) else {}
    known = [degree[i] for i in curves["id"].unique() if np.isfinite(degree.get(i, np.nan))]
    scale = cm.ScalarMappable(colors.Normalize(min(known), max(known)), "viridis") if known else None
    figure, (left, right) = style.figure(10, 4.2, ncols=2)
    for identity, curve in curves.groupby("id"):
        value = degree.get(identity, np.nan)
        colour = scale.to_rgba(value) if scale and np.isfinite(value) else style.FAILED
        look = {"color": colour, "linewidth": 1.2, "marker": ".", "markersize": 4, "alpha": 0.85}
        left.plot(curve["epoch"], curve["train_loss"], **look)
        right.plot(curve["epoch"], 100 * curve["test_accuracy"], **look)
    if (curves["train_loss"] > 0).any():
        left.set_yscale("log")
    left.set(xlabel="epoch", ylabel="training loss (mean cross entropy)", title="Training loss")
    right.set(xlabel="epoch", ylabel="test accuracy (%)", title="Test accuracy")
    for axes in (left, right):
        axes.xaxis.get_major_locator().set_params(integer=True)
    if scale:
        figure.colorbar(scale, ax=right, label="NN-Degree, reading links [reconstructed]")
    return figure


def tasks_of(archive):
    """Tables of tasks that ran, with what they did and its colour."""
    tables = [("samples", *STAGES["samples"])]
    tables += [(f"hardware/{target}", *MEASURING) for target in archive.hardware_targets()]
    for table, label, colour in tables:
        frame = archive.frame(table)
        if {"rank", "t_start", "t_end", "state"} <= set(frame):
            ran = frame[np.isfinite(frame["t_start"]) & np.isfinite(frame["t_end"]) & (frame["rank"] >= 0)]
            if len(ran):
                yield label, colour, ran


def draw_timeline(archive):
    stages = list(tasks_of(archive))
    if not stages:
        return None
    begin = min(frame["t_start"].min() for _, _, frame in stages)
    ranks = sorted({rank for _, _, frame in stages for rank in frame["rank"]})
    span = max(frame["t_end"].max() for _, _, frame in stages) - begin
    unit, seconds = ("min", 60) if span > 300 else ("s", 1)
    figure, axes = style.figure(10, min(12, 1.6 + 0.35 * len(ranks)))
    legend = {}
    for label, colour, frame in stages:
        for row in frame.itertuples():
            failed = row.state == "failed"
            axes.barh(row.rank, (row.t_end - row.t_start) / seconds, left=(row.t_start - begin) / seconds, height=0.7,
                      color=style.FAILED if failed else colour, edgecolor="white", linewidth=0.6)
            if failed:
                legend["failed"] = style.FAILED
        busy = (frame["t_end"] - frame["t_start"]).sum() / (len(ranks) * max(1e-9, frame["t_end"].max() - frame["t_start"].min()))
        legend[f"{label}: ranks {min(busy, 1):.0%} busy"] = colour
    axes.set(xlabel=f"time since the first task ({unit})", ylabel="rank", yticks=ranks)
    axes.set_title(f"{len(ranks)} rank{'s' * (len(ranks) > 1)} at work", loc="left")
    axes.invert_yaxis()
    axes.legend(handles=[Patch(color=colour, label=label) for label, colour in legend.items()], loc="lower right",
                bbox_to_anchor=(1, 0.99), ncol=3)
    return figure

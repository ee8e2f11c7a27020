"""Figures of the tasks: how networks trained, and how the ranks were used."""
import numpy as np
from matplotlib import cm, colors
from matplotlib.patches import Patch

from . import style

STAGES = {"train": ("training", style.FIT), "calibrate": ("measuring", style.HOLDOUT),
          "remeasure": ("measuring again", "tab:brown"), "sweep": ("sweeping", "tab:green"),
          "landscape": ("counting", "tab:olive"), "compare": ("searching", "tab:purple")}


def draw_curves(archive):
    curves, samples = archive.frame("curves"), archive.frame("samples")
    if curves.empty:
        return None
    judged = "accuracy" if "accuracy" in curves else "test_accuracy"  # of archives before 2.1
    degree = dict(zip(samples["id"], samples["nn_degree"])) if {"id", "nn_degree"} <= set(samples) else {}
    known = [degree[i] for i in curves["id"].unique() if np.isfinite(degree.get(i, np.nan))]
    scale = cm.ScalarMappable(colors.Normalize(min(known), max(known)), "viridis") if known else None
    figure, (left, right) = style.figure(10, 4.2, ncols=2)
    for identity, curve in curves.groupby("id"):
        value = degree.get(identity, np.nan)
        colour = scale.to_rgba(value) if scale and np.isfinite(value) else style.FAILED
        look = {"color": colour, "linewidth": 1.2, "marker": ".", "markersize": 4, "alpha": 0.85}
        left.plot(curve["epoch"], curve["train_loss"], **look)
        right.plot(curve["epoch"], 100 * curve[judged], **look)
    if (curves["train_loss"] > 0).any():
        left.set_yscale("log")
    left.set(xlabel="epoch", ylabel="training loss (mean cross entropy)", title="Training loss")
    right.set(xlabel="epoch", ylabel="accuracy (%)", title="Accuracy")
    for axes in (left, right):
        axes.xaxis.get_major_locator().set_params(integer=True)
    if scale:
        figure.colorbar(scale, ax=right, label="NN-Degree, reading links [reconstructed]")
    return figure


def draw_timeline(archive):
    """Which rank worked on what, and when."""
    tasks = archive.frame("tasks")
    if tasks.empty:
        return None
    ranks = sorted(tasks["rank"].unique())
    begin = tasks["t_start"].min()
    unit, seconds = ("min", 60) if tasks["t_end"].max() - begin > 300 else ("s", 1)
    start, length = (tasks["t_start"] - begin) / seconds, (tasks["t_end"] - tasks["t_start"]) / seconds
    figure, axes = style.figure(10, min(12, 1.6 + 0.35 * len(ranks)))
    legend = {}
    for stage, (label, colour) in STAGES.items():
        here = tasks["stage"] == stage
        if not here.any():
            continue
        span = tasks["t_end"][here].max() - tasks["t_start"][here].min()
        busy = (tasks["t_end"] - tasks["t_start"])[here].sum() / (len(ranks) * max(1e-9, span))
        legend[f"{label}: ranks {min(busy, 1):.0%} busy"] = colour
        for state, shade in (("done", colour), ("failed", style.FAILED)):
            for rank in ranks:
                rows = here & (tasks["state"] == state) & (tasks["rank"] == rank)
                if rows.any():
                    edge = 0.6 if rows.sum() < 200 else 0
                    axes.broken_barh(list(zip(start[rows], length[rows])), (rank - 0.35, 0.7), facecolors=shade,
                                     edgecolors="white", linewidth=edge)
                    if state == "failed":
                        legend["failed"] = style.FAILED
    axes.set(xlabel=f"time since the first task ({unit})", ylabel="rank", yticks=ranks if len(ranks) <= 40 else ranks[::10])
    axes.set_title(f"{len(ranks)} rank{'s' * (len(ranks) > 1)} at work", loc="left")
    axes.autoscale_view()
    axes.invert_yaxis()
    axes.legend(handles=[Patch(color=colour, label=label) for label, colour in legend.items()], loc="lower right",
                bbox_to_anchor=(1, 0.99), ncol=3)
    return figure

"""Figures of the whole space: tables "sweep/histograms" and "sweep/pareto"."""
import numpy as np

from . import style
from .answer import judges_by_score

_LABELS = {"nn_degree": "NN-Degree [reconstructed]", "additive_score": "additive score [ours]", "accuracy": "predicted accuracy", "latency": "latency",
           "energy": "energy", "area": "area", "objective": "objective [reconstructed]"}
_LINEAR = {"nn_degree", "additive_score", "accuracy"}
_COLUMNS = {"latency": "latency_ms", "energy": "energy_mj", "area": "area_mm2"}
_UNITS = {"latency": "ms", "energy": "mJ", "area": "mm2"}


def draw_histograms(archive):
    frame = archive.frame("sweep/histograms")
    if frame.empty:
        return None
    quantities = list(dict.fromkeys(frame["quantity"]))
    rows = -(-len(quantities) // 3)
    figure, grid = style.figure(10.5, 1 + 2.6 * rows, nrows=rows, ncols=min(3, len(quantities)), squeeze=False)
    for axes, quantity in zip(grid.flat, quantities):
        part = frame[frame["quantity"] == quantity]
        edges = np.append(part["lower_edge"], part["upper_edge"].iloc[-1])
        axes.stairs(part["count"].astype(float), edges, fill=True, color=style.FIT)
        unit = part["unit"].iloc[0]
        axes.set(xlabel=_LABELS.get(quantity, quantity) + (f" ({unit})" if unit != "1" else ""), ylim=(0, None),
                 xscale="linear" if quantity in _LINEAR or edges[0] <= 0 else "log")
    for axes in list(grid.flat)[len(quantities):]:
        axes.remove()
    for axes in grid[:, 0]:
        axes.set_ylabel("configurations in a bin")
    return figure


def draw_pareto(archive):
    """One panel for each metric that a front trades against accuracy alone."""
    frame = archive.frame("sweep/pareto")
    if frame.empty:
        return None
    metrics = [m for m in _COLUMNS if (frame["front"] == f"accuracy,{m}").any()]
    if not metrics:
        return None
    figure, grid = style.figure(1.5 + 4.2 * len(metrics), 3.8, ncols=len(metrics), squeeze=False, sharey=True)
    for axes, metric in zip(grid[0], metrics):
        points = frame[frame["front"] == f"accuracy,{metric}"].sort_values(_COLUMNS[metric])
        axes.plot(points[_COLUMNS[metric]], points["accuracy"], drawstyle="steps-post", color=style.FIT, linewidth=1.4,
                  marker="." if len(points) < 100 else None)
        axes.set(xscale="log", xlabel=f"{metric} ({_UNITS[metric]})",
                 title=f"{len(points):,} configurations" if len(points) > 1 else "1 configuration")
    grid[0][0].set_ylabel(_LABELS["nn_degree" if judges_by_score(archive) else "accuracy"])
    return figure

"""Figures of the searches: tables "trace", "compare" and "compare/summary"."""
import numpy as np

from . import style
from .predictor import used_predictor


def methods_of(*frames):
    return list(dict.fromkeys(name for frame in frames if "method" in frame for name in frame["method"]))


def proven_optimum(archive, constraints):
    summary = archive.frame("compare/summary")
    if summary.empty:
        return None
    optima = summary[(summary["constraints"] == constraints) & np.isfinite(summary["optimum"])]["optimum"]
    return float(optima.iloc[0]) if len(optima) else None


def optimum_words(archive):
    """As flash's own reports say it: an optimum by a predictor that is no better than the mean is not called proven."""
    row = used_predictor(archive)
    loo, mean = (row.get(name, np.nan) if row else np.nan for name in ("rmse_loo", "rmse_loo_mean"))
    return "optimum of the models" + (", no better than the mean" if loo >= mean else ", proven")


def end_of(compare, key):
    """Evaluations and seconds at which a search ended."""
    if compare.empty:
        return None
    row = compare[(compare["method"] == key[0]) & (compare["constraints"] == key[1]) & (compare["seed"] == key[2])]
    return row.iloc[0] if len(row) else None


def draw_search(archive):
    trace, compare = archive.frame("trace"), archive.frame("compare")
    if trace.empty:
        return None
    trace = trace[np.isfinite(trace["objective"])]
    sets = list(dict.fromkeys(trace["constraints"]))
    if not sets:
        return None
    methods = methods_of(trace, compare)
    figure, grid = style.figure(10.5, 1 + 3.2 * len(sets), nrows=len(sets), ncols=2, squeeze=False, sharey="row")
    for panels, constraints in zip(grid, sets):
        part = trace[trace["constraints"] == constraints]
        for axes, column, label in zip(panels, ("evaluations", "seconds"), ("evaluations", "time (s)")):
            draw_traces(axes, part, compare, column, methods)
            optimum = proven_optimum(archive, constraints)
            if optimum is not None:
                axes.axhline(optimum, color="black", linestyle="--", linewidth=1, label=optimum_words(archive))
            axes.set(xscale="log", xlabel=label, title=f"constraints: {constraints}")
        panels[0].set_ylabel("best objective [reconstructed]")
    grid[0][1].legend(loc="center left", bbox_to_anchor=(1.02, 0.5))
    return figure


def draw_traces(axes, part, compare, column, methods):
    labelled = set()
    for key, points in part.groupby(["method", "constraints", "seed"], sort=False):
        # A logarithmic axis has no place for 0: the first moment of a search.
        x = np.maximum(points[column].astype(float), 1 if column == "evaluations" else 1e-6).to_numpy()
        y = points["objective"].to_numpy()
        colour = style.method_colour(key[0], methods)
        last = end_of(compare, key)
        if last is not None and last[column] >= x[-1]:
            x, y = np.append(x, last[column]), np.append(y, y[-1])
        axes.plot(x, y, drawstyle="steps-post", color=colour, alpha=0.85, linewidth=1.4,
                  label=None if key[0] in labelled else key[0])
        axes.plot(x[-1:], y[-1:], "o", color=colour, markersize=3.5)
        labelled.add(key[0])


def draw_speedups(archive):
    summary = archive.frame("compare/summary")
    if summary.empty:
        return None
    panels = [(column, f"speed-up against {rival}") for column, rival in
              (("speedup_rl", "REINFORCE"), ("speedup_exhaustive", "the exhaustive sweep"))
              if (np.isfinite(summary[column + "_median"]) & (summary[column + "_median"] > 0)).any()]
    if not panels:
        return None
    methods, sets = methods_of(summary), list(dict.fromkeys(summary["constraints"]))
    height = 0.8 / len(sets)
    figure, grid = style.figure(10, 1.6 + 0.32 * len(methods) * max(2, len(sets)), ncols=len(panels), squeeze=False,
                                sharey=True)
    for axes, (column, label) in zip(grid[0], panels):
        for _, row in summary.iterrows():
            j = sets.index(row["constraints"])
            y = methods.index(row["method"]) + (j - (len(sets) - 1) / 2) * height
            draw_speedup(axes, row, column, y, height, style.method_colour(row["method"], methods),
                         1 - 0.6 * j / max(1, len(sets)), row["constraints"] if len(sets) > 1 else "")
        axes.axvline(1, color="black", linewidth=0.8)
        axes.set(xscale="log", xlabel=label + " (times)", title=label[0].upper() + label[1:])
        low, high = axes.get_xlim()
        axes.set_xlim(min(low, 0.8), max(high, 1.2) * (high / low) ** 0.25)
    grid[0][0].set_yticks(range(len(methods)), methods)
    grid[0][0].invert_yaxis()
    return figure


def draw_speedup(axes, row, column, y, height, colour, alpha, note):
    """A bar to the median, a whisker from the first to the third quartile."""
    low, value, high = (row[f"{column}_{quartile}"] for quartile in ("q1", "median", "q3"))
    if not (np.isfinite(value) and value > 0):
        return
    axes.barh(y, value - 1, left=1, height=height * 0.92, color=colour, alpha=alpha)
    end = max(value, 1)
    if row["runs"] > 1 and np.isfinite([low, high]).all():
        axes.errorbar(value, y, xerr=[[value - low], [high - value]], color="black", linewidth=1, capsize=2.5)
        end = max(end, high)
    bound = ">" if column == "speedup_rl" and row["speedup_rl_bounds"] > 0 else ""
    axes.annotate(f" {bound}{style.short(value)}  {note}".rstrip(), (end, y), va="center", fontsize=8)

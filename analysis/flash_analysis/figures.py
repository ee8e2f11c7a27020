"""The figures of a run. Each function draws one from an archive, or returns None where the run has nothing for it."""
import numpy as np

from . import predictor, style
from .figures_search import draw_search, draw_speedups
from .figures_space import draw_histograms, draw_pareto
from .figures_tasks import draw_curves, draw_timeline


METRICS = (("latency", "ms"), ("energy", "mJ"), ("area", "mm2"))


def rows(frame, *columns):
    """The rows in which all these columns hold finite numbers; no row where a column is missing."""
    if frame.empty or any(column not in frame for column in columns):
        return frame.iloc[:0]
    finite = np.logical_and.reduce([np.isfinite(frame[column].astype(float)) for column in columns])
    return frame[finite]


def roles(frame):
    """Label, colour, marker and rows of the fitted and the held-out networks."""
    for role, label, colour, marker in (("fit", "fitted", style.FIT, "o"), ("holdout", "held out", style.HOLDOUT, "D")):
        part = frame[frame["role"] == role]
        if len(part):
            yield f"{label} ({len(part)})", colour, marker, part


def failed_note(axes, frame):
    """Failed networks have no place among the points, so the legend counts them."""
    failed = int((frame["state"] == "failed").sum()) if "state" in frame else 0
    if failed:
        axes.plot([], [], "x", color=style.FAILED, label=f"failed, not shown ({failed})")


def draw_predictor(archive):
    samples = archive.frame("samples")
    row = predictor.used_predictor(archive)
    if row and row["predictor"] == "additive":
        return draw_additive(archive, samples, row)
    column = predictor.SOURCES[row["predictor"]][0] if row and row["predictor"] in predictor.SOURCES else "nn_degree"
    good = rows(samples, column, "accuracy")
    if good.empty:
        return None
    name = row["predictor"] if row and row["predictor"] in predictor.SOURCES else "nn_degree.links"
    g, label = predictor.values(good, name)
    figure, axes = style.figure()
    for text, colour, marker, part in roles(good):
        axes.plot(g[part.index], 100 * part["accuracy"], marker, color=colour, label=text, markersize=6,
                  markeredgecolor="white", zorder=3)
    if row and np.isfinite([row["a"], row["b"], row["c"]]).all():
        x = np.linspace(g.min(), g.max(), 300)
        y, half = predictor.theta(row, x), predictor.band(row, x)
        axes.plot(x, 100 * y, color="black", linewidth=1.5, label="fit")
        if np.isfinite(half).any():
            axes.fill_between(x, 100 * (y - half), 100 * (y + half), color=style.BAND, alpha=0.3, linewidth=0,
                              label="95 % prediction band")
        axes.set_ylim(*limits(100 * good["accuracy"], 100 * y))
    failed_note(axes, samples)
    axes.set(xlabel=label, ylabel="test accuracy (%)",
             title=("NN-Degree" if name.startswith("nn_degree") else name) + " predictor [reconstructed]")
    axes.legend(loc="lower right")
    return figure


def draw_additive(archive, samples, row):
    """A sum of many features has no axis of its own: trained networks over what is predicted, with the band about it."""
    good = rows(samples, "accuracy", "accuracy_predicted")
    if good.empty:
        return None
    figure, axes = style.figure()
    for text, colour, marker, part in roles(good):
        axes.plot(100 * part["accuracy_predicted"], 100 * part["accuracy"], marker, color=colour, label=text, markersize=6,
                  markeredgecolor="white", zorder=3)
    x = np.linspace(good["accuracy_predicted"].min(), good["accuracy_predicted"].max(), 300)
    axes.plot(100 * x, 100 * x, color="black", linewidth=1.5, label="as predicted")
    half = row.get("score_band", np.nan)
    if np.isfinite(half):
        g = predictor.score_of(row, x)
        axes.fill_between(100 * x, 100 * predictor.theta(row, g - half), 100 * predictor.theta(row, g + half),
                          color=style.BAND, alpha=0.3, linewidth=0, label="95 % prediction band")
    axes.set_ylim(*limits(100 * good["accuracy"], 100 * x))
    failed_note(axes, samples)
    axes.set(xlabel="predicted accuracy (%)", ylabel="test accuracy (%)", title="Additive predictor [ours]")
    axes.legend(loc="lower right")
    return figure


def limits(*series):
    """Room for points and curve, whatever the band does beyond them."""
    low, high = min(np.nanmin(s) for s in series), max(np.nanmax(s) for s in series)
    margin = 0.12 * (high - low) or 1
    return low - margin, high + margin


def draw_predicted(archive):
    """Predicted against measured: accuracy, and what was measured on each target."""
    panels = []
    samples = archive.frame("samples")
    accuracy = rows(samples, "accuracy", "accuracy_predicted")
    if not accuracy.empty:
        panels.append((samples, 100 * accuracy["accuracy"], 100 * accuracy["accuracy_predicted"], accuracy,
                       "accuracy", "%", "Accuracy [reconstructed]"))
    for target in archive.hardware_targets():
        measured = archive.frame(f"hardware/{target}")
        for metric, units in METRICS:
            column = f"{metric}_{units.lower()}"
            good = rows(measured, column, column + "_predicted")
            if not good.empty:
                panels.append((measured, good[column], good[column + "_predicted"], good, metric, units,
                               f"{metric.capitalize()} on {target} [form reconstructed]"))
    if not panels:
        return None
    figure, grid = style.figure(4.6 * len(panels), 4.3, ncols=len(panels), squeeze=False)
    for axes, (table, x, y, good, name, units, title) in zip(grid[0], panels):
        for text, colour, marker, part in roles(good):
            axes.plot(x[part.index], y[part.index], marker, color=colour, label=text, markersize=6,
                      markeredgecolor="white")
        low, high = limits(x, y)
        axes.plot([low, high], [low, high], color="black", linewidth=1, linestyle="--", label="equal", zorder=1)
        failed_note(axes, table)
        axes.set(xlabel=f"measured {name} ({units})", ylabel=f"predicted {name} ({units})", title=title,
                 xlim=(low, high), ylim=(low, high), aspect="equal")
        axes.legend(loc="upper left")
    return figure


# File name, heading, function, what a reader should know.
FIGURES = [
    ("predictor", "Accuracy predictor", draw_predictor,
     "Each point is a trained network; the line is what the predictor says, fitted to the fitted ones alone: theta(g) = "
     "1 / (a + exp(b/g + c)) over its score, or of the additive predictor, over what it predicts. About 95 of 100 networks "
     "that it has not seen come within the band."),
    ("predicted", "Predicted against measured", draw_predicted,
     "Points on the dashed line are predicted exactly. Held-out networks took no part in the fit."),
    ("histograms", "All configurations of the space", draw_histograms,
     "Exact counts over every configuration, by the fitted models; no constraints."),
    ("pareto", "Pareto fronts of the space", draw_pareto,
     "No configuration is both at least as accurate as the models say of one on the front, and cheaper. Exact, without constraints."),
    ("search", "Searches", draw_search,
     "Best feasible objective [reconstructed] so far, one line for each seed. Dots: where a search ended."),
    ("speedups", "Speed-ups", draw_speedups,
     "Medians over seeds with quartiles, on a logarithmic scale: bars to the right of 1 are faster than the rival, to the left "
     "slower. \">\": at least, since REINFORCE never came that far."),
    ("curves", "Training curves", draw_curves, "One line for each network."),
    ("timeline", "Use of the ranks", draw_timeline, "What each rank worked on, and when."),
]

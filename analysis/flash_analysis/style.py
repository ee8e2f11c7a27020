"""One look for all figures: colours that colour-blind readers tell apart (Okabe and Ito), and short number texts."""
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  (the backend is chosen first)

FIT = "#0072B2"
HOLDOUT = "#D55E00"
BAND = "#56B4E9"
FAILED = "#999999"

METHOD_COLOURS = {
    "shgo-hierarchical": "#D55E00",
    "shgo": "#0072B2",
    "exact": "#000000",
    "evolution": "#009E73",
    "annealing": "#E69F00",
    "random": "#999999",
    "reinforce": "#CC79A7",
    "nsga2": "#56B4E9",
    "tpe": "#5D3A9B",
}
OTHER_COLOURS = ["#F0E442", "#8C564B"]

plt.rcParams.update({
    "figure.dpi": 130,
    "font.size": 10,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "legend.frameon": False,
    "legend.fontsize": 9,
})


def method_colour(method, methods):
    """The colour of a search method, the same in every figure; methods unknown here share the spare ones."""
    if method in METHOD_COLOURS:
        return METHOD_COLOURS[method]
    others = sorted(set(methods) - set(METHOD_COLOURS))
    return OTHER_COLOURS[others.index(method) % len(OTHER_COLOURS)]


def figure(width=7.0, height=4.3, **subplots):
    return plt.subplots(figsize=(width, height), layout="constrained", **subplots)


def short(number):
    """Three significant figures, or a whole number with thousands: 0.0123, 45.6, 1,230."""
    return f"{number:,.0f}" if 100 <= number < 1e7 else f"{number:.3g}"

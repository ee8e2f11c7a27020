"""The accuracy predictor theta(g) = 1 / (a + exp(b/g + c)) [reconstructed] as an archive keeps it."""
import math

import numpy as np

# The column of table "samples" that a predictor reads, what it is called, and what is added (NN-Mass may be 0).
SOURCES = {
    "nn_degree.links": ("nn_degree", "NN-Degree, reading links", 0),
    "nn_degree.channels": ("nn_degree_channels", "NN-Degree, reading channels", 0),
    "nn_mass": ("nn_mass", "NN-Mass + 1", 1),
    "parameters": ("parameters", "parameters", 0),
    "macs": ("macs", "multiply-accumulates for one image", 0),
}


def used_predictor(archive):
    """The row of table "predictor" that searches use, as a dictionary; None if there is none."""
    table = archive.frame("predictor")
    if table.empty or "used" not in table:
        return None
    used = table[table["used"] == 1]
    return used.iloc[0].to_dict() if len(used) else None


def values(samples, predictor):
    """What the predictor reads of each sample, and its name."""
    column, label, shift = SOURCES[predictor]
    return samples[column].astype(float) + shift, label


def theta(row, g):
    with np.errstate(over="ignore", divide="ignore"):
        return 1 / (row["a"] + np.exp(row["b"] / g + row["c"]))


def band(row, g):
    """Half width of the 95 % prediction band of accuracy at g: delta method and Student's t, times what the errors of
    samples that a fit has not seen are larger by; NaN where undetermined."""
    e = np.exp(row["b"] / g + row["c"])
    t = theta(row, g)
    slope = -t * t * e
    gradient = np.stack([-t * t, slope / g, slope])
    covariance = np.array([[row["cov_" + "".join(sorted(i + j))] for j in "abc"] for i in "abc"])
    variance = np.einsum("in,ij,jn->n", gradient, covariance, gradient)
    factor = row.get("band_factor", 1.0)  # since format 2.1
    return factor * student_t(row["samples"] - 3) * np.sqrt(row["sigma"] ** 2 + np.maximum(variance, 0))


def score_of(row, accuracy):
    """The g at which theta gives an accuracy between 0 and 1; of the additive predictor, whose a is 1."""
    return row["b"] / (np.log(1 / accuracy - row["a"]) - row["c"])


def student_t(freedom):
    """The two-sided 95 % quantile of Student's t, to about four figures; NaN without a degree of freedom."""
    if not freedom >= 1:
        return math.nan
    x = np.linspace(0, 20, 200001)
    log_scale = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2) - 0.5 * math.log(freedom * math.pi)
    density = np.exp(log_scale - (freedom + 1) / 2 * np.log1p(x * x / freedom))
    share = np.concatenate([[0], np.cumsum((density[1:] + density[:-1]) / 2) * x[1]])
    return float(np.interp(0.475, share, x))

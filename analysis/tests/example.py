"""Archives for the tests, written with h5py alone, by FORMAT.md."""
import contextlib
import hashlib
import json
import os
import sys
import tempfile

import h5py
import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from flash_analysis import spec  # noqa: E402
from flash_analysis.archive import SEAL_MARK  # noqa: E402

TYPES = {"i64": "<i8", "u64": "<u8", "f64": "<f8", "id": "<u8"}
JOB = '[space]\nwm = [1, 2]  # a <comment> & more\n'


def theta(g, a=1.1, b=40.0, c=-1.5):
    return 1 / (a + np.exp(b / g + c))


def network(rng, n):
    start = 1.7e9 + 10 * np.arange(n) / 2
    return {
        "id": np.arange(n) * 1000003, "network": ["wm=1 depth=5 tc=3,0,12"] * n, "wm": rng.integers(1, 4, n), "depths": ["5"] * n, "skips": ["3,0,12"] * n,
        "role": ["holdout" if i % 6 == 5 else "fit" for i in range(n)],
        "state": ["failed" if i == 2 else "done" for i in range(n)],
        "attempt": np.ones(n), "tries": np.ones(n), "rank": np.arange(n) % 2, "host": ["node"] * n, "t_start": start,
        "t_end": start + 9, "seed": np.arange(n) + 2**63, "error": ["diverged" if i == 2 else "" for i in range(n)],
    }


def contents(seed=1, n=18):
    """Every table of the format as a dictionary of columns, with plausible numbers."""
    rng = np.random.default_rng(seed)
    samples = network(rng, n)
    g = np.linspace(60, 300, n)
    accuracy = theta(g) + rng.normal(0, 0.01, n)
    accuracy[2] = np.nan
    samples.update(accuracy=accuracy, accuracy_predicted=theta(g), train_loss=np.full(n, 0.5), learning_rate=np.full(n, 0.05),
                   nn_degree=g, nn_degree_channels=g / 10, nn_mass=g * 2 - 120, parameters=g * 1e4, macs=g * 1e6,
                   seconds=np.full(n, 9.0), trainings=np.ones(n, int), round=np.zeros(n, int))
    epochs = np.tile(np.arange(1, 6), n)
    ids = np.repeat(samples["id"], 5)
    curves = {"id": ids, "network": ["wm=1 depth=5 tc=3,0,12"] * 5 * n, "epoch": epochs, "train_loss": 2 / epochs, "test_accuracy": np.full(5 * n, np.nan),
              "accuracy": np.repeat(theta(g), 5) * (1 - 0.5 / epochs),
              "seconds": np.ones(5 * n)}
    predictors = ["nn_degree.links", "nn_degree.channels", "nn_mass", "parameters", "macs"]
    p = len(predictors)
    predictor = {name: np.full(p, 0.01) for name, kind in columns("predictor") if kind == "f64"}
    predictor.update(predictor=predictors, used=[1, 0, 0, 0, 0], samples=[15] * p, a=[1.1] * p, b=[40.0] * p, c=[-1.5] * p,
                     cov_aa=[1e-3] * p, cov_ab=[0] * p, cov_ac=[0] * p, cov_bb=[4] * p, cov_bc=[0] * p, cov_cc=[1e-3] * p, rmse_loo_mean=[0.02] * p, band_factor=[1.0] * p,
                     score_band=[np.nan] * p, choice=["the simpler one"] + [""] * (p - 1))
    measured = network(rng, n)
    measured.pop("tries")
    measured["device"] = ["a processor \u00b5"] * n
    latency = 2 + g / 50
    measured.update(latency_ms=latency * (1 + rng.normal(0, 0.03, n)), latency_ms_iqr=np.full(n, 0.1),
                    latency_ms_first=np.where(np.arange(n) == 1, latency * 1.7, np.nan),
                    latency_ms_again=np.where(np.arange(n) == 1, latency, np.nan),
                    latency_ms_predicted=latency, latency_ms_band=latency * 0.02, parameters=g * 1e4, macs=g * 1e6,
                    repeats=np.full(n, 20), outliers=np.zeros(n, int), peak_memory_mib=np.full(n, 250.0),
                    t_start=measured["t_start"] + 100, t_end=measured["t_end"] + 100)
    measured.update({name: np.full(n, np.nan) for metric in ("energy_mj", "area_mm2")
                     for name in (metric, metric + "_predicted", metric + "_band")})
    model = {"metric": ["latency"] * 2, "device": ["a processor"] * 2, "feature": ["intercept", "macs"], "coefficient": [2.0, 2e-8]}
    machines = {"processor": ["a processor \u00b5"], "cores": [2], "memory_mib": [24000], "kernel": ["Linux 6.1"], "governor": [""],
                "libraries": ["LibTorch 1.13.1, oneDNN 2.6.3"], "hosts": ["node"], "networks": [n]}
    sets = {"name": ["none", "hardware"], "accuracy_min": [-np.inf, 0.5], "latency_max_ms": [np.inf, 9], "energy_max_mj": [np.inf] * 2,
            "area_max_mm2": [np.inf] * 2, "parameters_max": [np.inf, 1e6], "macs_max": [np.inf] * 2,
            "peak_memory_max_kib": [np.inf] * 2, "margin": [0.0] * 2}
    sets.update({f"{name}_asked": sets[name] for name in ("accuracy_min", "latency_max_ms", "energy_max_mj", "area_max_mm2")})
    sweep = {"constraints": ["none"], "block": [0], "first_id": [0], "count": [10**6], "feasible": [10**6], "best_id": [77],
             "network": ["wm=1 depth=5 tc=3,0,12"], "best_objective": [0.2], "checksum": [2**64 - 1], "seconds": [3.0]}
    evaluation = {"accuracy": 0.7, "latency_ms": 3.5, "energy_mj": np.nan, "area_mm2": np.nan, "extrapolated": 0, "parameters": 44066,
                  "macs": 1531136}
    top = {"constraints": ["none", "hardware"], "rank_order": [1, 1], "id": [77, 78],
           "network": ["wm=1 depth=5 tc=3,0,12", "wm=1 depth=5 tc=3,0,13"], "objective": [0.2, 0.18]}
    top.update({k: [v] * 2 for k, v in evaluation.items()})
    edges = {"accuracy": np.linspace(.5, .9, 6), "latency": np.geomspace(1, 100, 6)}
    bins = [(q, "1" if q == "accuracy" else "ms", low, high, 1000 + i) for q, at in edges.items()
            for i, (low, high) in enumerate(zip(at, at[1:]))]
    histograms = dict(zip(("quantity", "unit", "lower_edge", "upper_edge", "count"), map(list, zip(*bins))))
    pareto = {"front": ["accuracy,latency"] * 3, "id": [9, 5, 0], "network": ["a", "b", "c"], "objective": [.1, .2, .3], "accuracy": [.9, .8, .6],
              "latency_ms": [9.0, 4.0, 1.0], "energy_mj": [np.nan] * 3, "area_mm2": [np.nan] * 3, "parameters": [9000] * 3, "macs": [90000] * 3}
    rows = [(m, s, k) for m in ("random", "evolution", "reinforce", "shgo", "shgo-hierarchical", "one of tomorrow")
            for s in ("none", "hardware") for k in range(3)]
    scale = {"random": 1, "evolution": .5, "reinforce": 1, "shgo": .01, "shgo-hierarchical": .001, "one of tomorrow": .3}
    seconds = np.array([2.0 * scale[m] for m, _, _ in rows])
    compare = {"method": [r[0] for r in rows], "constraints": [r[1] for r in rows], "seed": [r[2] for r in rows],
               "found": [1] * len(rows), "best_id": [77] * len(rows), "network": ["wm=1"] * len(rows), "objective": [0.19] * len(rows),
               "gap": [0.05] * len(rows), "gap_random": [0.3] * len(rows), "evaluations": [5000] * len(rows), "seconds": seconds,
               "evaluations_1pc": [np.nan] * len(rows), "seconds_1pc": [np.nan] * len(rows),
               "speedup_rl": 2 / seconds, "speedup_rl_is_bound": [m == "shgo" for m, _, _ in rows],
               "speedup_exhaustive": 3 / seconds}
    compare.update({k: [v] * len(rows) for k, v in evaluation.items()})
    summary = summary_of(compare)
    points = [(m, s, k, e, e / 5000 * t, 0.19 - 0.1 / e) for (m, s, k), t in zip(rows, seconds) for e in (1, 10, 200, 3000)]
    trace = dict(zip(("method", "constraints", "seed", "evaluations", "seconds", "objective"), map(list, zip(*points))))
    events = {"time": [1.7e9, 1.7e9 + 200], "kind": ["start", "stop"], "text": ["2 ranks", "<b>signal</b>"]}
    ran = [("train", samples), ("calibrate", measured)]
    tasks = {key: np.concatenate([np.asarray(table[key]) for _, table in ran]) for key in ("state", "rank", "host", "t_start", "t_end")}
    tasks.update(stage=np.repeat([stage for stage, _ in ran], [len(table["id"]) for _, table in ran]),
                 task=np.concatenate([table["id"] for _, table in ran]), attempt=np.ones(len(tasks["rank"])))
    finished = np.isin(tasks["state"], ["done", "failed"])
    tasks = {key: list(values[finished]) for key, values in tasks.items()}
    superseded = {"stage": ["train"], "task": [77], "state": ["done"], "inputs": ["0" * 32], "rank": [0], "host": ["node"],
                  "t_start": [1.6e9], "t_end": [1.6e9 + 9], "result": ['{"accuracy": 0.5}']}
    answer = plain("answer", 2) | {"constraints": ["none", "hardware"], "own": [1, 0], "id": [77, 78]}
    confirmed = plain("confirmed", 3) | {"id": [77, 9, 5], "role": ["best", "rival", "control"], "constraints": ["none"] * 3}
    trainings = plain("confirmed/trainings", 6) | {"id": [77, 77, 9, 9, 5, 5], "training": [0, 1] * 3}
    jobs = {"time": [1.6e9, 1.7e9], "path": ["/a/job.toml"] * 2, "job": [JOB, JOB + "# more\n"],
            "overrides": ["[]", '[["train.device","cpu"]]'], "images": ["0" * 64] * 2}
    return {"samples": samples, "curves": curves, "predictor": predictor, "hardware/host": measured,
            "hardware/host/model": model, "machines": machines, "constraints": sets, "sweep": sweep, "sweep/top": top,
            "sweep/histograms": histograms, "sweep/pareto": pareto, "compare": compare, "compare/summary": summary,
            "answer": answer, "confirmed": confirmed, "confirmed/trainings": trainings,
            "trace": trace, "tasks": tasks, "superseded": superseded, "jobs": jobs, "events": events}


def plain(table, n):
    """Columns of a table of which no picture is drawn: any numbers, and texts that it may hold."""
    values = {"f64": lambda c: np.full(n, 0.5), "str": lambda c: [(c.get("choices") or ["wm=1 depth=5 tc=3,0,12"])[0]] * n}
    return {c["name"]: values.get(c["type"], lambda c: np.ones(n, int))(c) for c in spec.columns_of(table)}


def summary_of(compare):
    """Medians and quartiles of rows that all found something."""
    runs = list(zip(compare["constraints"], compare["method"]))
    keys = sorted(set(runs), key=runs.index)
    summary = {name: [] for name, _ in columns("compare/summary")}
    for key in keys:
        mine = [i for i, run in enumerate(runs) if run == key]
        for name, value in zip(("constraints", "method", "optimum", "runs", "found", "within_1pc", "speedup_rl_bounds"),
                               (*key, 0.2, len(mine), len(mine), 0, sum(compare["speedup_rl_is_bound"][i] for i in mine))):
            summary[name].append(value)
        for name in summary:
            figure, _, quartile = name.rpartition("_")
            if quartile in ("q1", "median", "q3"):
                values = np.asarray(compare[figure], float)[mine]
                summary[name].append(np.quantile(values, {"q1": 0.25, "median": 0.5, "q3": 0.75}[quartile]))
    return summary


def columns(table):
    """Name and type of each."""
    return [(column["name"], column["type"]) for column in spec.columns_of(table)]


def attributes():
    values = {name: name if kind == "str" else 2 for name, kind in spec.ATTRIBUTES.items()}
    values.update(format="flash-archive", format_version=spec.VERSION, software="flash", job=JOB, job_name="a <job>", space_size="63102615225",
                  job_sha256=hashlib.sha256(JOB.encode()).hexdigest(), space=json.dumps({"wm": [1, 2]}))
    return values


def write(path, tables=None, change=None, sealed=True, **root):
    """Writes an archive. `change` may spoil the open file before it is sealed."""
    with h5py.File(path, "w", track_order=True) as file:
        tables = contents() if tables is None else tables
        for name, item in (attributes() | root).items():
            write_attribute(file, name, item)
        write_attribute(file, "tables", list(tables))
        for table, values in tables.items():
            group = file.require_group(table)
            write_attribute(group, "columns", list(values))
            for column in spec.columns_of(table):
                if column["name"] in values:
                    write_column(group, column["name"], column["type"], column["units"], values[column["name"]])
        if "hardware/host/model" in tables:
            file["hardware/host/model"].attrs["latency_r2_fit"] = 0.98
        if change:
            change(file)
    if sealed:
        seal(path)


def fixed(texts):
    """The texts as format 2 has them, and their type: of one length, the longest's."""
    encoded = [text.encode() for text in texts]
    kind = h5py.string_dtype("utf-8", max([1] + [len(text) for text in encoded]))
    return np.array(encoded, dtype=kind), kind


def write_attribute(item, name, value):
    if isinstance(value, int):
        item.attrs[name] = np.int64(value)
        return
    texts, kind = fixed([value] if isinstance(value, str) else value)
    item.attrs.create(name, texts[0] if isinstance(value, str) else texts, dtype=kind)


def write_column(group, name, kind, units, values):
    texts = kind == "str" or (kind == "id" and len(values) and isinstance(values[0], str))
    values, stored = fixed(values) if texts else (np.asarray(values, dtype=TYPES[kind]), TYPES[kind])
    data = group.create_dataset(name, data=values, dtype=stored, chunks=(max(1, len(values)),), maxshape=(None,), shuffle=True,
                                compression="gzip", fletcher32=True)
    write_attribute(data, "units", units)
    write_attribute(data, "long_name", name.replace("_", " "))


def seal(path):
    with open(path, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    with open(path, "ab") as file:
        file.write(SEAL_MARK + digest.encode() + b"\n")


def empty(tables):
    """The same tables without a row."""
    return {table: {name: [] for name in columns} for table, columns in tables.items()}


@contextlib.contextmanager
def run_directory(tables=None, **how):
    """A run directory with an archive in it."""
    with tempfile.TemporaryDirectory() as folder:
        write(os.path.join(folder, "archive.h5"), tables, **how)
        yield folder

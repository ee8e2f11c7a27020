"""The tables of archive format 1.3.0, for the validator. FORMAT.md is the same in prose; a test keeps them equal.

A column is "name type units": i64, u64, f64 or str; units "-" for text.
"""

ATTRIBUTES = {
    "str": """format format_version software version git_hash dependencies compiler hosts date command_line job
              job_sha256 job_name space space_size run_id slurm_job_id references models""".split(),
    "i64": "ranks seed restarts".split(),
}

_NETWORK = """id u64 1
wm i64 1
depths str -
skips str -
role str -
state str -
attempt i64 1
rank i64 1
host str -
t_start f64 s
t_end f64 s
seed u64 1
error str -
"""

_METRICS = (("latency_ms", "ms"), ("energy_mj", "mJ"), ("area_mm2", "mm2"))

_EVALUATION = """objective f64 1
accuracy f64 1
latency_ms f64 ms
energy_mj f64 mJ
area_mm2 f64 mm2
"""

_SUMMARY = (("objective", "1"), ("gap", "1"), ("evaluations", "1"), ("seconds", "s"), ("evaluations_1pc", "1"),
            ("seconds_1pc", "s"), ("speedup_rl", "1"), ("speedup_exhaustive", "1"))

_TABLES = {
    "samples": _NETWORK.replace("attempt i64 1\n", "attempt i64 1\ntries i64 1\n") + """accuracy f64 1
accuracy_predicted f64 1
train_loss f64 1
learning_rate f64 1
nn_degree f64 1
nn_degree_channels f64 1
nn_mass f64 1
parameters i64 1
macs i64 1
seconds f64 s
""",
    "curves": """id u64 1
epoch i64 1
train_loss f64 1
test_accuracy f64 1
seconds f64 s
""",
    "predictor": """predictor str -
used i64 1
a f64 1
b f64 1
c f64 1
rmse_fit f64 1
rmse_loo f64 1
rmse_loo_mean f64 1
rmse_holdout f64 1
spearman f64 1
kendall f64 1
sigma f64 1
samples u64 1
""" + "".join(f"cov_{pair} f64 1\n" for pair in ("aa", "ab", "ac", "bb", "bc", "cc")),
    "hardware/TARGET": _NETWORK + "".join(f"{m} f64 {u}\n{m}_predicted f64 {u}\n{m}_band f64 {u}\n" for m, u in _METRICS)
    + """latency_ms_iqr f64 ms
peak_memory_mib f64 MiB
repeats i64 1
outliers i64 1
parameters i64 1
macs i64 1
""",
    "hardware/TARGET/model": """metric str -
feature str -
coefficient f64 *
""",
    "hardware/TARGET/layers": """id u64 1
cell i64 1
index i64 1
part i64 1
tiles i64 1
crossbars i64 1
utilisation f64 1
compute_cycles i64 1
communication_cycles i64 1
flits i64 1
flit_hops i64 1
most_loaded_flits i64 1
energy_mj f64 mJ
""",
    "hardware/TARGET/energy": """id u64 1
part str -
energy_mj f64 mJ
""",
    "hardware/TARGET/area": """id u64 1
part str -
area_mm2 f64 mm2
""",
    "constraints": """name str -
accuracy_min f64 1
latency_max_ms f64 ms
energy_max_mj f64 mJ
area_max_mm2 f64 mm2
""",
    "sweep": """constraints str -
block i64 1
first_id u64 1
count u64 1
feasible u64 1
best_id u64 1
best_objective f64 1
checksum u64 1
seconds f64 s
""",
    "sweep/top": "constraints str -\nrank_order i64 1\nid u64 1\n" + _EVALUATION + "extrapolated i64 1\n",
    "sweep/histograms": "quantity str -\nunit str -\nlower_edge f64 *\nupper_edge f64 *\ncount u64 1\n",
    "sweep/pareto": "front str -\nid u64 1\n" + _EVALUATION,
    "compare": "method str -\nconstraints str -\nseed i64 1\nfound i64 1\nbest_id u64 1\n" + _EVALUATION + """extrapolated i64 1
gap f64 1
evaluations u64 1
seconds f64 s
evaluations_1pc f64 1
seconds_1pc f64 s
speedup_rl f64 1
speedup_rl_is_bound i64 1
speedup_exhaustive f64 1
""",
    "compare/summary": """constraints str -
method str -
optimum f64 1
runs u64 1
found u64 1
within_1pc u64 1
speedup_rl_bounds u64 1
""" + "".join(f"{figure}_{quartile} f64 {units}\n" for figure, units in _SUMMARY for quartile in ("q1", "median", "q3")),
    "trace": """method str -
constraints str -
seed i64 1
evaluations u64 1
seconds f64 s
objective f64 1
""",
    "tasks": """stage str -
task u64 1
state str -
attempt i64 1
rank i64 1
host str -
t_start f64 s
t_end f64 s
""",
    "superseded": """stage str -
task u64 1
state str -
inputs str -
rank i64 1
host str -
t_start f64 s
t_end f64 s
result str -
""",
    "jobs": """time f64 s
path str -
job str -
overrides str -
images str -
""",
    "events": """time f64 s
kind str -
text str -
""",
}

TABLES = {table: [tuple(line.split()) for line in text.splitlines()] for table, text in _TABLES.items()}

# Columns with few permitted values.
CHOICES = {"role": {"fit", "holdout"}, "state": {"done", "failed", "missing"}}


def columns_of(table):
    """The specified columns of a table, whatever the target's name; None for a table that the format does not know."""
    parts = table.split("/")
    if parts[0] == "hardware" and len(parts) > 1:
        parts[1] = "TARGET"
    return TABLES.get("/".join(parts))

"""What is held: a function a golden, which runs flash and yields names with values."""

import json
import pathlib

from flash import MODELS, SPACES, tables

TOP = pathlib.Path(__file__).resolve().parents[2]

CASES = {}
BY_PROCESSOR = set()  # goldens whose digits hang on the processor's instruction set


def golden(function):
    CASES[function.__name__] = function
    return function


def by_processor(function):
    BY_PROCESSOR.add(function.__name__)
    return golden(function)


def spread(size, count):
    """Ids over the whole space: both ends, and steps of the golden ratio between."""
    steps = {k * 11400714819323198485 % 2**64 * size >> 64 for k in range(1, count + 1)}
    return sorted({0, 1, size - 2, size - 1} | steps)


@golden
def networks(flash):
    """Ids and their networks, NN-Degree, NN-Mass, parameters and MACs."""
    by_text = "--network" in flash.run("describe", "--help")
    for space in SPACES:
        job = flash.job(space)
        whole = flash.json("space", job)
        variables = [{key: value for key, value in variable.items() if key != "max"}  # was a formula
                     for variable in whole["variables"]]
        yield space, {"size": whole["size"], "strata": whole["strata"], "variables": variables}
        for network in spread(whole["size"], 20):
            found = flash.json("describe", job, "--id", network)
            yield f"{space} {network}", found
            if by_text and "depth" in found:
                depths = found["depth"] if isinstance(found["depth"], list) else [found["depth"]]
                text = f"wm={found['wm']} depth={','.join(map(str, depths))} tc={','.join(map(str, found['skips']))}"
                yield f"{space} {network}", flash.json("describe", job, "--network", text)


# Fitted models of data/models, with bounds in the middle of what their networks do.
FITTED = {
    "flash-63b-host": ("flash-63b", "accuracy_min = 0.7284", "latency_max_ms = 63.6"),
    "flash-63b-imc": ("flash-63b", "accuracy_min = 0.7284",
                      "latency_max_ms = 1.49\nenergy_max_mj = 0.2785\narea_max_mm2 = 63.37"),
    "cifar-small-imc": ("cifar-small", "accuracy_min = 0.3756",
                        "latency_max_ms = 0.598\nenergy_max_mj = 0.0097\narea_max_mm2 = 10.42"),
    "shapes-mini-host": ("shapes-mini", "accuracy_min = 0.6186", "latency_max_ms = 1.46"),
    "shapes-mini-imc": ("shapes-mini", "accuracy_min = 0.6186",
                        "latency_max_ms = 0.106\nenergy_max_mj = 0.00142\narea_max_mm2 = 7.125"),
    "mnist-mlp-imc": ("mnist-mlp", "accuracy_min = 899.2",
                      "latency_max_ms = 0.00124\nenergy_max_mj = 0.0001356\narea_max_mm2 = 4.852"),
}
DEGREES = {"flash-63b": 1200.5, "cifar-small": 70.5, "shapes-mini": 60.5, "mnist-mlp": 700.5}  # floors of NN-Degree
TRAINING_FREE = {"mnist-mlp-imc"}  # its file has no accuracy predictor


def problems(name, exponents=(1, 20)):
    """Sections of the fitted models' constraint sets and objectives."""
    _, floor, ceilings = FITTED[name]
    free = "\ntraining_free = true" if name in TRAINING_FREE else ""
    sets = {"none": "", "accuracy": floor, "hardware": ceilings, "all": f"{floor}\n{ceilings}",
            "unattainable": f"{floor}\nlatency_max_ms = 1e-9"}
    for exponent in exponents:
        for label, keys in sets.items():
            yield (f"{label}, accuracy^{exponent}",
                   {"constraints": keys, "objective": f"accuracy = {exponent}.0{free}"})


def target(name):
    return f'target = "{name.rsplit("-", 1)[1]}"'


@golden
def exact(flash):
    """The proven optimum and the next best, under every constraint set."""
    for name, (space, floor, _) in FITTED.items():
        for label, sections in problems(name):
            job = flash.job(space, name, hardware=target(name), **sections)
            yield f"{name}, {label}", flash.json("exact", job, "--top", 5)
        degree = DEGREES[space]
        for label, keys in {"none": "", "nn-degree": f"accuracy_min = {degree}"}.items():
            job = flash.job(space, name, hardware=target(name), objective="training_free = true", constraints=keys)
            yield f"{name}, training-free, {label}", flash.json("exact", job, "--top", 5)


@golden
def fronts(flash):
    """Exact Pareto fronts without enumerating."""
    for name, (space, _, _) in FITTED.items():
        job = flash.job(space, name, hardware=target(name))
        free = ["--training-free"] if name in TRAINING_FREE else []
        if name == "flash-63b-imc":  # hundreds of thousands of points, found as the smaller spaces' are
            continue
        for front in flash.json("exact", job, "--pareto", *free)["pareto"]:
            yield f"{name}, accuracy, {', '.join(front['metrics'])}", front


METHODS = ["random", "annealing", "evolution", "reinforce", "shgo", "shgo-hierarchical"]


@golden
def search(flash):
    """Every method with several seeds, by both programs that search."""
    for name in ("flash-63b-imc", "shapes-mini-host", "mnist-mlp-imc"):
        space = FITTED[name][0]
        for label, sections in problems(name, exponents=[20]):
            if label.split(",")[0] not in ("none", "all"):
                continue
            job = flash.job(space, name, hardware=target(name), **sections)
            for method in METHODS:
                for seed in (0, 1, 7):
                    found = flash.json("search", job, "--method", method, "--seed", seed,
                                       "--evaluations", 3000)
                    yield f"{name}, {label}, {method}, seed {seed}", found
    job = flash.job("shapes-mini", "shapes-mini-imc", hardware=target("shapes-mini-imc"))
    found = flash.json("search", job, "--method", "exhaustive", "--evaluations", 10**9)
    yield "shapes-mini-imc, exhaustive", found
    for name in FITTED:
        free = ["--training-free"] if name in TRAINING_FREE else ["--accuracy-exponent", 20]
        free += ["--latency-exponent", 1, "--energy-exponent", 1, "--area-exponent", 1]
        for method in ("shgo-hierarchical", "exact"):
            found = flash.json(MODELS / f"{name}.json", *free, "--method", method, program="flash-search")
            yield f"flash-search, {name}, {method}", found
    for preset in ("flash-63b", "cifar-small", "shapes-mini", "mnist-mlp"):
        found = flash.json("--preset", preset, "--training-free", "--seed", 2, program="flash-search")
        yield f"flash-search, {preset}, training-free", found


SWEPT = "top = 40\nblock = {block}\nhistograms = {all}\npareto = {all}"
SWEEP_TABLES = ("constraints", "sweep", "sweep/top", "sweep/histograms", "sweep/pareto")


@golden
def sweep(flash):
    """Small spaces in full, with histograms and fronts; a billion of the large one's configurations, by a shard."""
    blocks = {"cifar-small-imc": 50_000_000, "shapes-mini-host": 300_000, "shapes-mini-imc": 1_000_000,
              "mnist-mlp-imc": 5_000}
    for name, block in blocks.items():
        space, floor, ceilings = FITTED[name]
        large = name == "cifar-small-imc"  # its histograms take seconds
        objective = "training_free = true" if name in TRAINING_FREE else "accuracy = 1.0" if large else "accuracy = 20.0"
        job = flash.job(space, name, hardware=target(name), constraints=f"{floor}\n{ceilings}",
                        objective=objective, sweep=SWEPT.format(block=block, all=str(not large).lower()))
        run = flash.run_directory()
        flash.run("sweep", job, "-o", run, "--threads", 2)
        for table, rows in tables(run, *SWEEP_TABLES).items():
            yield f"{name}, {table}", rows
        found = flash.json("sweep", job, "--threads", 1)
        yield f"{name}, printed", {key: found[key] for key in ("configurations", "feasible", "best")}
    for name in ("flash-63b-host", "flash-63b-imc"):
        space, floor, ceilings = FITTED[name]
        job = flash.job(space, name, hardware=target(name), constraints=f"{floor}\n{ceilings}",
                        objective="accuracy = 20.0",
                        sweep=SWEPT.format(block=50_000_000, all="false") + "\nmax_size = 100_000_000_000")
        run = flash.run_directory()
        flash.run("sweep", job, "-o", run, "--shard", "37/128", "--threads", 2)
        yield f"{name}, shard 37/128", tables(run, "sweep")["sweep"]


# What archives have of the simulator before it was held against others.
FIRST_CHIP = ("latency_ms", "energy_mj", "area_mm2", "tiles", "crossbars", "utilisation", "mesh_side", "compute_cycles",
              "communication_cycles")


@golden
def simulate(flash):
    """Networks on the chip, layer by layer, and on a chip of other constants."""
    other = flash.folder / "other.toml"
    other.write_text("[crossbar]\nrows = 128\ncolumns = 64\ncell_bits = 2\n"
                     "[chip]\nclock_ghz = 0.3\n[tile]\nrows = 2\n")
    for space in SPACES:
        job = flash.job(space, hardware='target = "imc"')
        size = flash.json("space", job)["size"]
        *_, middle, _, last = spread(size, 1)
        for network in (middle, last):
            yield f"{space} {network}", flash.json("simulate", job, "--id", network)
            first = flash.json("simulate", job, "--id", network, "--design", TOP / "data/targets/imc-v1.toml")
            yield f"{space} {network}, the first chip", {key: first[key] for key in FIRST_CHIP}
        if space in ("cifar-small", "depthwise", "mlp"):
            yield f"{space} {middle}, other chip", flash.json("simulate", job, "--id", middle, "--design", other)


@golden
def models(flash):
    """Hardware models fitted to the chip and to a table, and what a run's archive holds of all stages but training."""
    for name in ("shapes-mini-imc", "mnist-mlp-imc"):
        space, floor, ceilings = FITTED[name]
        free = "training_free = true" if name in TRAINING_FREE else "accuracy = 2.0"
        sections = {"hardware": 'target = "imc"\ncount = 24\nholdout = 8', "objective": free,
                    "constraints": f"{floor}\n{ceilings}",
                    "search": f"methods = {json.dumps(METHODS + ['exact'])}\nseeds = 2\nevaluations = 1000",
                    "sweep": SWEPT.format(block=400_000, all="true")}
        job, run = flash.job(space, name, **sections), flash.run_directory()
        for stage in ("calibrate", "fit", "sweep", "compare"):
            flash.run(stage, job, "-o", run)
        for table, rows in tables(run).items():
            yield f"{name}, {table}", rows
        yield f"{name}, models.json", read_json(run / "models.json")
    # Measurements made elsewhere: a polynomial of the id, so that the file is the same everywhere.
    size, rows = 1099670, ["id,latency_us,energy_uj"]
    for k, network in enumerate(spread(size, 60)):
        rows.append(f"{network},{900 + network % 977 + network // 4000},{40 + network // 30000 + k % 3}")
    (flash.folder / "board.csv").write_text("\n".join(rows) + "\n")
    board = 'target = "table"\nfile = "board.csv"\ncount = 50\nholdout = 12'
    job, run = flash.job("shapes-mini", "shapes-mini-host", hardware=board), flash.run_directory()
    for stage in ("calibrate", "fit"):
        flash.run(stage, job, "-o", run)
    for table, rows in tables(run, "hardware/table", "hardware/table/model").items():
        yield f"board, {table}", rows
    yield "board, models.json", read_json(run / "models.json")


def trained(flash, space, train, *wanted, command="train"):
    """A few networks trained for a few epochs: accuracies, losses and curves, or all that the command's archive holds."""
    sample = "count = 5\nholdout = 1" + ("\nmax_mmacs = 0.16" if space == "depthwise" else "")
    job = flash.job(space, data="train_images = 600\ntest_images = 300\nvalidation_share = 0",
                    train=f"batch = 20\nthreads = 1\n{train}", sample=sample,
                    hardware='target = "imc"\ncount = 12\nholdout = 4', predictor='kind = "paper"',
                    search='methods = ["random", "shgo-hierarchical", "exact"]\nseeds = 2\nevaluations = 300')
    run = flash.run_directory()
    flash.run(command, job, "-o", run)
    return tables(run, *wanted).items(), run


@by_processor
def train(flash):
    """Training digits of dense cells, by both blocks and both optimisers, and what a whole run makes of them."""
    found, run = trained(flash, "tiny", "epochs = 3\nlearning_rate = 0.1\ncrop = 1", command="run")
    for table, rows in found:
        yield f"run, {table}", rows
    yield "run, models.json", read_json(run / "models.json")
    short = "epochs = 3\ncrop = 0\nretries = 0\n"
    for label, space, keys in (("adam", "tiny", 'learning_rate = 0.01\noptimiser = "adam"'),
                               ("depthwise", "depthwise", "learning_rate = 0.1\nflip = false")):
        for table, rows in trained(flash, space, short + keys, "samples", "curves")[0]:
            yield f"{label}, {table}", rows


@by_processor
def train_mlp(flash):
    """Training digits of mlp cells, in a golden of their own: other activations will change these and no others."""
    for table, rows in trained(flash, "mlp", "epochs = 6\nlearning_rate = 0.2", "samples", "curves")[0]:
        yield table, rows


def read_json(path):
    return json.loads(path.read_text())

"""Runs flash for the goldens, in a folder of its own, and reads the archives that it writes."""

import json
import os
import pathlib
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "analysis"))
from flash_analysis.archive import open_archive  # noqa: E402

MODELS = TOP / "data" / "models"
# Tables about the run itself; and tables of several things, kept apart by the column that tells them apart,
# so that a front, quantity or metric more is none of the others' difference.
NO_VALUES = {"tasks", "events", "jobs", "superseded"}
APART = {"sweep/pareto": "front", "sweep/histograms": "quantity",
         "hardware/imc/model": "metric", "hardware/table/model": "metric"}

SPACES = {  # of a job file, with the images that its models were made for
    "flash-63b": ('preset = "flash-63b"', "side = 32"),
    "cifar-small": ('preset = "cifar-small"', "side = 32"),
    "shapes-mini": ('preset = "shapes-mini"', "side = 16"),
    "mnist-mlp": ('preset = "mnist-mlp"', "side = 28\nchannels = 1"),
    "depthwise": ('block = "depthwise"\nwidths = [6, 12]\nwm = [1, 3]\ndepths = [4, 7]\nskip_step = 3',
                  "side = 12"),
    "separate": ('widths = [4, 8, 16]\nwm = [1, 2]\ndepths = [3, 5, 6]\ndepth_mode = "separate"\n'
                 'skip_step = 2\nskip_max = 40', "side = 16"),
    "no-norm": ('widths = [5, 9]\nwm = [2]\ndepths = "3..6"\nhead_norm = false\nskip_min = 3',
                "side = 8\nchannels = 1"),
    "tiny": ("widths = [4, 8]\nwm = [1, 2]\ndepths = [3, 4]", "side = 8"),
    "mlp": ('family = "mlp-cells"\nwidths = [10]\nwm = [1, 2]\ndepths = [4, 6]', "side = 8\nchannels = 1"),
}


class Flash:
    def __init__(self, binaries, folder):
        self.binaries = pathlib.Path(binaries)
        self.folder = pathlib.Path(folder)
        self.environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
                                OMPI_MCA_hwloc_base_binding_policy="none", OMP_NUM_THREADS="1")
        self.jobs = 0

    def run(self, *arguments, program="flash"):
        """What the program printed; it must have ended well."""
        command = [str(self.binaries / program), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, env=self.environment, cwd=self.folder)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr[-2000:]}")
        return done.stdout

    def json(self, *arguments, program="flash"):
        return json.loads(self.run(*arguments, "--json", program=program))

    def job(self, space, models=None, **sections):
        """A job file in the folder: a space of SPACES, fitted models of data/models, sections of keys as TOML."""
        definition, images = SPACES[space]
        if models is not None:
            sections["models"] = f'file = "{MODELS / models}.json"\n' + sections.get("models", "")
        parts = {"job": 'name = "golden"\nseed = 3', "space": definition, "data": f'source = "shapes"\n{images}'}
        parts["data"] += "\n" + sections.pop("data", "")
        parts["confirm"] = "networks = 0"
        # The ratio of the paper, unless a golden says otherwise.
        given = sections.pop("objective", "")
        parts["objective"] = "".join(f"{name} = 1\n" for name in ("latency", "energy", "area") if f"{name} =" not in given) + given
        self.jobs += 1
        path = self.folder / f"job{self.jobs}.toml"
        path.write_text("\n".join(f"[{name}]\n{keys}\n" for name, keys in (parts | sections).items()))
        return path

    def run_directory(self):
        self.jobs += 1
        return self.folder / f"run{self.jobs}"


def tables(run, *wanted):
    """The named tables of a run's archive, or all that hold results, each as a list of rows."""
    archive = open_archive(run)
    out = {}
    for name in wanted or [name for name in archive.tables if name not in NO_VALUES]:
        frame = archive.frame(name)
        if frame.empty:
            continue
        for key, part in frame.groupby(APART[name], sort=False) if name in APART else [(None, frame)]:
            out[name if key is None else f"{name} of {key}"] = part.to_dict("records")
        for attribute, value in frame.attrs.get("attributes", {}).items():
            if attribute not in ("design", "file"):
                out.setdefault(f"{name}, attributes", {})[attribute] = value
    return out

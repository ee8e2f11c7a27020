"""Golden values: what a version of flash found, kept so that later versions can be held against it to the last bit.

A value is what `flash --json` printed, or a table of an archive, without what clocks and machines had to do
with. Long tables are kept as a digest of each column and their first rows, so that a difference names the column
and can be read.
"""

import hashlib
import json
import math
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parent / "values"

# Names that say when, where and how fast, or that are words for people; and the names that begin so.
IGNORED = {"attempt", "rank", "host", "t_start", "t_end", "rate_per_s", "error", "warnings", "provenance",
           "version", "space", "definition"}
IGNORED_STARTS = ("seconds", "speedup")
FIRST = 2           # rows of a long table that are kept beside its digest
LONG_TABLE = 4      # rows
LONG_LIST = 24      # numbers


def ignored(name):
    return name in IGNORED or name.startswith(IGNORED_STARTS)


def clean(value):
    """The value as it is kept: long lists condensed, absent numbers as null, names of the clock left out."""
    if isinstance(value, dict):
        return {str(name): clean(item) for name, item in value.items() if not ignored(str(name))}
    if isinstance(value, (list, tuple)):
        if len(value) > LONG_TABLE and all(isinstance(item, dict) for item in value):
            return condensed_table([flat(item) for item in value])
        if len(value) > LONG_LIST:
            return {"length": len(value), "first": clean(value[:FIRST]), "sha256": digest(value)}
        return [clean(item) for item in value]
    return number(value)


def number(value):
    """Numbers of numpy as Python's; a real number that is whole as an integer, since both print alike elsewhere."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float):
        if not math.isfinite(value):
            return None if math.isnan(value) else str(value)
        if value.is_integer() and abs(value) < 2**53 and math.copysign(1, value) > 0:
            return int(value)
    return value


def flat(row, prefix=""):
    """A row whose objects are columns: energy_mj/adc."""
    out = {}
    for name, item in row.items():
        if ignored(str(name)):
            continue
        if isinstance(item, dict):
            out.update(flat(item, f"{prefix}{name}/"))
        else:
            out[f"{prefix}{name}"] = item
    return out


def condensed_table(rows):
    columns = sorted({name for row in rows for name in row})
    return {"rows": len(rows), "first": [clean(row) for row in rows[:FIRST]],
            "sha256 of columns": {name: digest([row.get(name) for row in rows]) for name in columns}}


def digest(values):
    """Of the canonical JSON, in which a number is the shortest text that reads back as the same bits."""
    def plain(item):
        if isinstance(item, dict):
            return {name: plain(part) for name, part in item.items() if not ignored(name)}
        return [plain(part) for part in item] if isinstance(item, (list, tuple)) else number(item)
    return hashlib.sha256(json.dumps(plain(values), sort_keys=True).encode()).hexdigest()[:16]


def differences(recorded, found, at=""):
    """Where what was recorded is missing or another; what is found beside it is no difference."""
    if isinstance(recorded, dict) and isinstance(found, dict):
        out = []
        for name, item in recorded.items():
            if ignored(name):
                continue
            where = f"{at}/{name}" if at else name
            missing = [f"{where}: is missing, was {short(item)}"]
            out += differences(item, found[name], where) if name in found else missing
        return out
    if isinstance(recorded, list) and isinstance(found, list) and len(recorded) == len(found):
        pairs = enumerate(zip(recorded, found))
        return [line for i, (a, b) in pairs for line in differences(a, b, f"{at}[{i}]")]
    if type(recorded) is type(found) and recorded == found:
        return []
    return [f"{at}: is {short(found)}, was {short(recorded)}"]


def short(value):
    text = json.dumps(value)
    return text if len(text) <= 200 else text[:200] + " ..."


def read(name):
    path = FOLDER / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else {}


def write(name, values):
    """A line an entry, so that a changed entry is a changed line."""
    lines = [f"{json.dumps(key)}: {json.dumps(item)}" for key, item in values.items()]
    (FOLDER / f"{name}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


def processor():
    """What LibTorch's and oneDNN's kernels choose by, and thus what the digits of a training hang on."""
    flags = pathlib.Path("/proc/cpuinfo").read_text().split()
    return next((name for flag, name in (("avx512f", "avx512"), ("avx2", "avx2")) if flag in flags), "baseline")

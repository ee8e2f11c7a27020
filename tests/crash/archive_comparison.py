"""Two archives of the same job and seed: equal but for what the clock and the machines had to do with."""

import h5py

# Attributes and columns that may differ: who ran it, where, when and how often. Beside them all columns in seconds, and
# speed-ups, which are their ratios.
ATTRIBUTES = {"hosts", "ranks", "date", "command_line", "run_id", "restarts", "slurm_job_id"}
COLUMNS = {"rank", "host", "attempt"}


def differences(one, other):
    """Names of the attributes and columns that tell two runs' archives apart; empty where they hold the same, bit for bit."""
    with h5py.File(one / "archive.h5") as a, h5py.File(other / "archive.h5") as b:
        found = [name for name in sorted(set(a.attrs) | set(b.attrs)) if name not in ATTRIBUTES and not same(a.attrs, b.attrs, name)]
        for table in sorted(set(a.attrs["tables"]) & set(b.attrs["tables"]) - {"events", "jobs", "superseded"}):
            columns = set(a[table].attrs["columns"]) | set(b[table].attrs["columns"])
            found += [f"{table}/{column}" for column in sorted(columns)
                      if not of_the_clock(b[table], column) and not same(a[table], b[table], column)]
        return found


def of_the_clock(table, column):
    return column in COLUMNS or column.startswith("speedup") or (column in table and table[column].attrs["units"] == "s")


def same(one, other, name):
    if name not in one or name not in other:
        return False
    a, b = (h[name][()] if isinstance(h, h5py.Group) else h[name] for h in (one, other))
    if name == "tables":  # what was made before does not count
        a, b = ([table for table in tables if table != "superseded"] for tables in (a, b))
    return bytes_of(a) == bytes_of(b)


def bytes_of(value):
    """To the last bit, absent values included: NaN is equal to itself here."""
    if getattr(value, "dtype", None) is not None and value.dtype != object:
        return value.shape, value.tobytes()
    return list(value) if hasattr(value, "__len__") and not isinstance(value, (str, bytes)) else value

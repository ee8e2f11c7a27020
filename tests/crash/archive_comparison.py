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
        for table in sorted(set(names(a, "tables")) & set(names(b, "tables")) - {"events", "jobs", "superseded"}):
            columns = set(names(a[table], "columns")) | set(names(b[table], "columns"))
            found += [f"{table}/{column}" for column in sorted(columns)
                      if not of_the_clock(b[table], column) and not same(a[table], b[table], column)]
        return found


def of_the_clock(table, column):
    return column in COLUMNS or column.startswith("speedup") or (column in table and plain(table[column].attrs["units"]) == "s")


def same(one, other, name):
    if name not in one or name not in other:
        return False
    a, b = (plain(h[name][()] if isinstance(h, h5py.Group) else h[name]) for h in (one, other))
    if name == "tables":  # what was made before does not count
        a, b = ([table for table in tables if table != "superseded"] for tables in (a, b))
    return a == b


def names(item, attribute):
    return plain(item.attrs[attribute])


def plain(value):
    """As something that can be compared to the last bit, absent values included: NaN is equal to itself here. A text is the
    same whatever the length that it is stored in."""
    if isinstance(value, (str, bytes)):
        return value.decode() if isinstance(value, bytes) else value
    kind = getattr(value, "dtype", None)
    if kind is None or kind.kind in "OSU":
        return [plain(text) for text in value]
    return value.shape, value.tobytes()

"""Opening an archive. The format is written down in FORMAT.md."""
import hashlib
import io
import os

import h5py
import numpy as np
import pandas as pd

BAD_DATA = 65  # exit codes, as those of every flash program
MISSING_INPUT = 66

SEAL_MARK = b"\nflash-archive sha256 "
SEAL_SIZE = len(SEAL_MARK) + 64 + 1


class ArchiveError(Exception):
    """One clear line, and the exit code that goes with it."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class Archive:
    """A whole archive in memory: `attributes` of the root, `tables` in order, a `frame` for each."""

    def __init__(self, path, attributes, frames, sealed):
        self.path = path
        self.attributes = attributes
        self.sealed = sealed  # the file ends with the checksum that flash itself asks for
        self._frames = frames

    @property
    def tables(self):
        return list(self._frames)

    def frame(self, table):
        """The table as a DataFrame; `attrs` holds "units" and "long_name" by column, and the table's "attributes".

        A table that the archive lacks is an empty frame: a run that was stopped early has what it has.
        """
        return self._frames.get(table, pd.DataFrame()).copy()

    def hardware_targets(self):
        """Names of the targets that were measured: "host"."""
        return [name.split("/")[1] for name in self.tables if name.startswith("hardware/") and name.count("/") == 1]


def archive_path(path):
    """The archive of a run directory, or the file itself."""
    if os.path.isdir(path):
        return os.path.join(path, "archive.h5")
    return path


def read_bytes(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        raise ArchiveError(MISSING_INPUT, f"{path}: no such file; is this the directory of a run that has written "
                                          "its archive?") from None
    except OSError as error:
        raise ArchiveError(MISSING_INPUT, f"{path}: cannot be read: {error.strerror}") from None


def seal_of(data):
    """True where the seal holds, None where there is none, False where the file is damaged."""
    body, seal = data[:-SEAL_SIZE], data[-SEAL_SIZE:]
    if not seal.startswith(SEAL_MARK):
        return None
    return seal[len(SEAL_MARK):-1].decode("ascii", "replace") == hashlib.sha256(body).hexdigest()


def open_file(path):
    """The open HDF5 file, and whether it is sealed."""
    data = read_bytes(path)
    sealed = seal_of(data)
    if sealed is False:
        raise ArchiveError(BAD_DATA, f"{path}: is damaged: its checksum does not match")
    try:
        file = h5py.File(io.BytesIO(data), "r")
    except Exception as error:  # h5py raises what the library makes of the damage
        raise ArchiveError(BAD_DATA, f"{path}: is truncated, damaged or no HDF5 file: {one_line(error)}") from None
    if text(file.attrs.get("format")) != "flash-archive":
        raise ArchiveError(BAD_DATA, f"{path}: is no flash archive")
    version = text(file.attrs.get("format_version")) or "?"
    if version.split(".")[0] not in ("1", "2"):
        raise ArchiveError(BAD_DATA, f"{path}: is of archive format {version}; this program reads 1.x and 2.x")
    return file, bool(sealed)


def open_archive(path):
    """Reads the archive of a run directory, or an archive file. Raises ArchiveError."""
    path = archive_path(os.fspath(path))
    file, sealed = open_file(path)
    try:
        with file:
            attributes = {name: value(item) for name, item in file.attrs.items() if name != "tables"}
            frames = {name: read_frame(file[name]) for name in names(file, "tables")}
    except Exception as error:
        raise ArchiveError(BAD_DATA, f"{path}: is no whole flash archive: {one_line(error)}") from None
    return Archive(path, attributes, frames, sealed)


def read_frame(group):
    columns, units, long_names = {}, {}, {}
    for name in names(group, "columns"):
        dataset = group[name]
        columns[name] = texts(dataset) if h5py.check_string_dtype(dataset.dtype) else dataset[()]
        units[name] = text(dataset.attrs.get("units")) or ""
        long_names[name] = text(dataset.attrs.get("long_name")) or ""
    frame = pd.DataFrame(columns)
    frame.attrs = {
        "units": units,
        "long_name": long_names,
        "attributes": {name: value(item) for name, item in group.attrs.items() if name != "columns"},
    }
    return frame


def texts(dataset):
    """A column of texts, of fixed length (format 2) or of variable length (format 1)."""
    return dataset.asstr()[()].astype(object)


def names(item, attribute):
    """A list of names, kept as an attribute."""
    if attribute not in item.attrs:
        raise ValueError(f"{item.name} lacks the attribute '{attribute}'")
    return [text(name) for name in np.atleast_1d(item.attrs[attribute])]


def text(item):
    return item.decode("utf-8", "replace") if isinstance(item, bytes) else item


def value(item):
    return item.item() if isinstance(item, np.generic) and not isinstance(item, bytes) else text(item)


def one_line(error):
    return " ".join(str(error).split())[:200]

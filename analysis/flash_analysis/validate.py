"""Checks an archive against format 1.3.0: python3 -m flash_analysis.validate FILE|RUN."""
import argparse
import hashlib
import sys

import h5py

from . import output, spec
from .archive import ArchiveError, archive_path, names, one_line, open_file, text

USAGE = 64


def validate(path):
    """Findings, each one line; none for a valid archive. Raises ArchiveError where it cannot be opened at all."""
    path = archive_path(path)
    file, sealed = open_file(path)
    findings = [] if sealed else ["the file does not end with its SHA-256: flash will refuse it"]
    with file:
        try:
            findings += _root(file)
            for table in names(file, "tables"):
                findings += _table(file, table)
        except Exception as error:
            findings.append(f"cannot be read further: {one_line(error)}")
    return findings


def _root(file):
    for kind, expected in spec.ATTRIBUTES.items():
        for name in expected:
            if name not in file.attrs:
                yield f"root attribute {name} is missing"
            elif _attribute_kind(file, name) != kind:
                yield f"root attribute {name} is not of type {kind}"
    job, digest = text(file.attrs.get("job")), text(file.attrs.get("job_sha256"))
    if isinstance(job, str) and isinstance(digest, str) and hashlib.sha256(job.encode()).hexdigest() != digest:
        yield "root attribute job_sha256 is not the SHA-256 of job"


def _table(file, table):
    if not isinstance(file.get(table), h5py.Group):
        yield f"table {table} is listed but not there"
        return
    group = file[table]
    present = names(group, "columns")
    lengths = {}
    for name in present:
        dataset = group.get(name)
        if not isinstance(dataset, h5py.Dataset):
            yield f"{table}/{name} is listed but not there"
            continue
        yield from _storage(table, name, dataset)
        if dataset.ndim == 1:
            lengths[name] = dataset.shape[0]
    if len(set(lengths.values())) > 1:
        yield f"table {table} has columns of different lengths: {lengths}"
    expected = spec.columns_of(table) or []
    for name, kind, units in expected:
        if name not in present:
            yield f"{table}/{name} is missing"
        elif isinstance(group.get(name), h5py.Dataset):
            yield from _column(table, group[name], kind, units)


def _storage(table, name, dataset):
    """What holds for every column, those of later versions included."""
    if dataset.ndim != 1:
        yield f"{table}/{name} is not one-dimensional"
    kind = _kind(dataset.id.get_type())
    if kind is None:
        yield f"{table}/{name} is neither text nor a little-endian 64-bit number"
    for attribute in ("units", "long_name"):
        if attribute not in dataset.attrs or _attribute_kind(dataset, attribute) != "str":
            yield f"{table}/{name} lacks the text attribute {attribute}"
    if kind in ("i64", "u64", "f64") and not (dataset.chunks and dataset.shuffle and dataset.compression == "gzip"
                                              and dataset.fletcher32):
        yield f"{table}/{name} is not chunked with shuffle, deflate and fletcher32"


def _column(table, dataset, kind, units):
    name = dataset.name.rsplit("/", 1)[1]
    found = _kind(dataset.id.get_type())
    if found not in (kind, None):
        yield f"{table}/{name} is of type {found}, not {kind}"
    expected = "" if units == "-" else units
    if units != "*" and text(dataset.attrs.get("units")) != expected:
        yield f"{table}/{name} has units '{text(dataset.attrs.get('units'))}', not '{expected}'"
    if name in spec.CHOICES and found == "str":
        for wrong in sorted(set(dataset.asstr()[()]) - spec.CHOICES[name]):
            yield f"{table}/{name} holds '{wrong}', which is none of {', '.join(sorted(spec.CHOICES[name]))}"


def _attribute_kind(item, name):
    attribute = item.attrs.get_id(name)
    return _kind(attribute.get_type()) if attribute.shape == () else None


def _kind(kind):
    if isinstance(kind, h5py.h5t.TypeStringID):
        return "str" if kind.is_variable_str() else None
    for name, standard in (("i64", h5py.h5t.STD_I64LE), ("u64", h5py.h5t.STD_U64LE), ("f64", h5py.h5t.IEEE_F64LE)):
        if kind.equal(standard):
            return name
    return None


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="flash_analysis.validate", description="Checks an archive of flash against "
                                     "format 1.3.0. Prints 'valid', or a line for each finding and exits 1.")
    parser.add_argument("archive", help="an archive, or the directory of a run")
    parser.error = lambda message: (output.complain(f"flash_analysis.validate: {message}"), sys.exit(USAGE))
    options = parser.parse_args(arguments)
    try:
        findings = validate(options.archive)
    except ArchiveError as error:
        output.complain(f"flash_analysis.validate: {error}")
        return error.code
    print("\n".join(findings) or "valid")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(output.run("flash_analysis.validate", main))

"""Checks an archive, of a run or of flash proxy matrix, against its format, 1.x or 2.x: python3 -m flash_analysis.validate
FILE|RUN."""
import argparse
import hashlib
import sys

import h5py

from . import output, spec
from .archive import ArchiveError, archive_path, names, one_line, open_file, text, texts

USAGE = 64


def validate(path):
    """Findings, each one line; none for a valid archive. Raises ArchiveError where it cannot be opened at all."""
    path = archive_path(path)
    file, sealed = open_file(path)
    findings = [] if sealed else ["the file does not end with its SHA-256: flash will refuse it"]
    with file:
        version = text(file.attrs["format_version"])
        try:
            findings += _root(file)
            for table in names(file, "tables"):
                findings += _table(file, table, version)
        except Exception as error:
            findings.append(f"cannot be read further: {one_line(error)}")
    return findings


def _root(file):
    is_matrix = spec.MATRIX in file.attrs
    for name, kind in (spec.MATRIX_ATTRIBUTES if is_matrix else spec.ATTRIBUTES).items():
        if name not in file.attrs:
            yield f"root attribute {name} is missing"
        elif _attribute_kind(file, name) != kind:
            yield f"root attribute {name} is not of type {kind}"
    if is_matrix:
        for table in sorted(set(spec.MATRIX_TABLES) - set(names(file, "tables"))):
            yield f"table {table} is missing"
    job, digest = text(file.attrs.get("job")), text(file.attrs.get("job_sha256"))
    if isinstance(job, str) and isinstance(digest, str) and hashlib.sha256(job.encode()).hexdigest() != digest:
        yield "root attribute job_sha256 is not the SHA-256 of job"


def _table(file, table, version):
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
        yield from _storage(table, name, dataset, version)
        if dataset.ndim == 1:
            lengths[name] = dataset.shape[0]
    if len(set(lengths.values())) > 1:
        yield f"table {table} has columns of different lengths: {lengths}"
    for column in spec.columns_of(table, version) or []:
        name, column = column["name"], column | {"type": _stored(file, column["type"])}
        if name not in present:
            if not column.get("optional"):
                yield f"{table}/{name} is missing"
        elif isinstance(group.get(name), h5py.Dataset):
            yield from _column(table, group[name], column)


def _stored(file, kind):
    """Ids are integers, or, in spaces of 2^63 networks or more, decimal digits."""
    if kind != "id":
        return kind
    size = text(file.attrs.get("space_size", ""))
    return "str" if size.isdecimal() and int(size) >= 2**63 else "u64"


def _storage(table, name, dataset, version):
    """What holds for every column, those of later versions included."""
    if dataset.ndim != 1:
        yield f"{table}/{name} is not one-dimensional"
    kind = _kind(dataset.id.get_type())
    if kind is None:
        yield f"{table}/{name} is neither text nor a little-endian 64-bit number"
    for attribute in ("units", "long_name"):
        if attribute not in dataset.attrs or _attribute_kind(dataset, attribute) != "str":
            yield f"{table}/{name} lacks the text attribute {attribute}"
    variable = kind == "str" and h5py.check_string_dtype(dataset.dtype).length is None
    if variable and version.startswith("1."):
        return  # HDF5 filters none of these
    if variable:
        yield f"{table}/{name} has texts of variable length"
    if kind and not (dataset.chunks and dataset.shuffle and dataset.compression == "gzip" and dataset.fletcher32):
        yield f"{table}/{name} is not chunked with shuffle, deflate and fletcher32"


def _column(table, dataset, expected):
    name, units, choices = expected["name"], expected["units"], expected.get("choices")
    found = _kind(dataset.id.get_type())
    if found not in (expected["type"], None):
        yield f"{table}/{name} is of type {found}, not {expected['type']}"
    if units != "*" and text(dataset.attrs.get("units")) != units:
        yield f"{table}/{name} has units '{text(dataset.attrs.get('units'))}', not '{units}'"
    if choices and found == "str":
        for wrong in sorted(set(texts(dataset)) - set(choices)):
            yield f"{table}/{name} holds '{wrong}', which is none of {', '.join(choices)}"


def _attribute_kind(item, name):
    attribute = item.attrs.get_id(name)
    return _kind(attribute.get_type()) if attribute.shape == () else None


def _kind(kind):
    if isinstance(kind, h5py.h5t.TypeStringID):
        return "str"
    for name, standard in (("i64", h5py.h5t.STD_I64LE), ("u64", h5py.h5t.STD_U64LE), ("f64", h5py.h5t.IEEE_F64LE)):
        if kind.equal(standard):
            return name
    return None


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="flash_analysis.validate", description="Checks an archive of flash against "
                                     "its format, 1.x or 2.x. Prints 'valid', or a line for each finding and exits 1.")
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

"""The tables of archives, for the validator: schema.json, as `flash options --archive --json` prints it."""
import json
import os

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "schema.json"), encoding="utf-8") as _file:
    _SCHEMA = json.load(_file)

VERSION = _SCHEMA["version"]


def _attributes(schema):
    return {attribute["name"]: attribute["type"] for attribute in schema["attributes"]}


def _tables(schema):
    return {table["path"]: table["columns"] for table in schema["tables"]}


ATTRIBUTES, TABLES = _attributes(_SCHEMA), _tables(_SCHEMA)
# Of what `flash proxy matrix` writes, which is of no run; its root attribute of that name tells it.
MATRIX = "proxy_matrix"
MATRIX_ATTRIBUTES, MATRIX_TABLES = _attributes(_SCHEMA[MATRIX]), _tables(_SCHEMA[MATRIX])


def columns_of(table, version=VERSION):
    """Descriptions of the columns that a table has in that version of the format, whatever the target's name: name, type,
    units, meaning, perhaps choices, and whether it is optional; None for a table that the format does not know."""
    parts = table.split("/")
    if parts[0] == "hardware" and len(parts) > 1:
        parts[1] = "TARGET"
    columns = TABLES.get("/".join(parts)) or MATRIX_TABLES.get(table)
    return columns and [column for column in columns if _minor(column["since"]) <= _minor(version)]


def _minor(version):
    """2.1.0 as (2, 1): a minor version may bring columns."""
    major, minor = version.split(".")[:2]
    return int(major), int(minor)

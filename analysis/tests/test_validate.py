import contextlib
import io
import os
import unittest

import example
import numpy as np
from flash_analysis import spec, validate


def run(*arguments):
    """Exit code, standard output and standard error of the command."""
    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        try:
            code = validate.main(arguments)
        except SystemExit as stop:
            code = stop.code
    return code, output.getvalue(), errors.getvalue()


class Validate(unittest.TestCase):
    def test_whole_empty_and_bare_archives_are_valid(self):
        for tables in (example.contents(), example.empty(example.contents()), {}):
            with example.run_directory(tables) as folder:
                self.assertEqual(run(folder), (0, "valid\n", ""))
                self.assertEqual(run(os.path.join(folder, "archive.h5")), (0, "valid\n", ""))

    def test_ids_are_texts_where_there_are_too_many_networks_for_integers(self):
        tables, digits = example.contents(), {}
        for table, values in tables.items():
            digits[table] = values | {c["name"]: [str(v) for v in values[c["name"]]]
                                      for c in spec.columns_of(table) if c["type"] == "id"}
        many = "984770902183611232881"
        with example.run_directory(digits, space_size=many) as folder:
            self.assertEqual(run(folder), (0, "valid\n", ""))
        for tables, size, found in ((tables, many, "u64, not str"), (digits, "17", "str, not u64")):
            with example.run_directory(tables, space_size=size) as folder:
                code, output, _ = run(folder)
            self.assertEqual(code, 1)
            self.assertIn("samples/id is of type " + found, output)

    def finding(self, expected, change=None, **how):
        with example.run_directory(change=change, **how) as folder:
            code, output, _ = run(folder)
        self.assertEqual(code, 1)
        self.assertEqual(output, expected + "\n")

    def test_each_fault_is_one_finding(self):
        def replace(name, kind, units, values):
            def change(file):
                del file["samples"][name]
                example.write_column(file["samples"], name, kind, units, values)
            return change

        n = len(example.contents()["samples"]["id"])
        self.finding("root attribute git_hash is missing", lambda f: f.attrs.__delitem__("git_hash"))
        self.finding("root attribute ranks is not of type i64", lambda f: f.attrs.create("ranks", 2.5))
        self.finding("root attribute job_sha256 is not the SHA-256 of job", lambda f: f.attrs.modify("job", "other"))
        self.finding("samples/wm is of type f64, not i64", replace("wm", "f64", "1", np.zeros(n)))
        self.finding("samples/seconds has units 'ms', not 's'", replace("seconds", "f64", "ms", np.zeros(n)))
        self.finding("samples/role holds 'test', which is none of fit, holdout", replace("role", "str", "", ["test"] * n))
        self.finding("samples/wm lacks the text attribute long_name", lambda f: f["samples/wm"].attrs.__delitem__("long_name"))
        self.finding("samples/host has texts of variable length\n"
                     "samples/host is not chunked with shuffle, deflate and fletcher32", self.variable_hosts)
        self.finding("the file does not end with its SHA-256: flash will refuse it", sealed=False)
        self.finding("table gone is listed but not there",
                     lambda f: example.write_attribute(f, "tables", ["samples", "gone"]))
        self.finding("samples/x is listed but not there",
                     lambda f: example.write_attribute(f["samples"], "columns", list(example.contents()["samples"]) + ["x"]))
        tables = example.contents()
        del tables["events"]["kind"]
        self.finding("events/kind is missing", tables=tables)

    def test_lengths_types_and_storage(self):
        def change(file):
            group = file["events"]
            del group["time"]
            group.create_dataset("time", data=np.zeros(5, dtype="<f4"))
        with example.run_directory(change=change) as folder:
            code, output, _ = run(folder)
        self.assertEqual(code, 1)
        self.assertIn("events/time is neither text nor a little-endian 64-bit number", output)
        self.assertIn("events/time lacks the text attribute units", output)
        self.assertIn("table events has columns of different lengths", output)
        self.finding("samples/id is not chunked with shuffle, deflate and fletcher32", self.plain_ids)

    @staticmethod
    def variable_hosts(file):
        del file["samples/host"]
        hosts = file["samples"].create_dataset("host", data=example.contents()["samples"]["host"], dtype=example.h5py.string_dtype())
        hosts.attrs.update({"units": "", "long_name": "host"})

    @staticmethod
    def plain_ids(file):
        values = file["samples/id"][()]
        attributes = dict(file["samples/id"].attrs)
        del file["samples/id"]
        file["samples"].create_dataset("id", data=values).attrs.update(attributes)

    def test_columns_and_tables_of_a_later_version_are_no_fault(self):
        def change(file):
            example.write_column(file["events"], "extra", "f64", "K", [1, 2])
            example.write_attribute(file["events"], "columns", ["time", "kind", "text", "extra"])
            example.write_attribute(file.create_group("future"), "columns", [])
            example.write_attribute(file, "tables", list(example.contents()) + ["future"])
        with example.run_directory(change=change) as folder:
            self.assertEqual(run(folder), (0, "valid\n", ""))

    def test_what_cannot_be_opened(self):
        code, output, errors = run("/nowhere/at/all")
        self.assertEqual((code, output, errors.count("\n")), (66, "", 1))
        with example.run_directory() as folder:
            with open(os.path.join(folder, "archive.h5"), "r+b") as file:
                file.truncate(1000)
            code, _, errors = run(folder)
            self.assertEqual((code, errors.count("\n")), (65, 1))
        self.assertEqual(run()[0], 64)


if __name__ == "__main__":
    unittest.main()

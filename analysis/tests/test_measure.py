"""measure.py, with a runtime that is told what to answer."""

import contextlib
import csv
import io
import json
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import measure  # noqa: E402

INPUT = {"channels": 1, "side": 2, "classes": 3}
LOGITS = [0.5, -1.0, 2.0]


class Answers:
    """A runtime: the file of a network is the list of its logits."""
    name, module, suffix, version = "answers", "json", ".txt", "1"

    def __init__(self, threads):
        pass

    def load(self, path, shape):
        answer = json.loads(path.read_text())
        return lambda: answer, lambda logits: logits


class Measure(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.table = self.folder / "board.csv"

    def network(self, identity, answer):
        description = {"id": identity, "input": INPUT, "check": {"logits": LOGITS, "tolerance": 1e-4},
                       "parameters": 10 * identity, "macs": 100 * identity}
        (self.folder / f"network-{identity}.json").write_text(json.dumps(description))
        (self.folder / f"network-{identity}.txt").write_text(answer)

    def measured(self):
        """Exit code, what is said, and the rows of the table that is written, if any."""
        errors = io.StringIO()
        arguments = ["measure.py", str(self.folder), "-o", str(self.table), "--repeats", "1"]
        code = 0
        with mock.patch.object(measure, "RUNTIMES", {"answers": Answers}), mock.patch.object(sys, "argv", arguments), \
                mock.patch.object(measure, "SHORTEST_TIMING_S", 0), contextlib.redirect_stderr(errors):
            try:
                measure.main()
            except SystemExit as end:
                code = end.code
        rows = None
        if self.table.exists():
            rows = list(csv.DictReader(line for line in self.table.read_text().splitlines() if not line.startswith("#")))
        return code, errors.getvalue(), rows

    def test_a_row_a_network_with_what_tells_its_space(self):
        self.network(17, json.dumps(LOGITS))
        self.network(3, json.dumps([value + 1e-5 for value in LOGITS]))
        code, errors, rows = self.measured()
        self.assertEqual(code, 0, errors)
        self.assertEqual([(row["id"], row["parameters"], row["macs"]) for row in rows],
                         [("3", "30", "300"), ("17", "170", "1700")])
        self.assertTrue(all(float(row["latency_ms"]) >= 0 for row in rows))

    def test_wrong_logits_are_no_measurement(self):
        self.network(1, json.dumps(LOGITS))
        wrong = {2: "[0.5, -1.0, 2.1]", 3: "[0.5, NaN, 2.0]", 4: "[0.5, -1.0]", 5: "[]", 6: "[Infinity, -1.0, 2.0]", 7: "torn"}
        for identity, answer in wrong.items():
            self.network(identity, answer)
        code, errors, rows = self.measured()
        self.assertEqual(code, 65)
        self.assertEqual([row["id"] for row in rows], ["1"])
        for identity in wrong:
            self.assertIn(f"network-{identity}.txt: left out", errors)
            self.assertNotIn(f"network {identity}:", errors)
        self.assertIn("logits differ by 0.1 from", errors)
        self.assertIn("6 of 7 networks are left out", errors)

    def test_nothing_right_is_no_table(self):
        self.network(2, "[0, 0, 0]")
        code, errors, rows = self.measured()
        self.assertEqual(code, 65)
        self.assertIsNone(rows)
        self.assertIn("no network could be measured", errors)


if __name__ == "__main__":
    unittest.main()

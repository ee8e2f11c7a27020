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
    name, module, suffix, version, settings = "answers", "json", ".txt", "1", ""

    def __init__(self, threads, as_is):
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
                       "parameters": 10 * int(identity), "macs": 100 * int(identity)}
        (self.folder / f"network-{identity}.json").write_text(json.dumps(description))
        (self.folder / f"network-{identity}.txt").write_text(answer)

    def measured(self, *more):
        """Exit code, what is said, and the rows of the table that is written, if any."""
        errors = io.StringIO()
        arguments = ["measure.py", str(self.folder), "-o", str(self.table), "--repeats", "1", *more]
        code = 0
        with mock.patch.object(measure, "RUNTIMES", {"answers": Answers}), mock.patch.object(sys, "argv", arguments), \
                mock.patch.object(measure, "SHORTEST_REPEAT_S", 0), contextlib.redirect_stderr(errors):
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

    def test_ids_may_be_texts_of_many_digits(self):
        for identity in (5, "984770902183611232880", "18446744073709551616"):
            self.network(identity, json.dumps(LOGITS))
        code, errors, rows = self.measured()
        self.assertEqual(code, 0, errors)
        self.assertEqual([row["id"] for row in rows], ["5", "18446744073709551616", "984770902183611232880"])
        self.table.unlink()
        (self.folder / "network-x.json").write_text('{"id": "many"}')
        (self.folder / "network-x.txt").write_text("")
        code, errors, _ = self.measured()
        self.assertIn("describes no exported network", errors)

    def test_rounds_are_interleaved_and_the_median_counts(self):
        timed = []

        def timings(run, repeats, warmup):
            identity = run()[0]
            timed.append(identity)
            return {1: [3.0, 3.02, 2.99], 2: [5.0, 5.1, 4.9]}[identity][timed.count(identity) - 1]
        for identity in (1, 2):
            self.network(identity, json.dumps([identity]))
        with mock.patch.object(measure, "latency_ms", timings), mock.patch.object(measure, "check_logits"):
            code, errors, rows = self.measured("--rounds", "3", "--repeats", "4")
        self.assertEqual(code, 0, errors)
        self.assertEqual([sorted(timed[at:at + 2]) for at in (0, 2, 4)], [[1, 2]] * 3)
        self.assertEqual([(row["latency_ms"], row["latency_ms_iqr"], row["rounds"], row["repeats"]) for row in rows],
                         [("3", "0.015", "3", "12"), ("5", "0.1", "3", "12")])
        self.assertNotIn("disagree", errors)

    def test_a_network_whose_rounds_disagree_is_measured_more(self):
        """One is disturbed at first, one for ever, one never."""
        answers = {1: [9, 9] + [3] * 10, 2: [1, 2, 3] * 4, 3: [7] * 12}
        timed = []

        def timings(run, repeats, warmup):
            identity = run()[0]
            timed.append(identity)
            return answers[identity][timed.count(identity) - 1]
        for identity in answers:
            self.network(identity, json.dumps([identity]))
        with mock.patch.object(measure, "latency_ms", timings), mock.patch.object(measure, "check_logits"):
            code, errors, rows = self.measured("--rounds", "3")
        self.assertEqual(code, 0, errors)
        self.assertEqual([(row["latency_ms"], row["rounds"]) for row in rows], [("3", "9"), ("2", "9"), ("7", "3")])
        self.assertIn("round 3 is done; 2 networks are measured again", errors)
        self.assertRegex(errors, "network 2: .*its rounds disagree")
        self.assertNotRegex(errors, "network [13]: .*disagree")

    def test_what_fails_in_a_later_round_is_left_out(self):
        calls = []

        def timings(run, repeats, warmup):
            calls.append(run()[0])
            if calls.count(1) == 2 and calls[-1] == 1:
                raise RuntimeError("the device went away")
            return 1.0
        for identity in (1, 2):
            self.network(identity, json.dumps([identity]))
        with mock.patch.object(measure, "latency_ms", timings), mock.patch.object(measure, "check_logits"):
            code, errors, rows = self.measured()
        self.assertEqual(code, 65)
        self.assertEqual([row["id"] for row in rows], ["2"])
        self.assertEqual(calls.count(1), 2)
        self.assertIn("network-1.txt: left out: the device went away", errors)

    def test_the_header_says_on_what(self):
        self.network(1, json.dumps(LOGITS))
        self.measured("--comment", "a board")
        head = [line for line in self.table.read_text().splitlines() if line.startswith("#")]
        for key in ("device", "machine", "kernel", "cores", "governor", "runtime", "threads", "batch", "comment"):
            self.assertEqual(sum(line.startswith(f"# {key}:") for line in head), 1, head)

    def test_quartiles_are_numpys(self):
        self.assertEqual(measure.quartiles([4, 1, 3, 2]), (1.75, 2.5, 3.25))
        self.assertEqual(measure.quartiles([5]), (5, 5, 5))
        self.assertEqual(measure.spread([2, 2, 2]), 0)

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

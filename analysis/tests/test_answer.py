"""The head of the page: what was found, in words."""
import unittest

import numpy as np
import pandas as pd

import example
from flash_analysis.answer import answer


class Tables:
    """An archive of data frames."""

    def __init__(self, best=None, **changes):
        contents = example.contents()
        self.frames = {name: pd.DataFrame(contents[name]) for name in ("answer", "confirmed")}
        for column, value in changes.items():
            self.frames["confirmed"].loc[0, column] = value
        if best is not None:
            self.frames["confirmed"].attrs["attributes"] = {"best": best, "noise": 0.02}

    def frame(self, name):
        return self.frames.get(name, pd.DataFrame())


class Answer(unittest.TestCase):
    def test_the_best_confirmed_network_comes_first_beside_the_models_best(self):
        words = dict(answer(Tables(best=9)))
        self.assertIn("(id 9)", words["Best network"])
        self.assertIn("50.0 %", words["Accuracy"])
        self.assertIn("trained again it is expected at 50.0", words["Accuracy"])
        self.assertIn("(id 77): accuracy 50.0 % found", words["The models' best"])
        self.assertEqual(dict(answer(Tables(best=77)))["The models' best"], "the same network")

    def test_networks_without_numbers_are_named_in_words(self):
        for best in (None, "9", "77"):
            tables = Tables(best=best)
            for name in ("answer", "confirmed"):
                tables.frames[name]["id"] = tables.frames[name]["id"].map(str)
            words = dict(answer(tables))
            self.assertTrue(words["Best network"].startswith("wm=1 depth=5 tc=3,0,12, "))
            self.assertNotIn("(id", " ".join(words.values()))

    def test_a_models_best_that_failed_to_train(self):
        self.assertIn("not confirmed", dict(answer(Tables(best=9, test_accuracy=np.nan)))["The models' best"])

    def test_what_nobody_has_confirmed_is_said_to_be_predicted(self):
        for tables in (Tables(), Tables(best=-1)):
            words = dict(answer(tables))
            self.assertIn("nothing is confirmed yet", words["Best network"])
            self.assertIn("predicted", words["Accuracy"])

    def test_how_surely_bounds_hold(self):
        tables = Tables(best=9)
        for name in ("answer", "confirmed"):
            tables.frames[name][[c for c in tables.frames[name] if c.endswith("_probability")]] = float("nan")
        tables.frames["answer"]["latency_probability"] = 0.9754
        tables.frames["answer"]["accuracy_probability"] = 0.9999
        tables.frames["confirmed"]["latency_probability"] = 0.4
        bounds = {"name": tables.frames["answer"]["constraints"][:1], "margin": [1.0], "accuracy_min": [0.65],
                  "accuracy_min_asked": [0.6], "latency_max_ms": [0.46], "latency_max_ms_asked": [0.5]}
        tables.frames["constraints"] = pd.DataFrame(bounds)
        self.assertEqual(dict(answer(tables))["Bounds"],
                         "latency <= 0.5 ms (searched at <= 0.46 ms for margin 1) holds with 40 % probability, by the models' bands")
        tables.frames["confirmed"] = tables.frames["confirmed"].iloc[:0]
        self.assertEqual(dict(answer(tables))["Bounds"],
                         "accuracy >= 60 % (searched at >= 65 % for margin 1) holds with over 99.9 % probability; "
                         "latency <= 0.5 ms (searched at <= 0.46 ms for margin 1) holds with 97.5 % probability, "
                         "by the models' bands")
        self.assertNotIn("Bounds", dict(answer(Tables(best=9))))

    def test_a_score_that_decides_is_no_accuracy(self):
        tables = Tables()
        tables.frames["answer"].attrs["attributes"] = {"objective": "NN-Degree / latency"}
        tables.frames["answer"]["accuracy"] = 123.4
        words = dict(answer(tables))
        self.assertEqual(words["NN-Degree"], "123.4")
        self.assertNotIn("Accuracy", words)

    def test_no_answer(self):
        tables = Tables()
        tables.frames["answer"] = tables.frames["answer"].iloc[:0]
        self.assertEqual(answer(tables), [])


if __name__ == "__main__":
    unittest.main()

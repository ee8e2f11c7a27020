import os
import subprocess
import sys
import tempfile
import unittest
from html.parser import HTMLParser

import example
import numpy as np
from flash_analysis import figures, open_archive, page, predictor, style
from flash_analysis.report import write_report

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "report.py")
ALL = [name for name, *_ in figures.FIGURES]


def figure_of(name, archive):
    draw = next(draw for key, _, draw, _ in figures.FIGURES if key == name)
    figure = draw(archive)
    if figure is not None:
        figure.canvas.draw()
    return figure


def archive_of(tables):
    with example.run_directory(tables) as run:
        return open_archive(run)


class Page(HTMLParser):
    """Checks that tags are balanced and nothing is loaded from elsewhere."""

    VOID = {"meta", "img", "br"}

    def __init__(self):
        super().__init__()
        self.open, self.images, self.outside = [], 0, []

    def handle_starttag(self, tag, attributes):
        self.outside += [v for k, v in attributes if k in ("src", "href") and not v.startswith("data:")]
        self.images += tag == "img"
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag


class Report(unittest.TestCase):
    def tearDown(self):
        style.plt.close("all")

    def check(self, tables, expected):
        with example.run_directory(tables) as run:
            paths = write_report(run)
            self.assertEqual([os.path.basename(p) for p in paths], [f"{n}.png" for n in expected] + ["report.html"])
            for path in paths[:-1]:
                with open(path, "rb") as file:
                    self.assertEqual(file.read(8), b"\x89PNG\r\n\x1a\n")
            with open(paths[-1], encoding="utf-8") as file:
                text = file.read()
        parser = Page()
        parser.feed(text)
        self.assertEqual((parser.open, parser.outside, parser.images), ([], [], len(expected)))
        self.assertIn("63,102,615,225", text)
        self.assertIn("a &lt;comment&gt; &amp; more", text)
        self.assertNotIn("<b>signal</b>", text)
        return text

    def test_whole_run(self):
        text = self.check(example.contents(), ALL)
        self.assertIn("[reconstructed]", text)

    def test_run_without_anything(self):
        self.check({}, [])
        self.check(example.empty(example.contents()), [])

    def test_any_table_may_be_missing_or_empty(self):
        for table in example.contents():
            without, emptied = example.contents(), example.contents()
            del without[table]
            emptied[table] = example.empty(emptied)[table]
            for tables in (without, emptied):
                with self.subTest(table):
                    archive = archive_of(tables)
                    page.render(archive, [])
                    for _, _, draw, _ in figures.FIGURES:
                        draw(archive)
                    style.plt.close("all")

    def test_runs_in_which_all_failed_or_nothing_was_found(self):
        tables = example.contents()
        n = len(tables["samples"]["id"])
        tables["samples"].update(state=["failed"] * n, accuracy=np.full(n, np.nan), accuracy_predicted=np.full(n, np.nan),
                                 t_start=np.full(n, np.nan), rank=np.full(n, -1))
        for name in tables["compare/summary"]:
            if name.startswith("speedup") and name != "speedup_rl_bounds":
                tables["compare/summary"][name] = np.full(12, np.nan)
        tables["trace"]["objective"] = np.full(len(tables["trace"]["seed"]), np.nan)
        self.check(tables, ["predicted", "histograms", "pareto", "curves", "timeline"])

    def test_one_sample_of_one_epoch(self):
        tables = {name: {key: list(values)[:1] for key, values in table.items()} for name, table in example.contents().items()}
        self.check(tables, ALL)

    def test_a_table_that_lacks_a_column_is_named(self):
        tables = example.contents()
        del tables["compare"]["method"]
        with example.run_directory(tables) as run:
            done = subprocess.run([sys.executable, SCRIPT, run], capture_output=True, text=True)
        self.assertEqual(done.returncode, 65)
        self.assertIn("'method'", done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1)


class Figures(unittest.TestCase):
    def tearDown(self):
        style.plt.close("all")

    def test_predictor_shows_points_curve_band_and_the_number_that_failed(self):
        axes = figure_of("predictor", archive_of(example.contents())).axes[0]
        labels = [text.get_text() for text in axes.get_legend().get_texts()]
        self.assertEqual(labels, ["fitted (14)", "held out (3)", "fit", "95 % prediction band", "failed, not shown (1)"])
        self.assertEqual(axes.get_title(), "NN-Degree predictor [reconstructed]")
        self.assertIn("%", axes.get_ylabel())
        curve = next(line for line in axes.lines if line.get_label() == "fit")
        x, y = curve.get_data()
        np.testing.assert_allclose(y, 100 * example.theta(x))

    def test_additive_predictor_is_drawn_over_what_it_predicts(self):
        tables = example.contents()
        tables["predictor"].update(a=[1.0] * 5, b=[1e4] * 5, c=[-100.0] * 5, predictor=["additive", *tables["predictor"]["predictor"][1:]],
                                   score_band=[0.4] + [np.nan] * 4)
        axes = figure_of("predictor", archive_of(tables)).axes[0]
        labels = [text.get_text() for text in axes.get_legend().get_texts()]
        self.assertEqual(labels, ["fitted (14)", "held out (3)", "as predicted", "95 % prediction band", "failed, not shown (1)"])
        self.assertEqual(axes.get_title(), "Additive predictor [ours]")
        self.assertNotIn("NN-Degree", axes.get_xlabel())
        low, high = axes.collections[0].get_paths()[0].vertices[:, 1].min(), axes.collections[0].get_paths()[0].vertices[:, 1].max()
        self.assertLess(low, 100 * min(tables["samples"]["accuracy_predicted"]))
        self.assertLess(high, 100)

    def test_an_optimum_by_a_predictor_that_does_not_hold_is_not_called_proven(self):
        tables = example.contents()
        said = {text.get_text() for text in figure_of("search", archive_of(tables)).axes[1].get_legend().get_texts()}
        self.assertIn("optimum of the models, proven", said)
        tables["predictor"]["rmse_loo"][0] = 0.03
        said = {text.get_text() for text in figure_of("search", archive_of(tables)).axes[1].get_legend().get_texts()}
        self.assertNotIn("proven", " ".join(said))

    def test_every_axis_is_labelled(self):
        archive = archive_of(example.contents())
        for name in ALL:
            figure = figure_of(name, archive)
            self.assertTrue(any(axes.get_ylabel() for axes in figure.axes) or name == "speedups", name)
            for axes in figure.axes:
                self.assertTrue(axes.get_xlabel() or axes.get_ylabel(), name)

    def test_histograms_hold_every_count(self):
        axes = figure_of("histograms", archive_of(example.contents())).axes
        self.assertEqual([a.get_xscale() for a in axes], ["linear", "log"])
        self.assertEqual([a.get_xlabel() for a in axes], ["predicted accuracy", "latency (ms)"])
        for a in axes:
            np.testing.assert_array_equal(a.patches[0].get_data().values, [1000, 1001, 1002, 1003, 1004])

    def test_fronts_rise_with_what_they_cost(self):
        tables = example.contents()
        tables["sweep/pareto"]["front"] = ["accuracy,latency"] * 2 + ["accuracy,latency,energy"]
        axes, = figure_of("pareto", archive_of(tables)).axes
        np.testing.assert_array_equal(axes.lines[0].get_xdata(), [4, 9])
        np.testing.assert_array_equal(axes.lines[0].get_ydata(), [.8, .9])

    def test_search_lines_end_where_the_search_ended(self):
        figure = figure_of("search", archive_of(example.contents()))
        self.assertEqual([axes.get_xscale() for axes in figure.axes], ["log"] * 4)
        ends = {line.get_xdata()[-1] for line in figure.axes[0].lines if len(line.get_xdata()) > 2}
        self.assertEqual(ends, {5000.0})

    def test_speedups_are_medians_with_quartiles(self):
        tables = example.contents()
        rows = tables["compare"]
        for i, (method, seed) in enumerate(zip(rows["method"], rows["seed"])):
            if method == "random":
                rows["speedup_rl"][i] = (0.5, 1, 4)[seed]
        tables["compare/summary"] = example.summary_of(rows)
        axes = figure_of("speedups", archive_of(tables)).axes[0]
        ends = sorted({round(bar.get_x() + bar.get_width(), 6) for bar in axes.patches})
        np.testing.assert_allclose(ends, [1, 2, 3.333333, 100, 1000])
        # The whiskers of "random": its quartiles.
        whiskers = [container.lines[2][0].get_segments()[0][:, 0] for container in axes.containers
                    if hasattr(container, "has_xerr")]
        self.assertIn((0.75, 2.5), [tuple(w) for w in whiskers])
        self.assertIn(">100  none", [text.get_text().strip() for text in axes.texts])


class Predictor(unittest.TestCase):
    def test_student_t_as_in_the_tables(self):
        for freedom, quantile in ((1, 12.7062), (3, 3.18245), (22, 2.07387), (1000, 1.96234)):
            self.assertAlmostEqual(predictor.student_t(freedom), quantile, delta=2e-4 * quantile)
        self.assertTrue(np.isnan(predictor.student_t(0)))

    def test_band_against_drawn_coefficients(self):
        row = {"a": 1.1, "b": 40.0, "c": -1.5, "samples": 10**6, "sigma": 0.02, "cov_aa": 1e-4, "cov_ab": 2e-3, "cov_ac": -4e-5,
               "cov_bb": 0.5, "cov_bc": -2e-3, "cov_cc": 2e-4}
        covariance = [[1e-4, 2e-3, -4e-5], [2e-3, 0.5, -2e-3], [-4e-5, -2e-3, 2e-4]]
        drawn = np.random.default_rng(1).multivariate_normal([1.1, 40, -1.5], covariance, 200000)
        for g in (60.0, 150.0, 300.0):
            curve = 1 / (drawn[:, 0] + np.exp(drawn[:, 1] / g + drawn[:, 2]))
            spread = np.hypot(np.std(curve), 0.02)
            half = predictor.band(row, np.array([g]))[0]
            self.assertAlmostEqual(half / (1.96 * spread), 1, delta=0.02)


    def test_score_of_an_accuracy_is_the_inverse(self):
        row = {"a": 1.0, "b": 1e4, "c": -100.0}
        accuracy = np.array([0.1, 0.5, 0.9])
        np.testing.assert_allclose(predictor.theta(row, predictor.score_of(row, accuracy)), accuracy)


class Command(unittest.TestCase):
    def call(self, *arguments):
        # From another folder: it runs straight from the checkout.
        return subprocess.run([sys.executable, SCRIPT, *arguments], capture_output=True, text=True, cwd="/")

    def test_prints_what_it_wrote(self):
        with example.run_directory({"events": example.contents()["events"]}) as run, tempfile.TemporaryDirectory() as output:
            target = os.path.join(output, "new")
            done = self.call(run, "--output", target)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, os.path.join(target, "report.html") + "\n", ""))
            self.assertEqual(os.listdir(run), ["archive.h5"])

    def test_errors_are_one_line_with_an_exit_code(self):
        with example.run_directory() as run:
            with open(os.path.join(run, "archive.h5"), "r+b") as file:
                file.truncate(5000)
            cases = [((run,), 65), (("/nowhere",), 66), ((), 64), ((run, "--colour"), 64)]
            for arguments, code in cases:
                done = self.call(*arguments)
                self.assertEqual((done.returncode, done.stderr.count("\n"), done.stdout), (code, 1, ""), arguments)
        with example.run_directory({}) as run:
            done = self.call(run, "--output", "/proc/flash")
            self.assertEqual((done.returncode, done.stderr.count("\n")), (74, 1))


if __name__ == "__main__":
    unittest.main()

"""A space of more than 2^64 networks, which have no numbers for people: every command but `sweep` works on it."""

import json
import os
import signal
import subprocess
import sys
import unittest

import h5py

from flash_case import BIN, TOP
from resilience_case import IMC, ResilienceCase

SIZE = 8**22  # 7.4e19

JOB = """\
[job]
name = "many"
seed = 3

[space]
family = "choice"
layout = "chain"
operators = ["a3: inverted k3 e1", "a5: inverted k5 e1", "a7: inverted k7 e1", "a9: inverted k9 e1",
             "b3: inverted k3 e2", "b5: inverted k5 e2", "b7: inverted k7 e2", "skip: skip"]
stages = ["8 x1 = convolution k3", "8 x11", "12 x11 s2"]

[data]
source = "shapes"
side = 8
train_images = 1200
test_images = 300
validation_share = 0.25

[sample]
count = 8
holdout = 2

[train]
epochs = 2
batch = 20
learning_rate = 0.05
crop = 0

[search]
methods = ["shgo-hierarchical", "random", "annealing", "exact"]
seeds = 2
evaluations = 300

[constraints]
latency_max_ms = 2

[confirm]
networks = 4
seeds = 1
keep = "best"
"""


class Unnumbered(ResilienceCase):
    NETWORKS = 10

    def setUp(self):
        super().setUp()
        self.job = self.many()

    def many(self, name="many.toml", *changes):
        text = JOB + "\n" + IMC
        for old, new in changes:
            self.assertIn(old, text)
            text = text.replace(old, new)
        return self.write_job(name, text=text)

    def column(self, table, name, run=None):
        with h5py.File((run or self.undisturbed()) / "archive.h5") as archive:
            return [value.decode() for value in archive[f"{table}/{name}"][:]]

    def test_a_run_is_the_same_whatever_befalls_it(self):
        gate = self.make_gate()
        process = self.start("run", self.job, "-o", self.run_folder, ranks=2, environment=gate.environment)
        gate.let_pass(3)
        self.wait_until_held(gate, 3, ranks=2, process=process)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        gate.open()
        self.flash("run", self.job, "-o", self.run_folder, "--max-tasks", 14, expect=75)
        done = self.flash("run", self.job, "-o", self.run_folder, ranks=2)
        self.assertIn("the space has 2^63 networks or more: no sweep", done.stderr)
        self.expect_undisturbed()
        again = self.flash("run", self.job, "-o", self.run_folder)
        self.assertEqual(again.stdout, done.stdout, "a finished run answers at once")

    def test_journal_and_archive_have_ids_as_texts(self):
        run = self.undisturbed()
        trained = [r for r in self.records_of(run) if r.get("stage") == "train"]
        self.assertEqual(len(trained), self.NETWORKS)
        ids = [r["id"] for r in trained]
        self.assertTrue(any(isinstance(i, str) and int(i) >= 2**64 for i in ids), ids)
        for identity in ids:
            self.assertEqual(isinstance(identity, str), int(identity) >= 2**64)
        stored = self.column("samples", "id")
        self.assertEqual({int(i) for i in ids} - {int(i) for i in stored}, set())
        with h5py.File(run / "archive.h5") as archive:
            self.assertEqual(int(archive.attrs["space_size"]), SIZE)
            for table in ("samples", "curves", "hardware/imc", "compare", "answer", "confirmed", "confirmed/trainings", "tasks"):
                name = {"compare": "best_id", "tasks": "task"}.get(table, "id")
                self.assertEqual(archive[f"{table}/{name}"].dtype.kind, "S", table)
                for value in archive[f"{table}/{name}"][:]:
                    self.assertTrue(value.decode().isdecimal() and int(value) < SIZE, (table, value))
            self.assertNotIn("sweep", archive)
            best = archive["confirmed"].attrs["best"]
            self.assertIn(best, list(archive["confirmed/id"][:]))
        words = self.column("samples", "network")
        for identity, text in list(zip(stored, words))[:3]:
            described = self.flash_json("describe", self.job, "--network", text)
            self.assertEqual(described["id"] if int(identity) >= 2**63 else str(described["id"]), identity)
            self.assertEqual(described["network"], text)
        subprocess.run([sys.executable, "-m", "flash_analysis.validate", run / "archive.h5"], check=True,
                       cwd=TOP / "analysis", capture_output=True)
        page = self.folder / "page"
        subprocess.run([sys.executable, TOP / "analysis" / "report.py", run, "-o", page], check=True, capture_output=True,
                       env=dict(self.environment, MPLBACKEND="Agg"))

    @staticmethod
    def records_of(run):
        from resilience_case import whole_records
        return whole_records((run / "journal").read_bytes())[1]

    def test_reports_name_networks_in_words(self):
        run = self.undisturbed()
        report = self.flash_json("report", run)
        text = self.flash("report", run).stdout
        best = report["confirmation"]["best"]
        self.assertIsInstance(best, str)
        row = next(row for row in report["confirmed"] if row["id"] == best)
        self.assertIn(row["network"], " ".join(text.split()))
        for identity in {row["id"] for row in report["confirmed"]} | {row["id"] for row in report["samples"]}:
            if len(identity) > 15:
                self.assertNotIn(identity, text)
        self.assertNotIn("(id ", text)
        kept = [name for name in os.listdir(run / "networks") if name.endswith(".json")]
        self.assertEqual(len(kept), 1)
        self.assertRegex(kept[0], r"^network-[0-9a-f]{16}\.json$")
        description = json.loads((run / "networks" / kept[0]).read_text())
        self.assertEqual((description["id"], description["network"]), (best, row["network"]))
        self.assertIn("networks/" + kept[0].removesuffix(".json"), text)
        lacking = {"sweep", "sweep/top", "sweep/histograms"}
        with h5py.File(run / "archive.h5") as archive:
            self.assertEqual(lacking & set(archive.attrs["tables"].astype(str)), set())

    def test_exact_search_and_flash_search(self):
        run = self.undisturbed()
        exact = self.flash_json("exact", run, "--top", 3)
        self.assertTrue(exact["found"])
        self.assertEqual(len(exact["top"]), 3)
        rows = [r for r in self.flash_json("report", run)["rows"] if r["method"] == "exact" and r["constraints"] == "none"]
        self.assertEqual({str(r["best_id"]) for r in rows}, {str(exact["best"]["id"])})
        text = self.flash("exact", run, "--top", 2).stdout
        self.assertIn(exact["best"]["network"], text)
        self.assertNotIn("  id ", text)
        for method in ("random", "annealing", "shgo-hierarchical"):
            found = self.flash_json("search", run, "--method", method, "--evaluations", 200)
            self.assertLessEqual(found["best"]["objective"], exact["best"]["objective"])
        bounded = self.flash("exact", run, "--subject-to", "parameters<=1").stdout
        self.assertIn("nearest miss: op=", bounded)
        alone = json.loads(subprocess.run([BIN / "flash-search", run / "models.json", "--method", "exact", "--json"], check=True,
                                          capture_output=True, text=True).stdout)
        self.assertEqual(alone["best"]["id"], exact["best"]["id"])
        self.assertEqual(alone["best"]["network"], exact["best"]["network"])

    def test_confirm_export_and_simulate_by_words(self):
        run = self.undisturbed()
        words = self.column("samples", "network", run)[4]
        accuracy = next(s["accuracy"] for s in self.flash_json("report", run)["samples"] if s["network"] == words)
        exported = self.flash_json("export", run, "--network", words, "-o", self.folder / "files")
        self.assertEqual(exported["accuracy"], accuracy)
        again = self.flash("export", run, "--network", words, "-o", self.folder / "files")
        self.assertIn("network " + words, again.stdout)
        self.assertIn(exported["description"], again.stdout)
        self.assertIn("nothing was written", again.stdout)
        simulated = self.flash_json("simulate", self.job, "--network", words)
        self.assertEqual(simulated["id"], exported["id"])
        (self.folder / "list.txt").write_text("# one\n" + words + "\n")
        other = self.many("other.toml", ('keep = "best"\n', 'keep = "none"\n'), ("[train]\n", f'[models]\nfile = "{run}/models.json"\n\n[train]\n'))
        confirmed = self.flash_json("confirm", other, "-o", self.run_folder, "--networks", self.folder / "list.txt")["confirmed"]
        self.assertEqual([row["network"] for row in confirmed], [words])
        top = self.flash_json("confirm", other, "-o", self.run_folder, "--top", 2)["confirmed"]
        best = [t["id"] for t in self.flash_json("exact", run, "--top", 2)["top"]]
        self.assertEqual([row["id"] for row in top], [str(i) for i in best])

    def test_a_table_of_measurements(self):
        run = self.undisturbed()
        emitted = self.flash_json("calibrate", self.job, "--emit", self.folder / "emitted", "--list-only")
        lines = (self.folder / "emitted" / "networks.csv").read_text().splitlines()
        head = next(i for i, line in enumerate(lines) if not line.startswith("#"))
        names = lines[head].split(",")
        keep = [i for i, name in enumerate(names) if name not in ("energy_mj", "area_mm2")]
        rows = [names]
        for line in lines[head + 1:]:
            cells = line.split(",")
            cells[names.index("latency_ms")] = str(1 + float(cells[names.index("macs")]) / 1e6)
            rows.append(cells)
        self.assertEqual([row[0] for row in rows[1:]], [str(i) for i in emitted["networks"]])
        (self.folder / "board.csv").write_text("\n".join(",".join(row[i] for i in keep) for row in rows) + "\n")
        table = '[hardware]\ntarget = "table"\nfile = "board.csv"\nholdout = 4\n'
        job = self.many("board.toml", (IMC.split("\n\n")[0] + "\n", table))
        self.flash("calibrate", job, "-o", self.run_folder)
        with h5py.File(self.run_folder / "archive.h5") as archive:
            self.assertEqual({value.decode() for value in archive["hardware/table/id"][:]}, {row[0] for row in rows[1:]})
        self.assertTrue(run.exists())
        rows[1][0] = "9.84771E+20"
        (self.folder / "board.csv").write_text("\n".join(",".join(row[i] for i in keep) for row in rows) + "\n")
        self.one_line(self.flash("calibrate", job, "-o", self.folder / "other", expect=65), "board.csv:2", "a spreadsheet has shortened it")

    def test_what_goes_through_all_networks_says_why_not(self):
        run = self.undisturbed()
        for command in (("sweep", self.job, "-o", run), ("sweep", self.job, "--models", run / "models.json", "--shard", "1/2", "-o", self.folder / "s"),
                        ("search", run, "--method", "exhaustive")):
            self.one_line(self.flash(*command, expect=78), str(SIZE), "flash exact")
        for key, old, new in (("sweep.pareto", "[confirm]", "[sweep]\npareto = true\n\n[confirm]"),
                              ("search.methods", '"random"', '"random", "exhaustive"'),
                              ("sweep.histograms", "[confirm]", "[sweep]\nhistograms = true\n\n[confirm]")):
            job = self.many("bad.toml", (old, new))
            for command in (("check", job), ("run", job, "-o", self.folder / "bad")):
                self.one_line(self.flash(*command, expect=78), "bad.toml:", key, "flash exact")
        checked = self.flash_json("check", self.job)
        self.assertEqual((checked["space_size"], checked["tasks"]["sweep"]), (str(SIZE), 0))
        self.assertTrue(any("2^63 networks or more" in warning for warning in checked["warnings"]))

    def test_numbers_are_refused(self):
        for command in (("describe", self.job), ("simulate", self.job), ("export", self.job, "-o", self.folder / "x", "--untrained")):
            self.one_line(self.flash(*command, "--id", 17, expect=64), "id 17", str(SIZE), '--network "op=')
            self.flash(*command, expect=64)
            self.one_line(self.flash(*command, "--network", "op=conv9", expect=64), "conv9")
        job = self.many("named.toml", ("networks = 4\n", 'networks = 4\nnamed = ["17"]\n'))
        self.one_line(self.flash("check", job, expect=78), "confirm.named", "id 17")


if __name__ == "__main__":
    unittest.main()

"""What the models have chosen is trained and measured: stages confirm, confirm_measure and confirm_keep, and what a report says of them."""

import json

import h5py

from flash_case import FlashCase

CONFIRM = "[confirm]\nnetworks = 6\nseeds = 2\n"


class Confirm(FlashCase):
    def setUp(self):
        super().setUp()
        self.job = self.confirming()

    def confirming(self, name="confirm.toml", section=CONFIRM, *changes):
        text = self.write_job().read_text().replace("validation_share = 0\n", "validation_share = 0.25\n")
        text = text.replace("[confirm]\nnetworks = 0\n", section + "\n[objective]\nlatency = 1\n")
        for old, new in changes:
            self.assertIn(old, text)
            text = text.replace(old, new)
        return self.write_job(name, text=text)

    def values(self, table, *columns):
        with h5py.File(self.run_folder / "archive.h5") as archive:
            return [[v.decode() if isinstance(v, bytes) else v for v in archive[f"{table}/{c}"][:]] for c in columns]

    def test_a_run_ends_with_networks_that_were_trained_and_measured(self):
        report = self.flash_json("run", self.job, "-o", self.run_folder, ranks=2)
        confirmed = report["confirmed"]
        self.assertEqual(len(confirmed), 6)
        self.assertEqual(len({row["id"] for row in confirmed}), 6)
        self.assertEqual(confirmed[0]["role"], "best")
        exact = [r for r in report["rows"] if r["method"] == "exact" and r["constraints"] == "none"][0]
        self.assertEqual(confirmed[0]["id"], exact["best_id"])
        self.assertIn("control", {row["role"] for row in confirmed})
        for row in confirmed:
            self.assertEqual(row["trained"], 2)
            self.assertEqual(row["measured"], "done")
            self.assertGreater(row["latency_ms_true"], 0)
            self.assertAlmostEqual(row["objective_true"], row["test_accuracy"] / row["latency_ms_true"], places=9)
        trainings = self.values("confirmed/trainings", "id", "training", "test_accuracy", "seed")
        self.assertEqual(len(trainings[0]), 12)
        self.assertEqual(len(set(trainings[3])), 12, "a seed of its own for each training")
        best = report["confirmation"]["best"]
        by_judges = max(confirmed, key=lambda r: r["accuracy_true_expected"] / r["latency_ms_true"])
        self.assertEqual(best, by_judges["id"], "chosen by the images that judge, told by the test images")
        text = self.flash("report", self.run_folder).stdout
        self.assertLess(text.index("best network"), text.index("Trained networks"))
        self.assertIn(f"id {best}", text[:text.index("models' best")])
        self.assertIn("flash export RUN", text)
        for line in text.splitlines():
            self.assertLessEqual(len(line), 100, line)

    def test_the_same_digits_whatever_the_ranks_and_the_stops(self):
        self.flash("run", self.job, "-o", self.run_folder)
        columns = ("id", "accuracy", "test_accuracy", "train_loss", "seed")
        whole = self.values("confirmed/trainings", *columns)
        # The networks hang on measured latencies: the other run takes over the models that this one has fitted.
        other = self.confirming("other.toml", CONFIRM + f'\n[models]\nfile = "{self.run_folder}/models.json"\n')
        ids = "\n".join(str(i) for i in dict.fromkeys(whole[0]))
        (self.folder / "list.txt").write_text("# all of them\n" + ids + "\n")
        self.run_folder = self.folder / "stopped"
        command = ("confirm", other, "-o", self.run_folder, "--networks", self.folder / "list.txt")
        self.flash(*command, "--max-tasks", 5, expect=75)
        self.flash(*command, ranks=2)
        again = self.values("confirmed/trainings", *columns)
        self.assertEqual(again, whole)

    def kept(self, folder=None):
        """What RUN/networks describes: the accuracy by network, once every file is as described."""
        folder = (folder or self.run_folder) / "networks"
        accuracies = {}
        for path in folder.glob("network-*.json"):
            description = json.loads(path.read_text())
            for file in description["files"].values():
                self.assertEqual((folder / file["name"]).stat().st_size, file["bytes"])
            accuracies[description["id"]] = description["accuracy"]
        return accuracies

    def test_weights_are_kept_on_request(self):
        keep = lambda word: self.confirming(section=CONFIRM.replace("networks = 6", f'networks = 3\nkeep = "{word}"'))
        report = self.flash_json("run", keep("best"), "-o", self.run_folder, ranks=2)
        best = report["confirmation"]["best"]
        ids, seeds, accuracies = self.values("confirmed/trainings", "id", "seed", "accuracy")
        first = {}
        for network, accuracy in zip(ids, accuracies):
            first.setdefault(network, accuracy)
        self.assertEqual(self.kept(), {best: first[best]})
        files = sorted(f"networks/network-{best}{suffix}" for suffix in (".json", ".onnx", ".pt", ".py", ".weights.pt"))
        self.assertEqual(sorted(row["file"] for row in report["kept"]), files)
        self.assertEqual({row["accuracy"] for row in report["kept"]}, {first[best]})
        self.assertEqual(sorted(str(path.relative_to(self.run_folder)) for path in (self.run_folder / "networks").iterdir()), files)
        self.assertFalse((self.run_folder / "checkpoints").exists())
        text = self.flash("report", self.run_folder).stdout
        self.assertIn(f"RUN/networks/network-{best}.*", text)
        self.assertIn(f"  networks/network-{best}.", text[text.index("Kept networks"):])
        for line in text.splitlines():
            self.assertLessEqual(len(line), 100, line)
        before = {path.name: path.read_bytes() for path in (self.run_folder / "networks").iterdir()}

        with self.subTest("all of them, asked for later: those that are not there are trained again"):
            done = self.flash("confirm", keep("all"), "-o", self.run_folder)
            self.assertIn("2 of 2 networks are trained again", done.stderr)
            self.assertIn("Kept networks", done.stdout)
            self.assertEqual(self.kept(), first)
            for name, contents in before.items():
                self.assertEqual((self.run_folder / "networks" / name).read_bytes(), contents)

        with self.subTest("a file that is gone is made again, the same"):
            self.flash("run", self.job, "-o", self.run_folder)
            gone = self.run_folder / "networks" / f"network-{best}.pt"
            gone.unlink()
            self.assertIn("1 of 1 networks are trained again", self.flash("run", self.job, "-o", self.run_folder).stderr)
            self.assertEqual(gone.read_bytes(), before[gone.name])

        with self.subTest("no longer asked for, they stay"):
            report = self.flash_json("run", keep("none"), "-o", self.run_folder)
            self.assertEqual(len(report["kept"]), 15)
            self.assertEqual(self.kept(), first)

        with self.subTest("other settings, other weights: what is in the folder is replaced"):
            self.job = self.confirming(section=CONFIRM.replace("networks = 6", 'networks = 3\nkeep = "best"'))
            text = self.job.read_text().replace("epochs = 6", "epochs = 5")
            report = self.flash_json("run", self.write_job("confirm.toml", text=text), "-o", self.run_folder, "--again")
            best = report["confirmation"]["best"]
            ids, accuracies = self.values("confirmed/trainings", "id", "accuracy")
            self.assertEqual(self.kept()[best], accuracies[ids.index(best)])
            described = json.loads((self.run_folder / "networks" / f"network-{best}.json").read_text())
            self.assertEqual(described["epochs"], 5)

    def test_weights_that_cannot_be_written_cost_nothing_else(self):
        job = self.confirming(section='[confirm]\nnetworks = 3\nseeds = 1\nkeep = "all"\n')
        self.run_folder.mkdir(parents=True)
        self.flash("train", job, "-o", self.run_folder)
        (self.run_folder / "networks").write_text("no folder")
        done = self.flash("run", job, "-o", self.run_folder, expect=74)
        errors = [line for line in done.stderr.splitlines() if line.startswith("flash: ")]
        self.assertEqual(len(errors), 1, done.stderr)
        self.assertIn("networks", errors[0])
        self.assertIn("the same command goes on", errors[0])
        trainings = self.values("confirmed/trainings", "id", "accuracy", "seconds")
        self.assertEqual(len(trainings[0]), 3)
        (self.run_folder / "networks").unlink()
        done = self.flash("run", job, "-o", self.run_folder)
        self.assertNotIn("trained again", done.stderr)
        self.assertEqual(self.values("confirmed/trainings", "id", "accuracy", "seconds"), trainings)
        self.assertEqual(self.kept(), dict(zip(*trainings[:2])))

    def test_a_stop_between_training_and_keeping(self):
        job = self.confirming(section='[confirm]\nnetworks = 3\nseeds = 1\nkeep = "all"\n')
        self.flash("run", job, "-o", self.run_folder)
        whole = self.kept()
        other = self.confirming("other.toml", '[confirm]\nnetworks = 3\nseeds = 1\nkeep = "all"\n\n[models]\n'
                                f'file = "{self.run_folder}/models.json"\n')
        (self.folder / "list.txt").write_text("\n".join(str(i) for i in whole))
        stopped = self.folder / "stopped"
        command = ("confirm", other, "-o", stopped, "--networks", self.folder / "list.txt")
        for _ in range(4):  # in the trainings, in the measurements, among the files
            self.flash(*command, "--max-tasks", 2, expect=75)
        self.assertGreater(len(self.kept(stopped)), 0)
        done = self.flash(*command)
        self.assertNotIn("trained again", done.stderr)
        self.assertEqual(self.kept(stopped), whole)
        self.assertFalse((stopped / "checkpoints").exists())

    def test_the_best_few_and_networks_by_name(self):
        self.flash("run", self.confirming("none.toml", "[confirm]\nnetworks = 0\n"), "-o", self.run_folder)
        plain = self.confirming("seed.toml", "[confirm]\nnetworks = 0\nseeds = 1\n")
        top = self.flash_json("confirm", plain, "-o", self.run_folder, "--top", 3)
        best = [t["id"] for t in self.flash_json("exact", plain, "-o", self.run_folder, "--top", 3)["top"]]
        self.assertEqual([row["id"] for row in top["confirmed"]], best)
        self.assertEqual({row["role"] for row in top["confirmed"]}, {"asked"})
        file = self.folder / "networks.txt"
        file.write_text(f"{best[2]}\n\n# in words\nwm=1 depth=3 tc=0,0\n")
        named = self.flash_json("confirm", plain, "-o", self.run_folder, "--networks", file)
        self.assertEqual([row["network"] for row in named["confirmed"]][1], "wm=1 depth=3 tc=0,0")
        self.assertEqual(named["confirmed"][0]["test_accuracy"], top["confirmed"][2]["test_accuracy"], "it is not trained again")
        before = (self.run_folder / "status.json").read_bytes()
        for line in ("wm=9 depth=3 tc=0,0", "hello", "999999999999", "-1"):
            file.write_text(f"# one\n{line}\n")
            done = self.flash("confirm", plain, "-o", self.run_folder, "--networks", file, expect=65)
            self.one_line(done, "networks.txt:2:")
        self.assertEqual((self.run_folder / "status.json").read_bytes(), before, "the run is as it was")
        file.write_text("# nothing\n")
        self.assertIn("names no network", self.flash("confirm", plain, "-o", self.run_folder, "--networks", file, expect=65).stderr)
        job = self.confirming("named.toml", '[confirm]\nnamed = ["hello"]\n')
        for command in (("check", job), ("run", job, "-o", self.folder / "other")):
            self.one_line(self.flash(*command, expect=78), "named.toml:", "confirm.named", "hello")
        self.assertIn("nothing to confirm", self.flash("confirm", plain, "-o", self.run_folder, expect=64).stderr)

    def test_a_network_that_fails_to_train_is_said_and_the_others_count(self):
        self.flash("run", self.confirming("none.toml", "[confirm]\nnetworks = 0\n"), "-o", self.run_folder)
        run = self.folder / "failing"
        models = self.confirming("failing2.toml", "[confirm]\nnetworks = 4\nseeds = 1\n\n[models]\n"
                                 f'file = "{self.run_folder}/models.json"\n',
                                 ("learning_rate = 0.1", "learning_rate = 10\nmomentum = 0.99\nretries = 0"))
        done = self.flash("confirm", models, "-o", run, expect=65)
        self.assertIn("networks failed, the first because", done.stderr)
        self.assertIn("failed:", done.stdout)

    def test_a_constraint_that_no_confirmed_network_meets(self):
        self.flash("run", self.confirming("none.toml", "[confirm]\nnetworks = 0\n"), "-o", self.run_folder)
        tight = self.confirming("tight.toml", "[confirm]\nnetworks = 3\nseeds = 1\n\n[constraints]\naccuracy_min = 0.99\n")
        report = self.flash_json("confirm", tight, "-o", self.run_folder)
        self.assertEqual(report["confirmation"]["best"], -1)

    def test_a_table_without_the_networks_says_which_to_measure(self):
        self.flash("calibrate", self.confirming(), "--emit", self.folder / "emitted", "--list-only")
        lines = (self.folder / "emitted" / "networks.csv").read_text().splitlines()
        head = next(i for i, line in enumerate(lines) if not line.startswith("#"))
        names = lines[head].split(",")
        rows = [names]
        for line in lines[head + 1:]:
            cells = line.split(",")
            cells[names.index("latency_ms")] = str(1 + float(cells[names.index("macs")]) / 1e6)
            rows.append(cells)
        keep = [i for i, name in enumerate(names) if name not in ("energy_mj", "area_mm2")]
        (self.folder / "board.csv").write_text("\n".join(",".join(row[i] for i in keep) for row in rows) + "\n")
        hardware = '[hardware]\ntarget = "table"\nfile = "board.csv"\nholdout = 2\n'
        text = self.confirming().read_text()
        start = text.index("[hardware]")
        end = text.index("[search]")
        job = self.write_job("board.toml", text=text[:start] + hardware + "\n" + text[end:])
        report = self.flash_json("run", job, "-o", self.run_folder)
        missing = [row["id"] for row in report["confirmed"] if row["measured"] == "missing"]
        self.assertTrue(missing)
        self.assertIn("not measured: ", self.flash("report", self.run_folder).stdout)
        emitted = self.flash_json("confirm", job, "-o", self.run_folder, "--emit", self.folder / "more", "--list-only")
        self.assertEqual(emitted["networks"], missing)
        bound = self.write_job("bound.toml", text=job.read_text() + "\n[constraints]\nlatency_max_ms = 1000\n")
        report = self.flash_json("run", bound, "-o", self.run_folder)
        for row in report["confirmed"]:
            self.assertEqual(row["meets"], 0 if row["latency_ms_true"] is None else 1, row)


if __name__ == "__main__":
    import unittest
    unittest.main()

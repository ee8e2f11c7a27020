// What a job file may not hold: each error with its line, and all of them at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "job_text.hpp"

namespace flash {
namespace {

using test::refusal;
using testing::HasSubstr;
using testing::StartsWith;

struct Refusal {
  const char* text;
  const char* message;  // how the whole message begins, behind the file's name
};

class JobFileRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(JobFileRefuses, WithLineAndReason) {
  const std::string message = refusal(GetParam().text);
  EXPECT_THAT(message, StartsWith(std::string("dir/job.toml:") + GetParam().message));
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
}

INSTANTIATE_TEST_SUITE_P(
    Names, JobFileRefuses,
    testing::Values(
        Refusal{"\n[train]\nepoch = 3", "3: train.epoch: unknown key; did you mean train.epochs?"},
        Refusal{"[train]\n\nLearningRate = 3",
                "3: train.LearningRate: unknown key; did you mean train.learning_rate?"},
        Refusal{"[sample]\nepochs = 3", "2: sample.epochs: unknown key; that key belongs to [train]"},
        Refusal{"[sample]\nbatch = 3",
                "2: sample.batch: unknown key; that key belongs to [train] and [hardware]"},
        Refusal{"[sample]\noptimizer = 3",
                "2: sample.optimizer: unknown key; did you mean optimiser of [train]?"},
        Refusal{"[predictor]\nxyz = 3", "2: predictor.xyz: unknown key (allowed: kind, reading)"},
        Refusal{"[predictor]\n\"a\\nb\" = 3", "2: predictor.\"a\\nb\": unknown key"},
        Refusal{"[train.more]\nx = 3", "1: train.more: unknown key"},
        Refusal{"\n\n[trian]\n", "3: trian: unknown section; did you mean [train]?"},
        Refusal{"[xyz]\n", "1: xyz: unknown section (allowed: job, space, data,"},
        Refusal{"[[train]]\nepochs = 3", "1: train: stands as a key, but is a section: write [train]"},
        Refusal{"train = 3", "1: train: stands as a key, but is a section: write [train]"},
        Refusal{"\nepochs = 3", "2: epochs: stands outside any section; that key belongs to [train]"},
        Refusal{"xyz = 3", "1: xyz: stands outside any section"}));

INSTANTIATE_TEST_SUITE_P(
    AccuracyOnTheChip, JobFileRefuses,
    testing::Values(
        Refusal{"[train]\naccuracy_on = \"chip\"",
                "2: train.accuracy_on: is chip, but hardware.target is host: only imc has a chip"},
        Refusal{"[train]\naccuracy_on = \"board\"",
                "2: train.accuracy_on: is \"board\" (allowed: ideal | chip)"},
        Refusal{"[train]\nnoise_epochs = -1", "2: train.noise_epochs: is -1 (allowed: 0 .. 100000)"},
        Refusal{
            "[hardware]\ntarget = \"imc\"\n[train]\naccuracy_on = \"chip\"\n[compress]\nnetworks = [\"best\"]",
            "4: train.accuracy_on: is chip, but compressed networks are not computed on the chip"},
        Refusal{
            "[hardware]\ntarget = \"imc\"\n[train]\naccuracy_on = \"chip\"\n[refine]\nrounds = 1\nhalving = true",
            "4: train.accuracy_on: is chip, but with refine.halving trainings end by ideal accuracies"}));

INSTANTIATE_TEST_SUITE_P(
    Compression, JobFileRefuses,
    testing::Values(
        Refusal{"[compress]\noptions = [\"bits 4\"]", "2: compress.options: the first is to be dense"},
        Refusal{"[compress]\noptions = [\"dense\", \"keep 2\"]",
                "2: compress.options: 'keep 2' keeps a share"},
        Refusal{"[compress]\noptions = [\"dense\", \"rows 0.5\", \"keep 0.5\"]",
                "2: compress.options: 'rows 0.5' and 'keep 0.5' prune in different ways"},
        Refusal{"[compress]\nratio = 2\nrho = 1", "1: compress.rho_end: is 0.3, less than rho = 1"},
        Refusal{"[compress]\n\nvariant = \"switch\"", "3: compress.variant: switch is for method smartdeal"},
        Refusal{"[compress]\nbias_bits = 17", "2: compress.bias_bits: is 17 (allowed: 2 .. 16 | 32)"},
        Refusal{"[compress]\nlayers = [\"2: keep 0.1\", \"2: keep 0.3\"]",
                "2: compress.layers: layer 2 stands there twice"},
        Refusal{
            "[data]\nsource = \"shapes\"\nside = 12\n[compress]\nnetworks = [\"lenet5\"]",
            "5: compress.networks: lenet5 cannot be built for images of 3 x 12 x 12: layers: a kernel of 5"},
        Refusal{"[compress]\nminimise = \"bytes\"",
                "2: compress.minimise: 'bytes' is not known here (allowed: latency, "},
        Refusal{"[compress]\noptions = [\"dense\", \"bits 4\"]\nminimise = \"latency@pixel3\"",
                "3: compress.minimise: the target host has no latency on pixel3; name it in proxy.devices"},
        Refusal{"[compress]\noptions = [\"dense\", \"bits 4\"]\nminimise = \"file_bytes,latency@pixel3\"",
                "3: compress.minimise: the target host has no latency on pixel3"},
        Refusal{"[compress]\nminimise = \"latency,latency\"", "2: compress.minimise: names latency twice"},
        Refusal{"[space]\npreset = \"fbnet\"\n[compress]\noptions = [\"dense\", \"bits 4\"]",
                "4: compress.options: are for networks"}));

INSTANTIATE_TEST_SUITE_P(
    Values, JobFileRefuses,
    testing::Values(
        Refusal{"[train]\nepochs = 0", "2: train.epochs: is 0 (allowed: 1 .. 100000)"},
        Refusal{"[train]\nepochs = 3.0",
                "2: train.epochs: is a number, expected an integer (allowed: 1 .. 100000)"},
        Refusal{"[train]\nepochs = \"3\"", "2: train.epochs: is a text, expected an integer"},
        Refusal{"[train]\nepochs = [3]", "2: train.epochs: is a list, expected an integer"},
        Refusal{"[train]\nepochs = 2026-01-01", "2: train.epochs: is a date or time, expected an integer"},
        Refusal{"[train]\nlearning_rate = nan",
                "2: train.learning_rate: is not a finite number (allowed: 0 < x <= 10)"},
        Refusal{"[train]\nlearning_rate = inf", "2: train.learning_rate: is not a finite number"},
        Refusal{"[sample]\nmax_mmacs = 1e-400", "2: holds a number other than 0 that is too near to 0"},
        Refusal{"sample = { \"\u00e4\" = 0.0e-400, max_mmacs = +0.0_3e-999 }",
                "1: holds a number other than 0 that is too near to 0"},
        Refusal{"[train]\nlearning_rate = -0.5", "2: train.learning_rate: is -0.5 (allowed: 0 < x <= 10)"},
        Refusal{"[train]\nflip = 1", "2: train.flip: is an integer, expected true or false"},
        Refusal{"[train]\noptimiser = \"sdg\"",
                "2: train.optimiser: is \"sdg\"; did you mean \"sgd\"? (allowed: sgd | adam)"},
        Refusal{"[train]\noptimiser = \"lion\"", "2: train.optimiser: is \"lion\" (allowed: sgd | adam)"},
        Refusal{"[data]\nsource = \"cifar\"", "2: data.source: is \"cifar\"; did you mean \"cifar10\"?"},
        Refusal{"[space]\npreset = \"flash-36b\"",
                "2: space.preset: is \"flash-36b\"; did you mean \"flash-63b\"?"},
        Refusal{"[space]\nwm = [1, \"2\"]",
                "2: space.wm: holds a text, expected a list of integers or a range"},
        Refusal{"[space]\nwm = [1, 2.0]",
                "2: space.wm: holds a number, expected a list of integers or a range"},
        Refusal{"[search]\nmethods = [\"shgo\", \"randon\"]",
                "2: search.methods: holds \"randon\"; did you mean \"random\"?"},
        Refusal{"[search]\nmethods = \"randon\"",
                "2: search.methods: holds \"randon\"; did you mean \"random\"?"},
        Refusal{"[search]\nmethods = [\"random\", \"random\"]", "2: search.methods: names \"random\" twice"},
        Refusal{"[job]\nname = \"a\\u0007b\"", "2: job.name: is \"a\\u0007b\" (allowed: 1 to 64 of"}));

INSTANTIATE_TEST_SUITE_P(
    Contradictions, JobFileRefuses,
    testing::Values(
        Refusal{"[space]\npreset = \"mnist-mlp\"\nblock = \"regular\"", "3: space.block: is for dense-cells"},
        Refusal{"[space]\npreset = \"mnist-mlp\"\nhead_norm = true",
                "3: space.head_norm: is for dense-cells"},
        Refusal{"\n[space]\npreset = \"flash-63b\"\nfamily = \"mlp-cells\"",
                "4: space.family: is mlp-cells, but preset flash-63b is of dense-cells"},
        Refusal{"[space]\npreset = \"flash-63b\"\n\nwm = [2, 1]", "4: space.wm: wm must be ascending"},
        Refusal{"[space]\npreset = \"flash-63b\"\nskip_min = 1000",
                "3: space.skip_min: skip_min is 1000, but the smallest"},
        Refusal{"[space]\nwidths = [4096]\ndepths = \"3..10000\"\n", "1: space: its largest networks"},
        Refusal{"[space]\nwidths = [1]\nwm = [1]\ndepths = [3]\n\n[sample]\ncount = 4",
                "7: sample.count: count = 4"},
        Refusal{"[space]\nwidths = [6]\nwm = [1]\ndepths = [3]\n[hardware]\nholdout = 4\ncount = 4",
                "7: hardware.count: count = 4 and holdout = 4 want more networks than the 7 of the space"},
        Refusal{"[space]\nwidths = [6]\nwm = [1]\ndepths = [3]\n[sample]\nholdout = 4\n",
                "6: sample.holdout: count = 25 and holdout = 4 want more networks than the 7 of the space"},
        Refusal{"[data]\ntrain = \"a\"", "2: data.train: the source shapes reads no files"},
        Refusal{"[data]\nsource = \"idx\"\ntrain = \"a\"\ntest = [\"a\", \"b\"]",
                "3: data.train: the source idx needs two files"},
        Refusal{
            "[data]\nsource = \"folder\"\ntrain = \"a\"\ntest = [\"a\", \"b\"]",
            "4: data.test: the source folder needs one folder with a sub-folder of pictures for each class, "
            "test = \"FOLDER\"; not 2 paths"},
        Refusal{
            "[data]\nsource = \"folder\"\ntrain = \"a\"",
            "1: data.test: the source folder needs one folder with a sub-folder of pictures for each class, "
            "test = \"FOLDER\"; the key is missing"},
        Refusal{"\n[data]\nsource = \"cifar10\"\ntrain = \"a\"",
                "2: data.test: the source cifar10 needs one binary file or more"},
        Refusal{"[data]\nside = 7", "2: data.side: is 7; shapes are 8 to 64"},
        Refusal{"[data]\ntrain_images = 9", "2: data.train_images: is 9, but shapes has 10 classes"},
        Refusal{"[data]\nsource = \"cifar10\"\ntrain = \"a\"\ntest = \"b\"\nside = 16",
                "5: data.side: is for shapes and folder"},
        Refusal{"[constraints]\naccuracy_min = 1.0",
                "2: constraints.accuracy_min: is 1.0; an accuracy is below 1"},
        Refusal{"[constraints]\naccuracy_min = 0", "2: constraints.accuracy_min: is 0 (allowed: x > 0)"},
        Refusal{"[constraints]\n\narea_max_mm2 = 1",
                "3: constraints.area_max_mm2: the target host has no area"},
        Refusal{"[hardware]\nfile = \"a.csv\"", "2: hardware.file: is for the target table, not host"},
        Refusal{"[hardware]\ndesign = \"a.toml\"", "2: hardware.design: is for the target imc, not host"},
        Refusal{"[hardware]\nenergy_unit = \"j\"",
                "2: hardware.energy_unit: is for the target table, not host"},
        Refusal{"[hardware]\ntarget = \"table\"",
                "1: hardware.file: is not set; the target table needs a file"},
        Refusal{"[hardware]\ntarget = \"table\"\nfile = \"a.csv\"\nrepeats = 9",
                "4: hardware.repeats: is for the target host, not table"},
        Refusal{"[hardware]\ntarget = \"table\"\nfile = \"a.csv\"\nfeature_columns = [\"mac\"]",
                "4: hardware.feature_columns: holds \"mac\", which is no feature of the space; did you mean "
                "macs?"},
        Refusal{"[hardware]\ntarget = \"table\"\nfile = \"a.csv\"\nfeature_columns = [\"macs=\"]",
                "4: hardware.feature_columns: holds \"macs=\", which is neither feature nor feature=column"},
        Refusal{"[hardware]\ntarget = \"table\"\nfile = \"a.csv\"\nnetwork_columns = [\"wm\", \"depth\"]",
                "4: hardware.network_columns: names 2 columns; it takes one with the id, or 5"},
        Refusal{"[hardware]\ntarget = \"table\"\nfile = \"a.csv\"\nlatency_unit = \"min\"",
                "4: hardware.latency_unit: is \"min\""},
        Refusal{"[hardware]\ntarget = \"table\"\nfile = \"a.csv\"\nenergy_column = \"\"",
                "4: hardware.energy_column: is \"\" (allowed: a column of the file)"},
        Refusal{"[hardware]\ntarget = \"table\"\nfile = \"a.csv\"\nnetwork_columns = [\"\"]",
                "4: hardware.network_columns: is [\"\"]"},
        Refusal{"[objective]\naccuracy = 0\nlatency = 0\nenergy = 0\narea = 0",
                "2: objective.accuracy: all exponents are 0"},
        Refusal{"[objective]\nsum = \"accuracy - latency\"\nenergy = 1",
                "3: objective.energy: is an exponent, and objective.sum leaves none"},
        Refusal{"[objective]\nsum = \"accuracy + latency\"",
                "2: objective.sum: adds latency, of which less is better: subtract it"},
        Refusal{"[objective]\nsum = 3", "2: objective.sum: is an integer, expected a text"},
        Refusal{"[objective]\nsum = \"accuracy - area\"",
                "2: objective.sum: the target host has no area; leave it out"}));

INSTANTIATE_TEST_SUITE_P(
    Syntax, JobFileRefuses,
    testing::Values(Refusal{"[train]\nepochs = \n", "2:10: not valid TOML: "},
                    Refusal{"[train]\nepochs = 3\nepochs = 4\n", "3:10: not valid TOML: "},
                    Refusal{"[train]\n[train]\n", "2:1: not valid TOML: "}, Refusal{"[train\n", "1:"},
                    Refusal{"[train]\nepochs = 99999999999999999999\n", "2:"},
                    Refusal{"[job]\nname = \"\xff\"\n", "2:8: not valid TOML: "}));

TEST(JobFile, ReportsAllErrorsInTheOrderOfTheFile) {
  const std::string message = refusal(
      "[train]\nflip = 3\nepochs = 0\n[spcae]\n[data]\nsource = \"x\"\ncrop = 4\n"
      "[constraints]\narea_max_mm2 = 1");
  EXPECT_THAT(message, testing::MatchesRegex("dir/job.toml:2: train.flip: [^\n]*\n"
                                             "dir/job.toml:3: train.epochs: [^\n]*\n"
                                             "dir/job.toml:4: spcae: [^\n]*\n"
                                             "dir/job.toml:6: data.source: [^\n]*\n"
                                             "dir/job.toml:7: data.crop: [^\n]*\n"
                                             "dir/job.toml:9: constraints.area_max_mm2: [^\n]*"));
}

TEST(JobFile, ReportsAtMostTwentyErrors) {
  std::string text = "[train]\n";
  for (int i = 0; i < 25; ++i) text.append("x").append(std::to_string(i)).append(" = 1\n");
  const std::string message = refusal(text);
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 20);
  EXPECT_TRUE(message.ends_with("\ndir/job.toml: and 5 more errors")) << message;
  EXPECT_THAT(message, HasSubstr("dir/job.toml:21: train.x19: "));
}

TEST(JobFile, KeepsMessagesShort) {
  EXPECT_LT(refusal("[train]\n" + std::string(100'000, 'a') + " = 1").size(), 400u);
  EXPECT_LT(refusal("[train]\noptimiser = \"" + std::string(100'000, 'a') + "\"").size(), 400u);
  std::string umlauts;
  for (int i = 0; i < 100; ++i) umlauts += "\xc3\xa4";
  const std::string message = refusal("[train]\noptimiser = \"" + umlauts + "\"");
  EXPECT_NO_THROW(Json(message).dump()) << "cut inside a character";
}

TEST(JobFile, RefusesWhatWouldOverwhelmTheParser) {
  EXPECT_THAT(refusal(std::string((1 << 20) + 1, '#')), HasSubstr("larger than 1 MiB"));
  std::string deep = "a";
  for (int i = 0; i < 100'000; ++i) deep += ".a";
  EXPECT_THAT(refusal(deep + " = 1"), HasSubstr("more than 2000 dots"));
  EXPECT_THAT(refusal(deep.substr(0, 3'999) + " = 1"), HasSubstr("a: unknown section"));
  EXPECT_THAT(refusal("[space]\nwm = " + std::string(100'000, '[')), HasSubstr("not valid TOML"));
}

}  // namespace
}  // namespace flash

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "flash/job/job.hpp"
#include "flash/space/families/cell_space.hpp"
#include "flash/space/families/families.hpp"
#include "job_text.hpp"

namespace flash {
namespace {

namespace fs = std::filesystem;
using test::full_job;
using test::refusal;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

Job parse(const std::string& text) { return parse_job(text, "/jobs/job.toml"); }

TEST(JobFile, SettingsWithoutEffectAreSaid) {
  EXPECT_THAT(parse("[refine]\nhalving = true\nnetworks = 3\n").notes,
              ElementsAre("/jobs/job.toml:3: refine.networks: changes nothing without refine.rounds",
                          "/jobs/job.toml:2: refine.halving: changes nothing without refine.rounds"));
  EXPECT_THAT(parse("[refine]\nrounds = 1\nhalving = true\n[train]\nepochs = 1\n").notes,
              ElementsAre(HasSubstr("refine.halving: changes nothing with one epoch")));
  EXPECT_THAT(parse("[sample]\ncount = 5\nrepeats = 6\n").notes,
              ElementsAre(HasSubstr("sample.repeats: changes nothing beyond the 5 networks")));
  EXPECT_THAT(parse("[confirm]\nnetworks = 0\nkeep = \"best\"\n").notes,
              ElementsAre(HasSubstr("confirm.keep: changes nothing where confirm.networks is 0")));
  EXPECT_THAT(parse("[refine]\nrounds = 1\nhalving = true\nnetworks = 3\n").notes, testing::IsEmpty());
  EXPECT_THAT(parse("[compress]\noptions = [\"dense\"]\nminimise = \"file_bytes\"\n").notes,
              testing::ElementsAre(testing::HasSubstr("where compress.options has \"dense\" alone")));
  EXPECT_THAT(parse("[compress]\nminimise = \"file_bytes\"\n").notes,
              testing::ElementsAre(testing::HasSubstr("without compress.options")));
  EXPECT_THAT(parse("[confirm]\nnetworks = 0\ntop = 3\nkeep = \"best\"\n").notes, testing::IsEmpty());
  EXPECT_THAT(parse("[sample]\ncount = 6\nrepeats = 6\n").notes, testing::IsEmpty());
}

TEST(JobFile, ReadsEverySection) {
  const Job job = parse(full_job);
  EXPECT_EQ(job.name, "trial-1");
  EXPECT_EQ(job.seed, 7u);
  EXPECT_EQ(job.text, full_job);
  EXPECT_EQ(job.path, "/jobs/job.toml");
  EXPECT_EQ(job.data.train, (std::vector<fs::path>{"/jobs/a/data_batch_1.bin", "/abs/data_batch_2.bin"}));
  EXPECT_EQ(job.data.test, std::vector<fs::path>{"/test_batch.bin"});
  EXPECT_EQ(job.data.train_images, 5000);
  EXPECT_EQ(job.data.test_images, 0);  // all: the embedded default is of shapes alone
  EXPECT_EQ(job.sample.count, 8);
  EXPECT_EQ(job.sample.max_mmacs, 50);  // an integer will do for a number
  EXPECT_EQ(job.training.learning_rate, 0.01);
  EXPECT_EQ(job.training.optimiser, "adam");
  EXPECT_FALSE(job.training.flip);
  EXPECT_EQ(job.reading, "channels");
  EXPECT_EQ(job.hardware.setup().provenance()["settings"]["repeats"], 5);
  EXPECT_EQ(job.objective.metric[Metric::latency], 0.5);
  EXPECT_EQ(job.objective.metric[Metric::energy], 0);
  EXPECT_EQ(job.objective.metric[Metric::area], 0);  // accuracy alone, unless a job says otherwise
  EXPECT_EQ(job.constraints.accuracy_min, 0.6);
  EXPECT_EQ(job.constraints.metric_max[Metric::latency], 2);
  EXPECT_TRUE(std::isinf(job.constraints.metric_max[Metric::energy]));
  EXPECT_EQ(job.search.methods, std::vector<std::string>{"random"});
  EXPECT_EQ(job.sweep.block, 1'000'000u);
  EXPECT_EQ(job.farm.task_timeout_s, 600);
  EXPECT_EQ(job.models_file, "/jobs/models/host.json");
}

TEST(JobFile, ASumTakesThePlaceOfExponents) {
  Job job = parse("[objective]\naccuracy = 1\nsum = \"accuracy - 0.02*latency\"");  // as in the sample job
  EXPECT_TRUE(job.objective.is_sum());
  EXPECT_EQ(job.objective.metric[Metric::latency], 0.02);
  override_option(job, "objective.sum", "2*accuracy - energy");
  EXPECT_EQ(job.objective.accuracy, 2);
  EXPECT_EQ(job.objective.metric[Metric::latency], 0);
  override_option(job, "objective.sum", "");
  EXPECT_EQ(job.objective, parse("").objective);
}

TEST(JobFile, ARatioThatNobodyGaveIsTheMethods) {
  Job job = parse("[compress]\nbits = 4");
  EXPECT_EQ(job.compress.how.ratio, 10);
  override_option(job, "compress.method", "smartdeal");
  EXPECT_EQ(job.compress.how.ratio, 1);
  override_option(job, "compress.ratio", 3.0);
  override_option(job, "compress.method", "magnitude");
  EXPECT_EQ(job.compress.how.ratio, 3);
  EXPECT_EQ(parse("[compress]\nmethod = \"smartdeal\"").compress.how.ratio, 1);
  EXPECT_EQ(parse("[compress]\nmethod = \"smartdeal\"\nratio = 10").compress.how.ratio, 10);
}

TEST(JobFile, OverridesAPresetWhereverItStands) {
  const Job job = parse(full_job);
  CellSpace expected = CellSpace::from(find_preset("cifar-small")->definition);
  expected.wm = {1, 2};
  expected.depths = {4, 6, 8};
  EXPECT_EQ(job.space, expected);
}

TEST(JobFile, DefinesASpaceAlone) {
  const Job job = parse("[space]\nwidths = [8]\nwm = \"1..2\"\ndepths = [4]\nskip_max = 6\nskip_step = 3\n");
  CellSpace expected;
  expected.widths = {8};
  expected.wm = {1, 2};
  expected.depths = {4};
  expected.skips = {0, 6, 3};
  EXPECT_EQ(job.space, expected);
  EXPECT_EQ(
      parse("[space]\npreset = \"\"\nwidths = [8]\nwm = [1, 2]\ndepths = [4]\nskip_max = 6\nskip_step = 3\n")
          .space,
      expected);
  EXPECT_THAT(refusal("\n[space]\nwm = [1]"), StartsWith("dir/job.toml:2: space: depths is empty"));
  EXPECT_THAT(refusal("\n[space]\npreset = \"\""), StartsWith("dir/job.toml:2: space: depths is empty"));
  EXPECT_EQ(parse("[space]\n").space, parse("").space);
}

TEST(JobFile, TakesTheInputThatTheSourceHas) {
  EXPECT_EQ(parse("[data]\nside = 16\nchannels = 1").space.input, (Input{1, 16, 10}));
  EXPECT_EQ(parse("[data]\nsource = \"cifar100\"\ntrain = \"a\"\ntest = \"b\"").space.input,
            (Input{3, 32, 100}));
  const std::string idx = "[data]\nsource = \"idx\"\ntrain = [\"a\", \"b\"]\ntest = [\"c\", \"d\"]\n";
  EXPECT_EQ(parse(idx + "[space]\npreset = \"mnist-mlp\"").space.input, (Input{1, 28, 10}));
  EXPECT_EQ(stated_input(parse(idx), {1, 20, 7}), (Input{1, 20, 7}));
  const std::string folder = "[data]\nsource = \"folder\"\ntrain = \"a\"\ntest = \"b\"\nside = 24\n";
  EXPECT_EQ(stated_input(parse(folder), {1, 20, 7}), (Input{3, 24, 7}));
}

TEST(JobFile, ReadsRangeTexts) {
  const auto depths = [](const std::string& value) {
    return CellSpace::from(parse("[space]\npreset = \"flash-63b\"\ndepths = " + value).space).depths;
  };
  EXPECT_EQ(depths("\"5..8\""), (std::vector<int>{5, 6, 7, 8}));
  EXPECT_EQ(depths("\"5..9:2\""), (std::vector<int>{5, 7, 9}));
  EXPECT_EQ(depths("\"5..10:2\""), (std::vector<int>{5, 7, 9}));
  EXPECT_EQ(depths("\"5..5\""), std::vector<int>{5});
  const auto refused = [](const std::string& value) {
    return refusal("[space]\n\ndepths = \"" + value + "\"");
  };
  for (const char* value : {"", "5", "5..", "..5", "5-8", "5..8:", "5..8:2:2", "5..8 ", " 5..8", "a..b",
                            "5.8", "5...8", "99999999999999999999..1"}) {
    EXPECT_THAT(refused(value), StartsWith("dir/job.toml:3: space.depths: is \"")) << value;
    EXPECT_THAT(refused(value), HasSubstr("is not a range such as")) << value;
  }
  EXPECT_THAT(refused("8..5"), HasSubstr("ends before it begins"));
  EXPECT_THAT(refused("5..8:0"), HasSubstr("step 0"));
  EXPECT_THAT(refused("1..4"), HasSubstr("is \"1..4\" (allowed: each 3 .. 10000"));
  EXPECT_THAT(refused("-9223372036854775808..9223372036854775807"), HasSubstr("below 0"));
  EXPECT_THAT(refused("0..9223372036854775807"), HasSubstr("more than 100000 values"));
  EXPECT_THAT(refused("5..9223372036854775807:9223372036854775807"), HasSubstr("accepted"));
  EXPECT_THAT(refusal("[space]\ndepths = []"), HasSubstr("space.depths: is an empty list"));
}

TEST(JobFile, ExpandsTheEnvironmentInPaths) {
  ASSERT_EQ(::setenv("FLASH_TEST_FOLDER", "/sets", 1), 0);
  ::unsetenv("FLASH_TEST_UNSET");
  const std::string start = "[data]\nsource = \"folder\"\ntest = \"t\"\ntrain = ";
  EXPECT_EQ(parse(start + "\"${FLASH_TEST_FOLDER}/x\"").data.train[0], "/sets/x");
  EXPECT_EQ(parse(start + "\"a${FLASH_TEST_FOLDER}\"").data.train[0], "/jobs/a/sets");
  EXPECT_EQ(parse(start + "\"a$b{}\"").data.train[0], "/jobs/a$b{}");
  EXPECT_THAT(refusal(start + "\"${FLASH_TEST\""), HasSubstr("${ without its }"));
  EXPECT_THAT(refusal(start + "\"\""), HasSubstr("holds an empty path"));
  EXPECT_THAT(refusal(start + "\"a\\u0000b\""), HasSubstr("holds a NUL character"));
  EXPECT_EQ(parse("[models]\nfile = \"${FLASH_TEST_FOLDER}/m.json\"").models_file, "/sets/m.json");
  const Job relative = parse_job("[models]\nfile = \"m.json\"", "dir/job.toml");
  EXPECT_EQ(relative.models_file, fs::current_path() / "dir/m.json");
}

// What resolving the images of such a job says.
std::string refused_images(const std::string& path) {
  Job job = parse("[data]\nsource = \"folder\"\ntest = \"t\"\ntrain = \"" + path + "\"");
  try {
    resolve_images(job);
    return "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_job);
    return error.what();
  }
}

TEST(JobFile, AsksForAVariableWhereAFileIsRead) {
  ::unsetenv("FLASH_TEST_UNSET");
  EXPECT_THAT(refused_images("${FLASH_TEST_UNSET}/../x"),
              HasSubstr(":4: data.train: needs the environment variable FLASH_TEST_UNSET, which is not set"));
  EXPECT_THAT(refused_images("${}"), HasSubstr("the environment variable \"\", which is not set"));
  ASSERT_EQ(::setenv("FLASH_TEST_FOLDER", "${HOME}/sets", 1), 0);
  EXPECT_THAT(refusal("[models]\nfile = \"${FLASH_TEST_FOLDER}/m.json\""),
              HasSubstr("FLASH_TEST_FOLDER, which is \"${HOME}/sets\": a ${ in a variable is not replaced"));
}

TEST(JobFile, AllowsAnNnDegreeAsFloorInATrainingFreeSearch) {
  EXPECT_EQ(
      parse("[constraints]\naccuracy_min = 200\n[objective]\ntraining_free = true").constraints.accuracy_min,
      200);
}

TEST(JobFile, LeavesMetricsToTheModelsFile) {
  EXPECT_EQ(parse("[constraints]\nenergy_max_mj = 1\n[models]\nfile = \"imc.json\"")
                .constraints.metric_max[Metric::energy],
            1);
}

class JobOnDisk : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(testing::TempDir()) /
              (std::string("flash_job_") + test->name() + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path write(const std::string& text) {
    std::ofstream(folder_ / "job.toml", std::ios::binary) << text;
    return folder_ / "job.toml";
  }
  static std::pair<ExitCode, std::string> error_of(const fs::path& path) {
    try {
      read_job(path);
    } catch (const Error& error) {
      return {error.code(), error.what()};
    }
    return {ExitCode::ok, ""};
  }
  fs::path folder_;
};

TEST_F(JobOnDisk, IsReadWithPathsRelativeToIt) {
  const Job job = read_job(write("[models]\nfile = \"m.json\"\n"));
  EXPECT_EQ(job.models_file, folder_.lexically_normal() / "m.json");
}

TEST_F(JobOnDisk, MustBeAFileOfFittingSize) {
  EXPECT_EQ(error_of(folder_ / "none.toml").first, ExitCode::missing_input);
  EXPECT_EQ(error_of(folder_).first, ExitCode::missing_input);
  EXPECT_THAT(error_of(folder_).second, HasSubstr("is a folder, not a job file"));
  EXPECT_EQ(error_of("/dev/zero").first, ExitCode::missing_input);
  const fs::path path = write("");
  fs::resize_file(path, (1 << 20) + 1);
  EXPECT_EQ(error_of(path).first, ExitCode::bad_job);
  EXPECT_THAT(error_of(path).second, HasSubstr("larger than 1 MiB"));
}

TEST_F(JobOnDisk, GetsItsInputFromTheData) {
  Job job = parse("[data]\nside = 16\nchannels = 1");
  job.space.input = {};
  resolve_input(job);
  EXPECT_EQ(job.space.input, (Input{1, 16, 10}));
}

TEST_F(JobOnDisk, TrainsForTheArithmeticOfItsChipWhereAsked) {
  std::ofstream(folder_ / "chip.toml") << "[adc]\nbits = 6\n[accuracy]\nread_noise = 0.05\n";
  const std::string chip =
      "[hardware]\ntarget = \"imc\"\ndesign = \"chip.toml\"\n[train]\nnoise_epochs = 2\n";
  Job job = read_job(write(chip + "accuracy_on = \"chip\"\n"));
  resolve_input(job);
  const TrainingSettings settings = settings_of_training(job);
  ASSERT_TRUE(settings.chip);
  EXPECT_EQ(settings.chip->adc_bits, 6);
  EXPECT_EQ(settings.chip->read_noise, 0.05);
  EXPECT_EQ(settings.noise_epochs, 2);
  EXPECT_THAT(accuracy_words(job), HasSubstr("those on the chip"));
  Job ideal = read_job(write(chip));
  resolve_input(ideal);
  EXPECT_EQ(to_json(settings_of_training(ideal)), to_json(ideal.training));
  EXPECT_THAT(ideal.notes.front(), HasSubstr("train.noise_epochs: changes nothing where train.accuracy_on"));
  EXPECT_THAT(accuracy_words(ideal), HasSubstr("are ideal"));
  EXPECT_EQ(accuracy_words(parse("")), "");

  std::ofstream(folder_ / "chip.toml") << "[precision]\nweight_bits = 16\n";
  Job wide = read_job(write(chip + "accuracy_on = \"chip\"\n"));
  try {
    resolve_input(wide);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_job);
    EXPECT_THAT(error.what(), HasSubstr("train.accuracy_on: accuracy on the chip: it is computed for "
                                        "precision.weight_bits of 2 to 8, not 16"));
  }
}

TEST_F(JobOnDisk, IsRefusedWhereTheImagesAreTooSmallForTheCells) {
  Job job = parse("[space]\nwidths = [4, 4, 4, 4]\nwm = [1]\ndepths = [4]\n\n[data]\nside = 32");
  job.data.side = 8;
  try {
    resolve_input(job);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_job);
    EXPECT_THAT(error.what(), StartsWith("/jobs/job.toml:1: space: images of side 8 are too small"));
  }
}

TEST_F(JobOnDisk, NamesADataFileThatIsMissing) {
  Job job = read_job(write("[data]\nsource = \"cifar10\"\ntrain = \"no.bin\"\ntest = \"no.bin\"\n"));
  try {
    resolve_input(job);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::missing_input);
    EXPECT_THAT(error.what(), HasSubstr((folder_ / "no.bin").string()));
  }
}

}  // namespace
}  // namespace flash

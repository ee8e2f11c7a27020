// A toy data format and a toy search method, by their names alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "../unit/search/spaces.hpp"
#include "flash/core/error.hpp"
#include "flash/dataset/data_checks.hpp"
#include "flash/dataset/data_digest.hpp"
#include "flash/dataset/source.hpp"
#include "flash/job/job.hpp"
#include "flash/job/options.hpp"
#include "flash/search/exact.hpp"
#include "flash/search/methods/search_method.hpp"

namespace flash {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Rows : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // Each image has the one level given after its label.
  std::filesystem::path write(const std::string& name, const std::vector<std::pair<int, int>>& images) {
    std::ofstream file(folder_ / name);
    for (const auto& [label, level] : images) {
      file << label;
      for (int i = 0; i < 64; ++i) file << ' ' << level;
      file << '\n';
    }
    return folder_ / name;
  }
  DataSource source() {
    return {.source = "rows",
            .train = {write("train", {{0, 10}, {0, 20}, {1, 30}})},
            .test = {write("test", {{1, 40}, {0, 50}})}};
  }
  static Job parse(const std::string& data) {
    return parse_job("[data]\nsource = \"rows\"\n" + data, "/jobs/a.toml");
  }

  std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("rows" + std::to_string(::getpid()));
};

TEST_F(Rows, AreRead) {
  DataSource rows = source();
  const Data data = load_data(rows);
  EXPECT_EQ(data.classes, 2);
  EXPECT_THAT(data.train.labels, ElementsAre(0, 0, 1));
  ASSERT_EQ(data.train.pixels.size(), 192U);
  EXPECT_EQ(data.train.pixels[64], 20);
  EXPECT_EQ(data.test.pixels.back(), 50);
  EXPECT_FLOAT_EQ(data.mean[0], 20.0F / 255);
  rows.train_images = 2;  // one of each class in turn
  EXPECT_THAT(load_data(rows).train.labels, ElementsAre(0, 1));
  EXPECT_EQ(inspect_data(rows).train_images, 2U);
}

TEST_F(Rows, AreCheckedAndToldApart) {
  const DataSource rows = source();
  EXPECT_THAT(data_warnings(rows), ElementsAre());
  const std::string digest = data_digest(rows);
  write("test", {{1, 40}, {0, 10}});
  EXPECT_NE(data_digest(rows), digest);
  EXPECT_THAT(data_warnings(rows), ElementsAre(HasSubstr("1 of 2 test images are training images too")));
  write("test", {{1, 40}, {0, 300}});
  EXPECT_THROW(require_readable(rows), Error);
}

TEST_F(Rows, AreASourceOfJobs) {
  const Job job = parse("train = \"a\"\ntest = \"b\"\n");
  EXPECT_EQ(stated_input(job, {3, 32, 7}), (Input{1, 8, 7}));
  try {
    parse("train = [\"a\", \"b\"]\ntest = \"b\"\nside = 16\n");
    FAIL() << "was taken";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("the source rows needs one file of rows, train = \"FILE\"; not 2"));
    EXPECT_THAT(error.what(), HasSubstr("images of rows have their own"));
  }
  EXPECT_THAT(options().find("data", "source")->allowed, HasSubstr("folder | rows"));
  EXPECT_THAT(options().find("data", "train")->description, HasSubstr("; rows: the file; shapes: none."));
}

TEST(HillClimbing, FindsTheOptimum) {
  CellSpace definition = test::small_space({2, 3}, {4, 5});
  const Evaluator evaluator{Space(definition), test::simple_models(definition), {}, {}};
  SearchBudget budget;
  budget.evaluations = evaluator.space().size();
  const SearchResult result = search(evaluator, "hill-climbing", 1, budget);
  EXPECT_EQ(result.method, "hill-climbing");
  EXPECT_TRUE(result.found);
  EXPECT_EQ(result.best_id, solve_exact(evaluator).best_id);
  EXPECT_THAT(options().find("search", "methods")->allowed, HasSubstr("exhaustive | hill-climbing"));
  EXPECT_THROW(search(evaluator, "hill-diving", 1, budget), Error);
}

}  // namespace
}  // namespace flash

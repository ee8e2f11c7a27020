#include "flash/job/comparison.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "flash/job/constraint_sets.hpp"

namespace flash {
namespace {

// A job of one constraint set whose comparison is written by hand.
class ComparisonTest : public testing::Test {
 protected:
  ComparisonTest() {
    job_.space.widths = {2};
    job_.space.wm = {1};
    job_.space.depths = {3, 4};
    job_.space.input = {1, 8, 10};
    job_.search.methods = {"random", "reinforce"};
    job_.search.seeds = 1;
    job_.sweep.block = 4;
    sets_.resize(1);
  }

  void add_search(std::uint64_t index, const std::string& method, double seconds,
                  std::vector<TracePoint> trace) {
    SearchResult result;
    result.method = method;
    result.found = true;
    result.best.objective = trace.back().objective;
    result.evaluations = trace.back().evaluations;
    result.seconds = seconds;
    result.trace = std::move(trace);
    StageOutcome outcome;
    outcome.ok = true;
    outcome.output = to_json(result);
    results_.add("compare", index, outcome);
  }

  void add_block(std::uint64_t index, IdRange block, std::uint64_t best, double objective) {
    BlockResult result;
    result.block = block;
    result.feasible = block.count;
    result.top = {{best, objective}};
    result.seconds = 2;
    StageOutcome outcome;
    outcome.ok = true;
    outcome.output = to_json(result);
    results_.add("sweep", index, outcome);
  }

  Job job_;
  std::vector<Constraints> sets_;
  Results results_;
};

TEST_F(ComparisonTest, GapAndSpeedUps) {
  const Space space(job_.space);  // 3 + 5 configurations: blocks of 4
  ASSERT_EQ(space.size(), 8u);
  add_block(0, {0, 4}, 1, 8.0);
  add_block(1, {4, 4}, 6, 10.0);
  // The order of the methods is that of the registry.
  const auto runs = search_runs(job_, sets_);
  ASSERT_EQ(runs.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    if (runs[i].method == "random") {
      add_search(i, "random", 0.5, {{1, 0.1, 4.0}, {7, 0.2, 9.95}});
    } else {
      add_search(i, "reinforce", 40, {{1, 0.1, 5.0}, {90, 25, 9.96}});
    }
  }
  for (const ComparisonRow& row : comparison(job_, space, results_, sets_)) {
    if (row.run.method == "random") {
      EXPECT_NEAR(row.gap, 0.005, 1e-12);
      EXPECT_EQ(row.evaluations_1pc, 7);
      EXPECT_EQ(row.seconds_1pc, 0.2);
      EXPECT_NEAR(row.speedup_rl, 25 / 0.5, 1e-12);  // until it first reached 9.95
      EXPECT_NEAR(row.speedup_exhaustive, 4 / 0.5, 1e-12);
    } else {
      EXPECT_NEAR(row.speedup_rl, 25.0 / 40, 1e-12);
    }
  }
}

TEST_F(ComparisonTest, WithoutSweepOrRivalTheFiguresAreAbsent) {
  const Space space(job_.space);
  job_.search.methods = {"random"};
  add_search(0, "random", 0.5, {{1, 0.1, 4.0}});
  const auto rows = comparison(job_, space, results_, sets_);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_TRUE(std::isnan(rows[0].gap));
  EXPECT_TRUE(std::isnan(rows[0].speedup_rl));
  EXPECT_TRUE(std::isnan(rows[0].speedup_exhaustive));
}

TEST_F(ComparisonTest, AnIncompleteSweepProvesNothing) {
  const Space space(job_.space);
  add_block(0, {0, 4}, 1, 8.0);
  EXPECT_FALSE(merged_sweeps(job_, space, results_, sets_).at(0).has_value());
}

}  // namespace
}  // namespace flash

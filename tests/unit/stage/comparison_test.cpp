#include "flash/stage/comparison.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "flash/search/exact.hpp"
#include "flash/space/families/cell_space.hpp"

namespace flash {
namespace {

// A job of one constraint set whose comparison is written by hand.
class ComparisonTest : public testing::Test {
 protected:
  ComparisonTest() {
    CellSpace space;
    space.widths = {2};
    space.wm = {1};
    space.depths = {3, 4};
    space.input = {1, 8, 10};
    job_.space = space;
    job_.search.methods = {"random", "reinforce"};
    job_.search.seeds = 1;
    job_.sweep.block = 4;  // 3 + 5 configurations: two blocks
    sets_.resize(1);
    models_.space = job_.space;
    models_.accuracy = AccuracyModel{1.05, 20, -1};
    models_.metrics[Metric::latency] = MetricModel{0.5, {{"macs", 1e-5}}};
  }

  // A search that found nothing has an empty trace.
  void add_search(const std::string& method, std::uint64_t seed, double seconds,
                  std::vector<TracePoint> trace) {
    SearchResult result;
    result.method = method;
    result.found = !trace.empty();
    if (result.found) {
      result.best.objective = trace.back().objective;
      result.evaluations = trace.back().evaluations;
    }
    result.seconds = seconds;
    result.trace = std::move(trace);
    const std::vector<SearchRun> runs = search_runs(job_, sets_);
    for (std::uint64_t index = 0; index < runs.size(); ++index) {
      if (runs[index].method == method && runs[index].seed == seed)
        return add("compare", index, to_json(result));
    }
    ADD_FAILURE() << method << " is not part of the comparison";
  }

  void add_block(std::uint64_t index, IdRange block, std::vector<Ranked> top) {
    BlockResult result;
    result.block = block;
    result.feasible = top.empty() ? 0 : block.count;
    result.top = std::move(top);
    result.seconds = 2;
    add("sweep", index, to_json(result));
  }

  void add_sweep() {
    add_block(0, {0, 4}, {{1, 8.0}});
    add_block(1, {4, 4}, {{6, 10.0}});
  }

  Comparison compared() const { return comparison(job_, Space(job_.space), models_, results_, sets_); }
  ComparisonRow row(const std::string& method) const {
    for (const ComparisonRow& row : compared().rows) {
      if (row.run.method == method) return row;
    }
    ADD_FAILURE() << "no row of " << method;
    return {};
  }

  Job job_;
  std::vector<Constraints> sets_;
  Models models_;
  Results results_;

 private:
  void add(const std::string& stage, std::uint64_t index, Json output) {
    StageOutcome outcome;
    outcome.ok = true;
    outcome.output = std::move(output);
    results_.add(stage, index, outcome);
  }
};

TEST_F(ComparisonTest, GapAndSpeedUps) {
  ASSERT_EQ(Space(job_.space).size(), 8u);
  add_sweep();
  add_search("random", 0, 0.5, {{1, 0.1, 4.0}, {7, 0.2, 9.95}});
  add_search("reinforce", 0, 40, {{1, 0.1, 5.0}, {90, 25, 9.96}});
  EXPECT_EQ(compared().optima.at(0), 10.0);
  const ComparisonRow random = row("random");
  EXPECT_NEAR(random.gap, 0.005, 1e-12);
  EXPECT_EQ(random.evaluations_1pc, 7);
  EXPECT_EQ(random.seconds_1pc, 0.2);
  EXPECT_NEAR(random.speedup_rl, 25 / 0.5, 1e-12);  // until it first reached 9.95
  EXPECT_FALSE(random.speedup_rl_is_bound);
  EXPECT_NEAR(random.speedup_exhaustive, 4 / 0.5, 1e-12);
  EXPECT_NEAR(row("reinforce").speedup_rl, 25.0 / 40, 1e-12);
}

TEST_F(ComparisonTest, WhereReinforceNeverCameThatFarTheSpeedUpIsALowerBound) {
  add_sweep();
  add_search("random", 0, 0.5, {{7, 0.2, 9.97}});
  add_search("reinforce", 0, 40, {{90, 25, 9.96}});
  EXPECT_NEAR(row("random").speedup_rl, 40 / 0.5, 1e-12);
  EXPECT_TRUE(row("random").speedup_rl_is_bound);
}

TEST_F(ComparisonTest, ReinforceCountsWithTheMedianOfItsRuns) {
  job_.search.seeds = 3;
  add_search("random", 0, 2, {{7, 0.2, 5.0}});
  add_search("reinforce", 0, 100, {{9, 90, 5.0}});
  add_search("reinforce", 1, 100, {{9, 10, 6.0}});
  add_search("reinforce", 2, 100, {{9, 20, 7.0}});
  EXPECT_NEAR(row("random").speedup_rl, 20.0 / 2, 1e-12);
  EXPECT_FALSE(row("random").speedup_rl_is_bound);
}

TEST_F(ComparisonTest, WhatFoundNothingHasNoFigures) {
  add_sweep();
  add_search("random", 0, 1e-6, {});
  add_search("reinforce", 0, 40, {{90, 25, 9.96}});
  const ComparisonRow random = row("random");
  for (const double figure :
       {random.gap, random.evaluations_1pc, random.seconds_1pc, random.speedup_rl, random.speedup_exhaustive})
    EXPECT_TRUE(std::isnan(figure));
}

TEST_F(ComparisonTest, TheOptimumIsProvenWithoutASweepToo) {
  job_.search.methods = {"random"};
  const ExactResult exact = solve_exact(Evaluator(Space(job_.space), models_, job_.objective, sets_.front()));
  add_search("random", 0, 0.5, {{1, 0.1, exact.best.objective / 2}});
  EXPECT_EQ(compared().optima.at(0), exact.best.objective);
  EXPECT_EQ(row("random").gap, 0.5);
  EXPECT_TRUE(std::isnan(row("random").speedup_rl));  // without a rival
  EXPECT_TRUE(std::isnan(row("random").speedup_exhaustive));
}

TEST_F(ComparisonTest, TheComparisonsOwnProofsCountBeforeAnotherSearch) {
  for (const std::string proof : {"exact", "exhaustive"}) {
    results_ = Results();
    job_.search.methods = {"random", proof};
    add_search("random", 0, 0.5, {{1, 0.1, 3.0}});
    add_search(proof, 0, 8, {{1, 0.1, 4.0}});
    EXPECT_EQ(compared().optima.at(0), 4.0);
    EXPECT_EQ(row("random").gap, 0.25);
    EXPECT_EQ(row("random").speedup_exhaustive == 16, proof == "exhaustive");
  }
}

TEST_F(ComparisonTest, WhereNothingIsFeasibleThereIsNoOptimum) {
  sets_.front().metric_max[Metric::latency] = 1e-9;
  add_search("random", 0, 0.5, {});
  EXPECT_TRUE(std::isnan(compared().optima.at(0)));
  add_block(0, {0, 4}, {});
  add_block(1, {4, 4}, {});
  EXPECT_TRUE(std::isnan(compared().optima.at(0)));
}

TEST_F(ComparisonTest, AnIncompleteSweepProvesNothing) {
  add_block(0, {0, 4}, {{1, 8.0}});
  EXPECT_FALSE(merged_sweeps(job_, Space(job_.space), results_, sets_).at(0).has_value());
}

}  // namespace
}  // namespace flash

#include "flash/search/exact.hpp"

#include <gtest/gtest.h>

#include "flash/search/exhaustive.hpp"
#include "spaces.hpp"

namespace flash {
namespace {

using namespace test;

TEST(Exact, EqualsBruteForceOnRandomSpaces) {
  int infeasible = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE(seed);
    const Evaluator evaluator = random_evaluator(seed, 3000);
    const BruteForce truth(evaluator);
    const ExactResult result = solve_exact(evaluator);
    EXPECT_TRUE(result.complete);
    EXPECT_EQ(result.best_id, truth.best_id);
    EXPECT_EQ(result.best.objective, truth.best.objective);
    EXPECT_EQ(result.best.violation, truth.best.violation);
    EXPECT_EQ(result.found, truth.feasible > 0);
    if (result.found) {
      EXPECT_LE(result.largest_cut_bound, result.best.objective);
    }
    infeasible += !result.found;
  }
  EXPECT_GE(infeasible, 10);
}

// A larger space against the sweep, with and without constraints; far fewer boxes than configurations.
TEST(Exact, EqualsTheSweep) {
  const SpaceDefinition definition = small_space({8, 16, 16}, {4, 6, 9});
  const Extremes range = extremes(Evaluator{Space(definition), simple_models(definition, 300), {}, {}});
  Constraints floor, ceiling, both, never;
  floor.accuracy_min = range.least_accuracy + 0.8 * (range.most_accuracy - range.least_accuracy);
  ceiling.metric_max[0] = std::sqrt(range.least_latency * range.most_latency);
  both = ceiling;
  both.accuracy_min = 0.9 * floor.accuracy_min;
  never.accuracy_min = 2 * range.most_accuracy;
  for (const Constraints& constraints : {Constraints{}, floor, ceiling, both, never}) {
    const Evaluator evaluator{Space(definition), simple_models(definition, 300), {}, constraints};
    const BlockResult sweep = sweep_block(evaluator, {0, evaluator.space().size()}, {.top_k = 1});
    const ExactResult exact = solve_exact(evaluator);
    ASSERT_EQ(exact.found, sweep.feasible > 0);
    if (exact.found) {
      EXPECT_EQ(exact.best_id, sweep.top.front().id);
      EXPECT_EQ(exact.best.objective, sweep.top.front().objective);
    }
    EXPECT_LT(exact.boxes, evaluator.space().size() / 100);
  }
}

TEST(Exact, EqualConfigurationsGoToTheLowestId) {
  const SpaceDefinition definition = small_space();
  Models models = simple_models(definition);
  models.accuracy->b = 0;  // accuracy and metrics the same everywhere
  models.metrics[0] = MetricModel{1, {}};
  models.metrics[1].reset();
  EXPECT_EQ(solve_exact(Evaluator{Space(definition), models, {}, {}}).best_id, 0U);
}

TEST(Exact, StopsWhenAsked) {
  const SpaceDefinition definition = small_space({8, 16, 16}, {4, 6, 9});
  int asked = 0;
  const ExactResult result = solve_exact(Evaluator{Space(definition), simple_models(definition, 300), {}, {}},
                                         [&] { return ++asked > 2; });
  EXPECT_FALSE(result.complete);
  EXPECT_GT(result.evaluations, 0U);
  EXPECT_EQ(to_json(result).at("complete"), false);
}

}  // namespace
}  // namespace flash

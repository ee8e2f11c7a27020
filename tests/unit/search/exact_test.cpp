#include "flash/search/exact.hpp"

#include <gtest/gtest.h>

#include "flash/search/exhaustive.hpp"
#include "spaces.hpp"

namespace flash {
namespace {

using namespace test;

bool has_uneven_tables(const Evaluator& evaluator) {
  for (const Stratum& stratum : evaluator.space().strata())
    for (const Term& sum : evaluator.tables(stratum.index).metric)
      if (!sum.non_decreasing) return true;
  return false;
}

TEST(Exact, EqualsBruteForceOnRandomSpaces) {
  int infeasible = 0, uneven = 0, separate = 0, maxima = 0, counts = 0;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    SCOPED_TRACE(seed);
    const Evaluator evaluator = random_evaluator(seed, seed % 20 == 0 ? 3000 : 300);
    const BruteForce truth(evaluator);
    const std::size_t top_k = 1 + seed % 40;
    const ExactResult result = solve_exact(
        evaluator, [] { return false; }, top_k);
    EXPECT_TRUE(result.complete);
    EXPECT_EQ(result.best_id, truth.best_id);
    EXPECT_EQ(result.best.objective, truth.best.objective);
    EXPECT_EQ(result.best.violation, truth.best.violation);
    EXPECT_EQ(result.found, truth.feasible > 0);
    EXPECT_EQ(result.top, sweep_block(evaluator, {0, evaluator.space().size()}, {.top_k = top_k}).top);
    if (result.found) {
      EXPECT_EQ(result.top.front().id, truth.best_id);
      EXPECT_LE(result.largest_cut_bound, result.top.back().objective);
    }
    EXPECT_EQ(result.monotone, !has_uneven_tables(evaluator));
    infeasible += !result.found;
    uneven += !result.monotone;
    maxima += evaluator.has(Metric::peak_memory);
    counts += evaluator.has(Metric::parameters) && evaluator.has(Metric::macs);
    separate += CellSpace::from(evaluator.space().definition()).depth_mode == DepthMode::separate;
  }
  EXPECT_GE(infeasible, 50);
  EXPECT_GE(uneven, 300);
  EXPECT_GE(separate, 1000);
  EXPECT_GE(maxima, 700);
  EXPECT_GE(counts, 400);
}

// A larger space against the sweep, with and without constraints; far fewer boxes than configurations.
TEST(Exact, EqualsTheSweep) {
  const CellSpace definition = small_space({8, 16, 16}, {4, 6, 9});
  const Extremes range = extremes(Evaluator{Space(definition), simple_models(definition, 300), {}, {}});
  Constraints floor, ceiling, both, never;
  floor.accuracy_min = range.least_accuracy + 0.8 * (range.most_accuracy - range.least_accuracy);
  ceiling.metric_max[Metric::latency] = std::sqrt(range.least_latency * range.most_latency);
  both = ceiling;
  both.accuracy_min = 0.9 * floor.accuracy_min;
  never.accuracy_min = 2 * range.most_accuracy;
  for (const Constraints& constraints : {Constraints{}, floor, ceiling, both, never}) {
    const Evaluator evaluator{Space(definition), simple_models(definition, 300), {}, constraints};
    const BlockResult sweep = sweep_block(evaluator, {0, evaluator.space().size()}, {.top_k = 20});
    const ExactResult exact = solve_exact(
        evaluator, [] { return false; }, 20);
    EXPECT_EQ(exact.top, sweep.top);
    if (sweep.feasible > 0) {
      EXPECT_EQ(exact.best_id, sweep.top.front().id);
      EXPECT_EQ(exact.best.objective, sweep.top.front().objective);
    }
    EXPECT_LT(exact.boxes, evaluator.space().size() / 100);
  }
}

// Metrics that rise and fall by far more than rounding, over cells of hundreds of options.
TEST(Exact, HoldsWhereModelsAreNotMonotone) {
  const CellSpace definition = small_space({64, 96}, {6});
  Models models = simple_models(definition, 300);
  for (const Metric m : fitted_metrics()) {
    auto& metric = models.metrics[m];
    metric = MetricModel{50, {{"tiles", 1}, {"buffer_bits", -2e-6}}};
    metric->tiling = Tiling{.crossbar_rows = 128, .crossbar_columns = 128, .tile_rows = 1, .tile_columns = 4};
  }
  models.metrics[Metric::energy]->terms[1].coefficient = -1e-6;
  for (const double exponent : {0.5, 5.0, 50.0}) {
    const Evaluator evaluator(Space(definition), models, {.accuracy = exponent}, {});
    ASSERT_TRUE(has_uneven_tables(evaluator));
    const ExactResult exact = solve_exact(
        evaluator, [] { return false; }, 10);
    EXPECT_FALSE(exact.monotone);
    EXPECT_EQ(exact.top, sweep_block(evaluator, {0, evaluator.space().size()}, {.top_k = 10}).top);
  }
}

TEST(Exact, EqualConfigurationsGoToTheLowestIdWithoutOpeningTheSpace) {
  const CellSpace definition = small_space({64, 64, 64}, {10});
  Models models = simple_models(definition);
  models.accuracy->b = 0;  // accuracy and metrics the same everywhere
  models.metrics[Metric::latency] = MetricModel{1, {}};
  models.metrics[Metric::energy].reset();
  const ExactResult constant = solve_exact(
      Evaluator{Space(definition), models, {}, {}}, [] { return false; }, 3);
  EXPECT_EQ(constant.top,
            (std::vector<Ranked>{
                {0, constant.best.objective}, {1, constant.best.objective}, {2, constant.best.objective}}));
  EXPECT_LT(constant.boxes, 1000U);
  // All miss the ceiling alike: the objective decides.
  models = simple_models(definition, 300);
  models.metrics[Metric::latency] = MetricModel{1, {}};
  Constraints ceiling;
  ceiling.metric_max[Metric::latency] = 0.5;
  const ExactResult missed = solve_exact(Evaluator{Space(definition), models, {}, ceiling});
  EXPECT_FALSE(missed.found);
  EXPECT_EQ(missed.best.violation, 1);
  EXPECT_EQ(missed.best_id, solve_exact(Evaluator{Space(definition), models, {}, {}}).best_id);
  EXPECT_LT(missed.boxes, 20'000U);
}

TEST(Exact, StopsWhenAsked) {
  const CellSpace definition = small_space({8, 16, 16}, {4, 6, 9});
  int asked = 0;
  const ExactResult result = solve_exact(Evaluator{Space(definition), simple_models(definition, 300), {}, {}},
                                         [&] { return ++asked > 2; });
  EXPECT_FALSE(result.complete);
  EXPECT_GT(result.evaluations, 0U);
  EXPECT_EQ(to_json(result).at("complete"), false);
}

}  // namespace
}  // namespace flash

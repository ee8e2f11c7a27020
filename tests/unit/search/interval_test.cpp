// The interval of a pipeline in a search's tables: what its model says of each network.
#include "flash/hardware/interval.hpp"

#include <gtest/gtest.h>

#include "flash/core/error.hpp"
#include "flash/search/exact.hpp"
#include "flash/search/question.hpp"
#include "spaces.hpp"

namespace flash {
namespace {

using namespace test;

Models chip_models(const SpaceDefinition& definition) {
  Models models = simple_models(definition);
  Philox random(1, 83);
  models.metrics[interval()] = interval_model(random);
  for (MetricModel::Term& term : models.metrics[interval()]->terms) term.coefficient = 1e-5;
  // Features that rest on the stratum's mean network, which strata that share a cell's depth do not share.
  models.metrics[Metric::latency] =
      MetricModel{1, {{"bus_side", 1e-6}, {"load_in_step", 1e-6}}, models.metrics[interval()]->tiling};
  return models;
}

TEST(Interval, TablesHoldWhatTheModelsSay) {
  for (const DepthMode mode : {DepthMode::equal, DepthMode::separate}) {
    CellSpace definition = small_space();
    definition.depth_mode = mode;
    const Models models = chip_models(definition);
    const Evaluator evaluator{Space(definition), models, {}, {}, {interval()}};
    ASSERT_TRUE(evaluator.has(interval()));
    Philox random(7, 84);
    for (int draw = 0; draw < 300; ++draw) {
      const NetworkId id = random.below(evaluator.space().size());
      const Point point = evaluator.space().point(id);
      const Evaluation told = evaluator.at(id);
      for (const Metric metric : {interval(), Metric::latency}) {
        const double alone = (*models.metrics[metric])(evaluator.space(), point);
        EXPECT_NEAR(told.metrics[metric], alone, 1e-12 * alone) << name(metric) << " of " << id_text(id);
      }
    }
  }
}

TEST(Interval, ExactSearchKeepsItsCeiling) {
  const CellSpace definition = small_space();
  const Models models = chip_models(definition);
  const Evaluator free{Space(definition), models, {}, {}, {interval()}};
  const auto [least, most] = free.metric_range(interval());
  Constraints constraints;
  constraints.metric_max[interval()] = (least + most) / 2;
  const Evaluator bounded{Space(definition), models, {}, constraints};
  const BruteForce truth(bounded);
  const ExactResult result = solve_exact(
      bounded, [] { return false; }, 1);
  EXPECT_TRUE(result.found);
  EXPECT_EQ(result.best_id, truth.best_id);
  EXPECT_LE(result.best.metrics[interval()], constraints.metric_max[interval()]);
  EXPECT_LT(truth.feasible, truth.all.size());
}

TEST(Interval, IsThereWhereItIsAskedFor) {
  const CellSpace definition = small_space();
  const Evaluator without{Space(definition), chip_models(definition), {}, {}};
  EXPECT_FALSE(without.has(interval()));
  EXPECT_GT(without.in_full(3).metrics[interval()], 0);
  EXPECT_EQ(find_metric("interval"), interval());
  EXPECT_EQ(find_metric_by_key("interval_ms"), interval());
  EXPECT_EQ(ceiling_key(interval()), "interval_max_ms");
  Constraints constraints;
  constraints.metric_max[interval()] = 2;
  EXPECT_TRUE(device_ceilings(constraints).empty());  // a key of its own
  Models models = simple_models(definition);
  EXPECT_THROW((Evaluator{Space(definition), models, {}, constraints}), Error);
}

}  // namespace
}  // namespace flash

// The exact search of spaces of many choices, against evaluating everything.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "choices.hpp"
#include "flash/core/error.hpp"
#include "flash/search/exact.hpp"
#include "flash/search/exhaustive.hpp"
#include "flash/search/pareto.hpp"
#include "flash/space/families/families.hpp"
#include "sweep_truth.hpp"

namespace flash {
namespace {

using namespace test;

TEST(ChoiceSearch, EqualsBruteForceOnRandomSpaces) {
  int infeasible = 0, additive = 0, logarithmic = 0, maxima = 0, floors = 0;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    SCOPED_TRACE(seed);
    Philox random(seed, 79);
    const Drawn drawn = draw_choices(random, seed % 20 == 0 ? 6000 : 500);
    const auto score = draw_additive(drawn, random);
    SCOPED_TRACE(to_json(drawn.definition).dump());
    const Evaluator evaluator = asked_at_random(drawn.definition, seed, random, "capacity", score);
    const BruteForce truth(evaluator);
    const std::size_t top_k = seed % 2 == 0 ? 1 : 1 + seed % 40;
    const ExactResult result = solve_exact(
        evaluator, [] { return false; }, top_k);
    EXPECT_TRUE(result.complete);
    EXPECT_EQ(result.best_id, truth.best_id);
    EXPECT_EQ(result.best.objective, truth.best.objective);
    EXPECT_EQ(result.best.violation, truth.best.violation);
    EXPECT_EQ(result.found, truth.feasible > 0);
    EXPECT_EQ(result.top, ranking(truth, top_k));
    EXPECT_EQ(result.top, sweep_block(evaluator, {0, evaluator.space().size()}, {.top_k = top_k}).top);
    if (result.found) {
      EXPECT_LE(result.largest_cut_bound, result.top.back().objective * (1 + 1e-11));
    }
    infeasible += !result.found;
    additive += score.has_value();
    maxima += evaluator.has(Metric::peak_memory);
    logarithmic += std::ranges::count_if(evaluator.objective().metric, [](double e) { return e > 0; }) > 0;
    floors += std::isfinite(evaluator.constraints().accuracy_min);
  }
  EXPECT_GE(infeasible, 50);
  EXPECT_GE(additive, 1000);
  EXPECT_GE(maxima, 700);
  EXPECT_GE(logarithmic, 1000);
  EXPECT_GE(floors, 1000);
}

// The front by looking at all, of equals the lowest number.
std::vector<NetworkId> front_of(const Evaluator& evaluator, const std::vector<Metric>& metrics) {
  const BruteForce truth(evaluator);
  std::vector<NetworkId> ids;
  for (std::uint64_t a = 0; a < truth.all.size(); ++a) {
    const Evaluation& one = truth.all[a];
    bool beaten = !one.feasible();
    for (std::uint64_t b = 0; !beaten && b < truth.all.size(); ++b) {
      const Evaluation& other = truth.all[b];
      if (a == b || !other.feasible() || other.accuracy < one.accuracy) continue;
      bool equal = other.accuracy == one.accuracy, no_worse = true;
      for (const Metric m : metrics) {
        no_worse = no_worse && other.metrics[m] <= one.metrics[m];
        equal = equal && other.metrics[m] == one.metrics[m];
      }
      beaten = no_worse && (!equal || b < a);
    }
    if (!beaten) ids.push_back(a);
  }
  return ids;
}

TEST(ChoiceFront, EqualsBruteForceOnRandomSpaces) {
  int pairs = 0, bounded = 0, maxima = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    SCOPED_TRACE(seed);
    Philox random(seed, 80);
    const Drawn drawn = draw_choices(random, 300);
    const auto score = draw_additive(drawn, random);
    const Evaluator evaluator = asked_at_random(drawn.definition, seed, random, "capacity", score);
    if (evaluator.metrics().empty()) continue;
    std::vector<Metric> metrics{evaluator.metrics()[random.below(evaluator.metrics().size())]};
    const Metric other = evaluator.metrics()[random.below(evaluator.metrics().size())];
    if (other != metrics[0]) metrics.push_back(other);
    ParetoFront front;
    try {
      front = pareto_front(evaluator, metrics);
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("take fewer"));
      continue;
    }
    std::vector<std::vector<double>> values, expected;
    const auto values_of = [&](const Evaluation& e) {
      std::vector<double> all{e.accuracy};
      for (const Metric m : metrics) all.push_back(e.metrics[m]);
      return all;
    };
    for (std::size_t k = 0; k < front.points.size(); ++k) {
      values.push_back(values_of(front.points[k].evaluation));
      EXPECT_EQ(front.points[k].evaluation.objective, evaluator.at(front.points[k].id).objective);
      if (k > 0) {
        EXPECT_GE(front.points[k - 1].evaluation.accuracy, front.points[k].evaluation.accuracy);
      }
    }
    for (const NetworkId id : front_of(evaluator, metrics)) expected.push_back(values_of(evaluator.at(id)));
    std::ranges::sort(values);
    std::ranges::sort(expected);
    EXPECT_TRUE(front.complete);
    EXPECT_EQ(values, expected);
    pairs += metrics.size() == 2;
    bounded += evaluator.constraints().metric_max != Constraints{}.metric_max;
    maxima += std::ranges::count(metrics, Metric::peak_memory) > 0;
  }
  EXPECT_GE(pairs, 300);
  EXPECT_GE(bounded, 300);
  EXPECT_GE(maxima, 50);
}

}  // namespace
}  // namespace flash

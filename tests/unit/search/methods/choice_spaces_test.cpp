// The baselines on spaces of choices, whose options have no order.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../../../bench/choice_models.hpp"
#include "../spaces.hpp"
#include "flash/search/methods/search_method.hpp"

namespace flash {
namespace {

struct Sample {
  double median_worth = 0, quick = 0;
};

// Of random networks; `quick` is what three of ten keep to, and what the median's are feasible under.
Sample sample_of(const Evaluator& free) {
  std::vector<Evaluation> seen;
  Philox random(12);
  const Space& space = free.space();
  for (int k = 0; k < 2000; ++k) {
    const Stratum& stratum = space.strata()[random.below(space.strata().size())];
    std::vector<std::int64_t> options;
    for (const std::int64_t count : stratum.options)
      options.push_back(static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(count))));
    seen.push_back(free(stratum, options));
  }
  std::ranges::sort(seen, {}, [](const Evaluation& e) { return e.metrics[Metric::latency]; });
  seen.resize(600);
  Sample sample{0, seen.back().metrics[Metric::latency]};
  std::ranges::sort(seen, {}, &Evaluation::objective);
  sample.median_worth = seen[300].objective;
  return sample;
}

Objective accuracy_alone() {
  Objective objective;
  objective.metric = PerMetric<double>();
  return objective;
}

Evaluator bounded(const Models& models, double latency) {
  Constraints constraints;
  constraints.metric_max[Metric::latency] = latency;
  return Evaluator(Space(models.space), models, accuracy_alone(), constraints);
}

SearchResult find(const Evaluator& evaluator, const std::string& method, std::uint64_t seed) {
  SearchBudget budget;
  budget.evaluations = 2000;
  return search(evaluator, method, seed, budget);
}

class Baseline : public testing::TestWithParam<const char*> {};

TEST_P(Baseline, ComesNearTheBestCell) {
  const Models models = choice_models("nasbench201");
  const Evaluator free(Space(models.space), models, accuracy_alone(), {});
  const Sample sample = sample_of(free);
  const Evaluator evaluator = bounded(models, sample.quick);
  const test::BruteForce truth(evaluator);
  ASSERT_TRUE(truth.best.feasible());
  const double lack = truth.best.objective - sample.median_worth;
  std::vector<double> gaps;
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const SearchResult found = find(evaluator, GetParam(), seed);
    ASSERT_TRUE(found.found);
    EXPECT_EQ(found.best.objective, evaluator.at(found.best_id).objective);
    gaps.push_back((truth.best.objective - found.best.objective) / lack);
  }
  std::ranges::sort(gaps);
  EXPECT_LE(gaps[2], GetParam() == std::string("random") ? 0.25 : 0.05);
}

TEST_P(Baseline, ComesNearTheLeastViolation) {
  const Models models = choice_models("nasbench201");
  const Evaluator evaluator = bounded(models, 0.4);  // under what any network takes
  const test::BruteForce truth(evaluator);
  ASSERT_EQ(truth.feasible, 0U);
  const SearchResult found = find(evaluator, GetParam(), 1);
  EXPECT_FALSE(found.found);
  EXPECT_TRUE(found.trace.empty());
  EXPECT_LE(found.best.violation, 1.3 * truth.best.violation);
}

TEST_P(Baseline, BeatsRandomSearchOfUnnumberedSpaces) {
  for (const char* preset : {"choice-cifar", "fbnet", "ofa-mobilenet-v2"}) {
    const Models models = choice_models(preset);
    const Sample sample = sample_of(Evaluator(Space(models.space), models, accuracy_alone(), {}));
    const Evaluator evaluator = bounded(models, sample.quick);
    const SearchResult found = find(evaluator, GetParam(), 5), again = find(evaluator, GetParam(), 5);
    ASSERT_TRUE(found.found) << preset;
    EXPECT_LE(found.best.metrics[Metric::latency], sample.quick);
    EXPECT_TRUE(found.best_id == again.best_id) << preset;
    EXPECT_EQ(found.evaluations, again.evaluations);
    const SearchResult chance = find(evaluator, "random", 5);
    // A policy gradient has learnt little by then.
    const bool slow = GetParam() == std::string("random") || GetParam() == std::string("reinforce");
    EXPECT_GE(found.best.objective - sample.median_worth,
              (slow ? 0.6 : 1) * (chance.best.objective - sample.median_worth))
        << preset;
  }
}

INSTANTIATE_TEST_SUITE_P(Choices, Baseline,
                         testing::Values("random", "annealing", "evolution", "reinforce", "nsga2", "tpe"));

// One objective where the question has one, else the front of its parts.
TEST(Nsga2, FindsBestRatios) {
  const Models models = choice_models("nasbench201");
  Objective ratio = accuracy_alone();
  ratio.metric[Metric::latency] = 0.1;
  ratio.metric[Metric::parameters] = 0.1;
  const Evaluator evaluator(Space(models.space), models, ratio, {});
  const test::BruteForce truth(evaluator);
  for (std::uint64_t seed = 0; seed < 5; ++seed)
    EXPECT_GE(find(evaluator, "nsga2", seed).best.objective, 0.99 * truth.best.objective);
}

}  // namespace
}  // namespace flash

#include "flash/search/methods/search_method.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../spaces.hpp"
#include "flash/core/error.hpp"
#include "flash/search/exact.hpp"

namespace flash {
namespace {

using namespace test;
using testing::HasSubstr;

bool bulk(const std::string& method) { return method == "exact" || method == "exhaustive"; }

SearchBudget budget(std::uint64_t evaluations) {
  SearchBudget result;
  result.evaluations = evaluations;
  return result;
}

// Without constraints, with a floor on accuracy, a ceiling on latency, and with what nothing meets.
std::vector<Evaluator> evaluators(const CellSpace& definition, double b) {
  const Models models = simple_models(definition, b);
  const Extremes range = extremes(Evaluator{Space(definition), models, {}, {}});
  std::vector<Constraints> sets(4);
  sets[1].accuracy_min = range.least_accuracy + 0.75 * (range.most_accuracy - range.least_accuracy);
  sets[2].metric_max[Metric::latency] = std::sqrt(range.least_latency * range.most_latency);
  sets[3].accuracy_min = 1.01 * range.most_accuracy;
  std::vector<Evaluator> result;
  for (const Constraints& constraints : sets)
    result.emplace_back(Space(definition), models, Objective{}, constraints);
  return result;
}

class Method : public testing::TestWithParam<const SearchMethod*> {};

TEST_P(Method, RepeatsItselfForASeed) {
  const std::string& method = GetParam()->name;
  for (const Evaluator& evaluator : evaluators(small_space(), 50)) {
    const SearchResult a = search(evaluator, method, 3, budget(700));
    const SearchResult b = search(evaluator, method, 3, budget(700));
    EXPECT_EQ(a.best_id, b.best_id);
    EXPECT_EQ(a.evaluations, b.evaluations);
    ASSERT_EQ(a.trace.size(), b.trace.size());
    for (std::size_t i = 0; i < a.trace.size(); ++i)
      EXPECT_EQ(a.trace[i].evaluations, b.trace[i].evaluations);
    if (!GetParam()->uses_seed) {
      EXPECT_EQ(search(evaluator, method, 4, budget(700)).best_id, a.best_id);
    }
  }
}

TEST_P(Method, KeepsTheCap) {
  const std::string& method = GetParam()->name;
  if (bulk(method)) return;  // they evaluate in bulk, by design
  for (const Evaluator& evaluator : evaluators(small_space(), 50))
    for (const std::uint64_t cap : {0, 1, 2, 3, 10, 33, 99, 400})
      EXPECT_LE(search(evaluator, method, 1, budget(cap)).evaluations, cap);
}

TEST_P(Method, ReportsWhatItFound) {
  const std::string& method = GetParam()->name;
  for (std::uint64_t seed = 0; seed < 25; ++seed) {
    const Evaluator evaluator = random_evaluator(seed, 4000);
    const SearchResult result = search(evaluator, method, seed, budget(200));
    EXPECT_EQ(result.method, method);
    EXPECT_GT(result.evaluations, 0U);
    const Evaluation best = evaluator.at(result.best_id);
    EXPECT_EQ(best.objective, result.best.objective);
    EXPECT_EQ(best.violation, result.best.violation);
    EXPECT_EQ(result.found, best.feasible());
    EXPECT_EQ(result.trace.empty(), !result.found);
    for (std::size_t i = 1; i < result.trace.size(); ++i) {
      EXPECT_GT(result.trace[i].objective, result.trace[i - 1].objective);
      EXPECT_GE(result.trace[i].evaluations, result.trace[i - 1].evaluations);
    }
    if (result.found) {
      EXPECT_EQ(result.trace.back().objective, result.best.objective);
    }
  }
}

// A sum has its weights in any scale: what is found is the same.
TEST_P(Method, ScaleOfASumChangesNothing) {
  int sums = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Evaluator evaluator = random_evaluator(seed, 4000);
    Objective larger = evaluator.objective();
    if (!larger.is_sum()) continue;
    larger.accuracy *= 8;
    for (double& weight : larger.metric) weight *= 8;
    const Evaluator scaled(evaluator.space(), evaluator.models(), larger, evaluator.constraints());
    const SearchResult one = search(evaluator, GetParam()->name, seed, budget(200));
    const SearchResult other = search(scaled, GetParam()->name, seed, budget(200));
    EXPECT_EQ(one.best_id, other.best_id) << seed;
    ++sums;
  }
  EXPECT_GE(sums, 8);
}

TEST_P(Method, StopsWhenAsked) {
  const auto all = evaluators(small_space({8, 16, 16}, {4, 6, 9}), 300);
  SearchBudget asked = budget(1'000'000);
  int questions = 0;
  asked.stop = [&] { return ++questions > 50; };
  const SearchResult result = search(all[1], GetParam()->name, 1, asked);
  if (!bulk(GetParam()->name)) {
    EXPECT_LE(result.evaluations, 51U);
  } else if (GetParam()->name == "exact") {
    EXPECT_LT(result.evaluations, search(all[1], "exact", 1, budget(1)).evaluations);
  } else {
    EXPECT_EQ(result.evaluations, all[1].space().size());  // one block, shorter than what is asked between
  }
}

TEST_P(Method, SmallestSpace) {
  CellSpace definition = small_space({2}, {3});
  definition.wm = {1};
  definition.skips = {0, 0, 1};
  const Evaluator evaluator{Space(definition), simple_models(definition), {}, {}};
  ASSERT_EQ(evaluator.space().size(), 1U);
  const SearchResult result = search(evaluator, GetParam()->name, 1, budget(100));
  EXPECT_TRUE(result.found);
  EXPECT_EQ(result.best_id, 0U);
}

INSTANTIATE_TEST_SUITE_P(Search, Method, testing::ValuesIn(search_methods()), [](const auto& test_info) {
  std::string name = test_info.param->name;
  std::erase(name, '-');
  return name;
});

double gap(const SearchResult& result, const ExactResult& truth) {
  if (!truth.found) return result.best.violation / truth.best.violation - 1;
  return result.found ? 1 - result.best.objective / truth.best.objective : 1;
}

// Hierarchical SHGO within 1 % of the proven optimum, at a few thousand evaluations, ending by itself.
TEST(HierarchicalShgo, ComesCloseToTheOptimum) {
  std::vector<CellSpace> spaces{small_space({8, 16, 32}, {5, 7, 9, 12}), small_space({16, 8}, {4, 8, 12}),
                                small_space({6, 6, 12, 12}, {3, 5, 7}), small_space({64}, {5, 10, 15})};
  spaces.push_back(small_space({4, 8, 16}, {4, 6, 8}));
  spaces.back().depth_mode = DepthMode::separate;
  for (const CellSpace& definition : spaces)
    for (const double b : {20.0, 100.0, 500.0})
      for (const Evaluator& evaluator : evaluators(definition, b)) {
        const ExactResult truth = solve_exact(evaluator);
        const SearchResult result = search(evaluator, "shgo-hierarchical", 0, budget(10'000));
        EXPECT_LE(gap(result, truth), 0.01) << to_json(definition) << to_json(evaluator.constraints()) << b;
        EXPECT_LT(result.evaluations, 6'000U);
      }
}

// The gap of the best of three seeds.
double best_gap(const Evaluator& evaluator, const char* method, std::uint64_t evaluations) {
  const ExactResult truth = solve_exact(evaluator);
  double best = 1;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const SearchResult result = search(evaluator, method, seed, budget(evaluations));
    EXPECT_TRUE(result.found) << method;
    best = std::min(best, gap(result, truth));
  }
  return best;
}

TEST(Baselines, BeatChanceAndComeNear) {
  const auto all = evaluators(small_space({8, 16, 32}, {5, 7, 9, 12}), 100);
  for (std::size_t set = 0; set < 3; ++set)
    for (const char* method : {"shgo", "annealing", "evolution", "reinforce", "nsga2"})
      EXPECT_LE(best_gap(all[set], method, 10'000), 0.1) << method << " set " << set;
}

// It weighs each variable by itself: under the floor it stays with a width multiplier whose skips it knows, as
// Optuna's does there (36 to 44 % from the optimum after 400 evaluations).
TEST(Baselines, ParzenEstimatorComesNearWhereVariablesAreApart) {
  const auto all = evaluators(small_space({8, 16, 32}, {5, 7, 9, 12}), 100);
  EXPECT_LE(best_gap(all[0], "tpe", 1'000), 0.02);
  EXPECT_LE(best_gap(all[1], "tpe", 1'000), 0.4);
  EXPECT_LE(best_gap(all[2], "tpe", 1'000), 0.02);
}

// No configuration twice: never more than there are, however much is tied or infeasible.
TEST(Exact, CountsDistinctConfigurations) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Evaluator evaluator = random_evaluator(seed, 300);
    EXPECT_LE(search(evaluator, "exact", 0, budget(1)).evaluations, evaluator.space().size()) << seed;
  }
}

TEST(Exhaustive, EvaluatesAllAndEqualsExact) {
  for (const Evaluator& evaluator : evaluators(small_space(), 50)) {
    const SearchResult sweep = search(evaluator, "exhaustive", 0, budget(1));
    EXPECT_EQ(sweep.evaluations, evaluator.space().size());
    EXPECT_EQ(sweep.best_id, search(evaluator, "exact", 0, budget(1)).best_id);
  }
}

TEST(Random, SeesAllOfASmallSpaceWithoutRepeats) {
  const Evaluator evaluator{Space(small_space({2, 2}, {3})), simple_models(small_space({2, 2}, {3})), {}, {}};
  const SearchResult result = search(evaluator, "random", 9, budget(1'000'000));
  EXPECT_EQ(result.evaluations, evaluator.space().size());
  EXPECT_EQ(result.best_id, BruteForce(evaluator).best_id);
}

TEST(Search, UnknownMethodsNameTheNearest) {
  const Evaluator evaluator = random_evaluator(1);
  const auto expect_nearest = [&](const char* typo, const std::string& nearest) {
    try {
      search(evaluator, typo, 0, {});
      ADD_FAILURE();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::usage);
      EXPECT_THAT(error.what(), HasSubstr("'" + nearest + "'"));
    }
  };
  expect_nearest("shog", "shgo");
  expect_nearest("anealing", "annealing");
  expect_nearest("shgo_hierarchical", "shgo-hierarchical");
  EXPECT_THROW(search(evaluator, "", 0, {}), Error);
}

TEST(Tracker, CountsNewConfigurationsOnly) {
  const Evaluator evaluator = random_evaluator(2);
  SearchBudget two = budget(2);
  Tracker tracker(evaluator, two);
  tracker.evaluate(1);
  tracker.evaluate(1);
  EXPECT_EQ(tracker.evaluations(), 1U);
  EXPECT_FALSE(tracker.exhausted());
  const Stratum& stratum = evaluator.space().stratum_of(0);
  tracker.evaluate(stratum, evaluator.space().options_of(stratum, 0));
  EXPECT_TRUE(tracker.exhausted());
  EXPECT_TRUE(tracker.knows(0));
  EXPECT_EQ(tracker.evaluate(0).objective, evaluator.at(0).objective);
  EXPECT_THROW(tracker.evaluate(2), std::logic_error);
}

TEST(Tracker, TimeRunsOut) {
  SearchBudget budget;
  budget.seconds = 1e-9;
  const Evaluator evaluator = random_evaluator(2);
  EXPECT_EQ(search(evaluator, "random", 1, budget).evaluations, 0U);
}

TEST(SearchResult, SurvivesJson) {
  for (const Evaluator& evaluator : evaluators(small_space(), 50)) {
    const Json json = to_json(search(evaluator, "shgo-hierarchical", 0, budget(300)));
    const SearchResult again = search_result_from_json(Json::parse(json.dump()));
    EXPECT_EQ(to_json(again), json);
    EXPECT_TRUE(std::isnan(again.best.metrics[Metric::area]));
    for (const auto& [key, value] : json.items()) {
      Json damaged = json;
      damaged[key] = "x";
      if (key == "method") damaged[key] = 1;
      EXPECT_THROW(search_result_from_json(damaged), Error) << key;
    }
  }
}

}  // namespace
}  // namespace flash

// Where a table knows all accuracies, everything that searches goes by them: held against evaluating everything.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "flash/core/error.hpp"
#include "flash/search/count.hpp"
#include "flash/search/exact.hpp"
#include "flash/search/exhaustive.hpp"
#include "flash/search/histogram.hpp"
#include "flash/search/margin.hpp"
#include "flash/search/pareto.hpp"
#include "flash/space/families/families.hpp"
#include "spaces.hpp"

namespace flash {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Known {
  NetworkId id;
  Evaluation evaluation;
};

class KnownSearch : public testing::TestWithParam<const char*> {
 protected:
  KnownSearch() {
    if (std::string(GetParam()) == "cells") {
      models = test::simple_models(test::small_space({2, 3}, {3, 4}));
    } else {
      models.space = find_preset(GetParam())->definition;
      models.reading = "capacity";
      models.accuracy = AccuracyModel{1.05, 20, -1};
      models.metrics[Metric::latency] = MetricModel{0.5, {{"macs", 1e-7}, {"layers", 0.02}}};
      models.target = "test";
    }
    std::vector<double> accuracies;
    for (std::uint64_t id = 0; id < Space(models.space).size(); ++id) {
      // Some the same, so that ties are met.
      accuracies.push_back(0.05 + 0.001 * static_cast<double>(random.below(900)));
    }
    models.known_accuracies = std::make_shared<const std::vector<double>>(std::move(accuracies));
  }

  // All that meet the constraints, best first.
  static std::vector<Known> feasible(const Evaluator& evaluator) {
    std::vector<Known> all;
    for (std::uint64_t id = 0; id < evaluator.space().size(); ++id)
      if (const Evaluation e = evaluator.at(id); e.feasible()) all.push_back({id, e});
    std::ranges::sort(
        all, [](const Known& a, const Known& b) { return better(a.evaluation, a.id, b.evaluation, b.id); });
    return all;
  }

  // The evaluator of a question of random ceilings, floor and exponents.
  Evaluator asked() {
    const Evaluator free(Space(models.space), models, Objective{}, Constraints{},
                         {Metric::parameters, Metric::peak_memory});
    Constraints constraints;
    const auto at_random = [&] { return free.at(random.below(free.space().size())); };
    for (const Metric m : free.metrics())
      if (random.below(3) == 0) constraints.metric_max[m] = at_random().metrics[m];
    if (random.below(3) == 0) constraints.accuracy_min = at_random().accuracy;
    Objective objective;
    if (random.below(2) == 0) objective.metric = PerMetric<double>();
    objective.accuracy = random.below(2) == 0 ? 1 : 3.5;
    if (random.below(3) == 0) objective.metric[Metric::parameters] = 0.5;
    return {Space(models.space), models, objective, constraints};
  }

  Philox random{20};
  Models models;
};

TEST_P(KnownSearch, AccuraciesAreTheTables) {
  const Evaluator evaluator(Space(models.space), models, Objective{}, Constraints{});
  Models predicted = models;
  predicted.known_accuracies.reset();
  const Evaluator fitted(Space(models.space), predicted, Objective{}, Constraints{});
  for (std::uint64_t id = 0; id < evaluator.space().size(); id += 37) {
    const Evaluation e = evaluator.at(id);
    EXPECT_EQ(e.accuracy, (*models.known_accuracies)[id]);
    EXPECT_EQ(e.nn_degree, fitted.at(id).nn_degree);
    EXPECT_EQ(e.metrics[Metric::latency], fitted.at(id).metrics[Metric::latency]);
  }
}

TEST_P(KnownSearch, ProofSweepAndCountAreThoseOfAllNetworks) {
  for (int round = 0; round < 12; ++round) {
    const Evaluator evaluator = asked();
    const std::vector<Known> all = feasible(evaluator);
    const ExactResult exact = solve_exact(
        evaluator, [] { return false; }, 5);
    ASSERT_EQ(exact.found, !all.empty());
    EXPECT_EQ(any_feasible(evaluator), !all.empty());
    const BlockResult sweep = sweep_block(evaluator, {0, evaluator.space().size()}, {.top_k = 7});
    EXPECT_EQ(sweep.feasible, all.size());
    ASSERT_EQ(sweep.top.size(), std::min<std::size_t>(7, all.size()));
    for (std::size_t i = 0; i < sweep.top.size(); ++i)
      EXPECT_EQ(sweep.top[i], (Ranked{all[i].id, all[i].evaluation.objective}));
    EXPECT_EQ(exact.best.objective, evaluator.at(exact.best_id).objective);
    EXPECT_EQ(exact.best.nn_degree, evaluator.at(exact.best_id).nn_degree);
    if (all.empty()) continue;
    EXPECT_EQ(exact.best_id, all.front().id);
    ASSERT_EQ(exact.top.size(), std::min<std::size_t>(5, all.size()));
    for (std::size_t i = 0; i < exact.top.size(); ++i) EXPECT_EQ(exact.top[i].id, all[i].id);
    const double least = all[all.size() / 3].evaluation.objective;
    const auto worth = static_cast<NetworkId>(
        std::ranges::count_if(all, [&](const Known& k) { return k.evaluation.objective >= least; }));
    const WorthCount count = count_worth(evaluator, least);
    EXPECT_TRUE(count.complete);
    EXPECT_TRUE(count.count == worth);
  }
}

TEST_P(KnownSearch, FrontsAreThoseOfAllNetworks) {
  const Evaluator evaluator = asked();
  std::vector<Known> front;
  std::vector<Known> all = feasible(evaluator);
  std::ranges::sort(all, [](const Known& a, const Known& b) {
    return std::tuple(-a.evaluation.accuracy, a.evaluation.metrics[Metric::latency], a.id) <
           std::tuple(-b.evaluation.accuracy, b.evaluation.metrics[Metric::latency], b.id);
  });
  double least = infinity;
  for (const Known& known : all) {
    if (!(known.evaluation.metrics[Metric::latency] < least)) continue;
    least = known.evaluation.metrics[Metric::latency];
    front.push_back(known);
  }
  const ParetoFront found = pareto_front(evaluator, {Metric::latency});
  ASSERT_EQ(found.points.size(), front.size());
  for (std::size_t i = 0; i < front.size(); ++i) {
    EXPECT_EQ(found.points[i].evaluation.accuracy, front[i].evaluation.accuracy);
    EXPECT_EQ(found.points[i].evaluation.nn_degree, evaluator.at(found.points[i].id).nn_degree);
    EXPECT_EQ(found.points[i].evaluation.metrics[Metric::latency],
              front[i].evaluation.metrics[Metric::latency]);
  }
}

TEST_P(KnownSearch, HistogramsAreThoseOfAllNetworks) {
  const Evaluator evaluator(Space(models.space), models, Objective{}, Constraints{});
  for (const Quantity quantity : quantities(evaluator)) {
    const Histogram histogram = count_histogram(evaluator, quantity, 2, 17);
    std::vector<std::uint64_t> counts(histogram.counts.size());
    for (std::uint64_t id = 0; id < evaluator.space().size(); ++id) {
      const double v = value(evaluator.at(id), quantity);
      std::size_t bin = 0;
      while (bin + 1 < counts.size() && v >= histogram.edges[bin + 1]) ++bin;
      EXPECT_GE(v, histogram.edges.front());
      EXPECT_LE(v, histogram.edges.back());
      ++counts[bin];
    }
    EXPECT_EQ(histogram.counts, counts) << name(quantity);
  }
}

TEST_P(KnownSearch, ModelsKeepThemInTheirFile) {
  const Models again = models_from_json(to_json(models));
  ASSERT_NE(again.known_accuracies, nullptr);
  EXPECT_EQ(*again.known_accuracies, *models.known_accuracies);
  EXPECT_TRUE(std::isnan(accuracy_band(again, 3)));
  Constraints floor;
  floor.accuracy_min = 0.5;
  floor.margin = 1;
  EXPECT_EQ(with_margin(floor, Space(models.space), again, Objective{}).accuracy_min, 0.5)
      << "what is known has no band";
  Models fewer = models;
  fewer.known_accuracies = std::make_shared<const std::vector<double>>(7, 0.5);
  EXPECT_THROW(Evaluator(Space(models.space), fewer, Objective{}, Constraints{}), Error);
}

INSTANTIATE_TEST_SUITE_P(Spaces, KnownSearch, testing::Values("cells", "nasbench201"),
                         [](const auto& space) { return std::string(space.param); });

}  // namespace
}  // namespace flash

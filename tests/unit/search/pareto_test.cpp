#include "flash/search/pareto.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "flash/core/error.hpp"
#include "spaces.hpp"

namespace flash {
namespace {

using namespace test;

std::vector<std::uint64_t> ids(const ParetoFront& front) {
  std::vector<std::uint64_t> list;
  for (const ParetoPoint& point : front.points) list.push_back(small_id(point.id));
  return list;
}

// By the definition, pair by pair.
std::vector<std::uint64_t> front_by_pairs(const std::vector<Evaluation>& all,
                                          const std::vector<Metric>& metrics) {
  const auto no_worse = [&](const Evaluation& a, const Evaluation& b) {
    return a.accuracy >= b.accuracy &&
           std::ranges::all_of(metrics, [&](Metric m) { return a.metrics[m] <= b.metrics[m]; });
  };
  std::vector<std::uint64_t> front;
  for (std::uint64_t id = 0; id < all.size(); ++id) {
    bool beaten = !all[id].feasible();
    for (std::uint64_t other = 0; other < all.size() && !beaten; ++other)
      beaten = other != id && all[other].feasible() && no_worse(all[other], all[id]) &&
               (other < id || !no_worse(all[id], all[other]));
    if (!beaten) front.push_back(id);
  }
  return front;
}

// All of up to three metrics; of more each one, each with the next one, and as many as a front takes.
std::vector<std::vector<Metric>> subsets(const Evaluator& evaluator) {
  const std::vector<Metric>& metrics = evaluator.metrics();
  std::vector<std::vector<Metric>> list;
  if (metrics.size() > 3) {
    for (std::size_t i = 0; i < metrics.size(); ++i) {
      list.push_back({metrics[i]});
      if (i > 0) list.push_back({metrics[i - 1], metrics[i]});
    }
    list.emplace_back(metrics.begin(), metrics.begin() + std::min<std::ptrdiff_t>(8, std::ssize(metrics)));
    return list;
  }
  list.emplace_back();
  for (const Metric m : metrics)
    for (std::size_t i = list.size(); i-- > 0;) {
      list.push_back(list[i]);
      list.back().push_back(m);
    }
  list.erase(list.begin());
  return list;
}

TEST(Pareto, EqualsBruteForceOnRandomSpaces) {
  int empty = 0, uneven = 0, fronts = 0;
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    SCOPED_TRACE(seed);
    const Evaluator evaluator = random_evaluator(seed, seed % 50 == 0 ? 6000 : 600);
    const BruteForce truth(evaluator);
    for (const std::vector<Metric>& metrics : subsets(evaluator)) {
      const ParetoFront front = pareto_front(evaluator, metrics);
      std::vector<std::uint64_t> found = ids(front);
      for (std::size_t i = 0; i < found.size(); ++i) {
        const Evaluation& evaluation = front.points[i].evaluation;
        EXPECT_EQ(evaluation.accuracy, truth.all[found[i]].accuracy);
        EXPECT_EQ(evaluation.objective, truth.all[found[i]].objective);
        if (i > 0) {
          EXPECT_GE(front.points[i - 1].evaluation.accuracy, evaluation.accuracy);
        }
      }
      std::ranges::sort(found);
      ASSERT_EQ(found, front_by_pairs(truth.all, metrics));
      EXPECT_TRUE(front.complete);
      empty += found.empty();
      ++fronts;
    }
    uneven += std::ranges::any_of(evaluator.space().strata(), [&](const Stratum& stratum) {
      const StratumTables& tables = evaluator.tables(stratum.index);
      return std::ranges::any_of(tables.metric, [](const Term& sum) { return !sum.non_decreasing; });
    });
  }
  EXPECT_GE(empty, 50);
  EXPECT_GE(uneven, 100);
  EXPECT_GE(fronts, 3000);
}

TEST(Pareto, EqualConfigurationsGoToTheLowestIdWithoutOpeningTheSpace) {
  const CellSpace definition = small_space({64, 64, 64}, {10});
  Models models = simple_models(definition);
  models.accuracy->b = 0;  // the same everywhere
  models.metrics[Metric::latency] = MetricModel{1, {}};
  const Evaluator evaluator(Space(definition), models, {}, {});
  const ParetoFront constant = pareto_front(evaluator, {Metric::latency});
  EXPECT_THAT(ids(constant), testing::ElementsAre(0));
  EXPECT_LT(constant.boxes, 1000U);
  models.accuracy = AccuracyModel{0.5, 20, -40};  // 1 everywhere: the model's ceiling
  const ParetoFront full = pareto_front(Evaluator{Space(definition), models, {}, {}}, {Metric::energy});
  EXPECT_THAT(ids(full), testing::ElementsAre(0));
  EXPECT_LT(full.boxes, 1000U);
}

TEST(Pareto, OpensFarFewerBoxesThanThereAreConfigurations) {
  const CellSpace definition = small_space({16, 16, 16}, {4, 6, 9});
  const Evaluator evaluator(Space(definition), simple_models(definition, 300), {}, {});
  const std::vector<ParetoFront> fronts = pareto_fronts(evaluator);
  ASSERT_EQ(fronts.size(), 3U);
  for (const ParetoFront& front : fronts) {
    EXPECT_GT(front.points.size(), 10U);
    EXPECT_LT(front.boxes, evaluator.space().size() / 20);
  }
  EXPECT_EQ(to_json(fronts[2]).at("metrics"), Json({"latency", "energy"}));
  EXPECT_EQ(to_json(fronts[0]).at("points").size(), fronts[0].points.size());
}

TEST(Pareto, StopsWhenAskedWithTheMostAccurateFirst) {
  const CellSpace definition = small_space({16, 16, 16}, {4, 6, 9});
  const Evaluator evaluator(Space(definition), simple_models(definition, 300), {}, {});
  int asked = 0;
  const ParetoFront part = pareto_front(evaluator, {Metric::latency}, [&] { return ++asked > 2; });
  const ParetoFront whole = pareto_front(evaluator, {Metric::latency});
  EXPECT_FALSE(part.complete);
  ASSERT_LT(part.points.size(), whole.points.size());
  for (std::size_t i = 0; i < part.points.size(); ++i) EXPECT_EQ(part.points[i].id, whole.points[i].id);
}

TEST(Pareto, RefusesWhatItCannotDo) {
  const CellSpace definition = small_space();
  const Evaluator evaluator(Space(definition), simple_models(definition), {}, {});
  const auto never = [] { return false; };
  EXPECT_THROW(pareto_front(evaluator, {}), Error);
  EXPECT_THROW(pareto_front(evaluator, {Metric::area}), Error);
  EXPECT_THROW(pareto_front(evaluator, {Metric::macs}), Error);  // not in hand
  EXPECT_THROW(pareto_front(evaluator, {Metric::latency, Metric::latency}), Error);
  EXPECT_THROW(pareto_front(evaluator, {Metric::latency}, never, {.points = 3}), Error);
  EXPECT_THROW(pareto_front(evaluator, {Metric::latency}, never, {.waiting_boxes = 3}), Error);
}

}  // namespace
}  // namespace flash

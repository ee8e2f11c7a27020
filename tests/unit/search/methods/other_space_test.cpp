// Spaces that the listed families do not have: of more than 2^63 networks, and with strata that differ in how
// many slots they have.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../spaces.hpp"
#include "flash/core/error.hpp"
#include "flash/search/exact.hpp"
#include "flash/search/histogram.hpp"
#include "flash/search/methods/search_method.hpp"
#include "flash/search/pareto.hpp"
#include "flash/space/network_text.hpp"

namespace flash {
namespace {

// The sum over slots of option / (slot + 1).
class Weighted : public Score {
 public:
  const std::string& name() const override { return name_; }
  double part(ShapeView, std::size_t slot, std::int64_t, std::int64_t option) const override {
    return static_cast<double>(1 + option) / static_cast<double>(slot + 1);
  }

 private:
  std::string name_ = "weighted";
};

// Bottlenecks one after the other, as many as the shape says; a slot's option is how wide its inside is.
class Bottlenecks : public Geometry {
 public:
  Bottlenecks(std::vector<int> depths, std::int64_t options) : depths_(std::move(depths)), options_(options) {
    depth_ = number_axis("depth", "slots", "bottlenecks", depths_);
    width_ = {"width", "channels", "inside of a bottleneck"};
    width_.first = 1;
  }
  std::span<const Axis> shape_axes() const override { return {&depth_, 1}; }
  std::span<const Axis> slot_axes(std::uint32_t) const override { return {&width_, 1}; }
  std::vector<Slot> slots(ShapeView shape) const override {
    Slot slot;
    slot.options = options_;
    return std::vector<Slot>(static_cast<std::size_t>(depths_[static_cast<std::size_t>(shape[0])]), slot);
  }
  NetworkGraph lower(ShapeView, OptionView options, std::uint64_t) const override {
    NetworkGraph graph(3, 8);
    NetworkGraph::Value x = NetworkGraph::image;
    for (std::size_t slot = 0; slot < options.size(); ++slot) {
      graph.enter(slot, 0);
      const int inside = static_cast<int>(options[slot]) + 1;
      x = graph.append(opening_layer(operators::convolution(slot == 0 ? 3 : 4, inside, 1, 1, 8)), x);
      x = graph.append(operators::convolution(inside, 4, 3, 1, 8), x);
    }
    return graph;
  }
  std::span<const Score* const> scores() const override { return scores_; }

 private:
  std::vector<int> depths_;
  std::int64_t options_;
  Axis depth_, width_;
  Weighted weighted_;
  std::vector<const Score*> scores_{&weighted_};
};

Space bottlenecks(std::vector<int> depths, std::int64_t options) {
  return Space({"bottlenecks", Json::object(), {3, 8, 4}},
               std::make_shared<Bottlenecks>(std::move(depths), options));
}

Evaluator evaluator_of(const Space& space, const Constraints& constraints = {}) {
  Models models;
  models.space = space.definition();
  models.reading = "weighted";
  models.target = "test";
  models.accuracy = AccuracyModel{1.05, 5, -1};
  models.metrics[Metric::latency] = MetricModel{0.5, {{"macs", 1e-5}, {"layers", 0.02}}};
  models.metrics[Metric::energy] = MetricModel{2, {{"parameters", 1e-3}, {"macs.0", 1e-5}}};
  return Evaluator(space, models, {}, constraints);
}

std::vector<Evaluator> evaluators_of(const Space& space) {
  const Evaluator free = evaluator_of(space);
  const auto [least, most] = free.metric_range(Metric::latency);
  Constraints ceiling, both;
  ceiling.metric_max[Metric::latency] = std::sqrt(least * most);
  both.metric_max[Metric::latency] = least + 0.4 * (most - least);
  both.accuracy_min = free.accuracy(free.degree_range().second) * 0.9;
  return {free, evaluator_of(space, ceiling), evaluator_of(space, both)};
}

class OtherSpace : public testing::TestWithParam<const SearchMethod*> {};

TEST_P(OtherSpace, OfUnevenStrataIsSearched) {
  for (const Evaluator& evaluator : evaluators_of(bottlenecks({1, 3, 2}, 6))) {
    ASSERT_EQ(evaluator.space().size(), 6U + 216 + 36);
    const test::BruteForce truth(evaluator);
    SearchBudget budget;
    budget.evaluations = 5000;
    const SearchResult found = search(evaluator, GetParam()->name, 1, budget);
    EXPECT_EQ(found.found, truth.feasible > 0);
    const Evaluation best = evaluator.at(found.best_id);
    EXPECT_EQ(found.best.objective, best.objective);
    EXPECT_FALSE(better(found.best, found.best_id, truth.best, truth.best_id));
    EXPECT_GE(best.objective, 0.9 * truth.best.objective);
  }
}

TEST_P(OtherSpace, OfMoreThan2To63NetworksIsSearched) {
  for (const Evaluator& evaluator : evaluators_of(bottlenecks({21, 22, 10}, 9))) {
    const auto seek = [&] {
      SearchBudget budget;
      budget.evaluations = 3000;
      return search(evaluator, GetParam()->name, 7, budget);
    };
    if (GetParam()->name == "exhaustive") {
      EXPECT_THROW(seek(), Error);
      continue;
    }
    const SearchResult found = seek();
    EXPECT_EQ(found.best.objective, evaluator.at(found.best_id).objective);
    const SearchResult again = search_result_from_json(Json::parse(to_json(found).dump()));
    EXPECT_TRUE(again.best_id == found.best_id);
    EXPECT_EQ(again.best.objective, found.best.objective);
    EXPECT_TRUE(seek().best_id == found.best_id);
    const ExactResult truth = solve_exact(evaluator);
    ASSERT_TRUE(truth.complete);
    EXPECT_FALSE(better(found.best, found.best_id, truth.best, truth.best_id));
  }
}

INSTANTIATE_TEST_SUITE_P(Search, OtherSpace, testing::ValuesIn(search_methods()), [](const auto& test_info) {
  std::string name = test_info.param->name;
  std::erase(name, '-');
  return name;
});

TEST(UnevenStrata, FrontsAndHistogramsAreThoseOfBruteForce) {
  for (const Evaluator& evaluator : evaluators_of(bottlenecks({2, 1, 3}, 5))) {
    const test::BruteForce truth(evaluator);
    const ParetoFront front = pareto_front(evaluator, {Metric::latency, Metric::energy});
    std::size_t expected = 0;
    const auto dominates = [](const Evaluation& a, const Evaluation& b) {
      return a.accuracy >= b.accuracy && a.metrics[Metric::latency] <= b.metrics[Metric::latency] &&
             a.metrics[Metric::energy] <= b.metrics[Metric::energy];
    };
    for (std::size_t i = 0; i < truth.all.size(); ++i) {
      bool on = truth.all[i].feasible();
      for (std::size_t j = 0; j < truth.all.size() && on; ++j)
        on = i == j || !truth.all[j].feasible() || !dominates(truth.all[j], truth.all[i]) ||
             (dominates(truth.all[i], truth.all[j]) && i < j);
      expected += on;
    }
    EXPECT_EQ(front.points.size(), expected);
  }
}

TEST(ManyNetworks, HaveNumbersAndTexts) {
  const Space space = bottlenecks({22}, 9);
  EXPECT_EQ(id_text(space.count()), "984770902183611232881");  // 9^22
  EXPECT_THROW(space.size(), Error);
  const NetworkId last = space.count() - 1;
  EXPECT_TRUE(space.id(space.point(last)) == last);
  EXPECT_EQ(id_json(last), "984770902183611232880");
  EXPECT_EQ(id_json(17), 17);
  EXPECT_TRUE(id_from_json(id_json(last)) == last);
  EXPECT_TRUE(space.id(parse_network(space, network_text(space, space.point(last)))) == last);
  EXPECT_THROW(space.point(space.count()), Error);
  EXPECT_THROW(small_id(last), Error);
  const Json bad[] = {"",
                      "-1",
                      "1e3",
                      "12x",
                      -3,
                      1.5,
                      nullptr,
                      "170141183460469231731687303715884105728",
                      "340282366920938463463374607431768211456"};
  for (const Json& json : bad) EXPECT_THROW(id_from_json(json), Error) << json;
  EXPECT_THROW(bottlenecks({41}, 9), Error);  // 9^41 > 2^127
}

}  // namespace
}  // namespace flash

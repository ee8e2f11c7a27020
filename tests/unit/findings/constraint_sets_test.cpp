#include "flash/findings/constraint_sets.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "flash/search/exact.hpp"
#include "flash/space/families/cell_space.hpp"

namespace flash {
namespace {

class ConstraintSets : public testing::Test {
 protected:
  ConstraintSets() {
    CellSpace space;
    space.widths = {4, 8};
    space.wm = {1, 2};
    space.depths = {3, 4, 5};
    space.input = {1, 8, 10};
    job_.space = space;
    models_.space = job_.space;
    models_.accuracy = AccuracyModel{1.05, 20, -1};
    models_.metrics[Metric::latency] = MetricModel{0.5, {{"macs", 1e-5}}};
  }
  std::vector<Constraints> sets() const { return constraint_sets(job_, Space(job_.space), models_); }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const Constraints& set : sets()) all.push_back(set.name);
    return all;
  }
  ExactResult best(const Constraints& set) const {
    return solve_exact(Evaluator(Space(job_.space), models_, job_.objective, set));
  }
  Job job_;
  Models models_;
};

using Names = std::vector<std::string>;

// Accuracy alone: a floor on it cannot bind, ceilings do.
TEST_F(ConstraintSets, OfAccuracyAloneTheAnswerIsGivenUnderDerivedCeilings) {
  EXPECT_TRUE(asks_nothing(job_));
  EXPECT_EQ(names(), (Names{"none", "hardware"}));
  EXPECT_EQ(own_set(job_, sets()), 1u);
  const ExactResult free = best(sets()[0]), bound = best(sets()[1]);
  EXPECT_TRUE(bound.found);
  EXPECT_LT(bound.best.objective, free.best.objective);
}

TEST_F(ConstraintSets, DerivedBoundsBindOrAreLeftOut) {
  job_.objective.metric[Metric::latency] = 1;
  EXPECT_FALSE(asks_nothing(job_));
  EXPECT_EQ(own_set(job_, sets()), 0u);
  for (const double exponent : {0.0, 0.5, 1.0, 5.0, 50.0}) {
    SCOPED_TRACE(exponent);
    job_.objective.accuracy = exponent;
    const std::vector<Constraints> all = sets();
    for (std::size_t i = 1; i < all.size(); ++i) {
      EXPECT_TRUE(best(all[i]).found);
      EXPECT_LT(best(all[i]).best.objective, best(all[0]).best.objective) << all[i].name;
    }
  }
  job_.objective.accuracy = 0;  // the quickest network: no ceiling could exclude it
  EXPECT_EQ(names(), (Names{"none", "accuracy"}));
}

TEST_F(ConstraintSets, TheUsersOwnBoundsStayAsTheyAre) {
  job_.constraints.accuracy_min = 0.01;
  EXPECT_EQ(names(), (Names{"none", "accuracy", "hardware"}));
  EXPECT_EQ(sets()[1].accuracy_min, 0.01);
  EXPECT_EQ(own_set(job_, sets()), 1u);
  job_.constraints.metric_max[Metric::latency] = 1e9;
  EXPECT_EQ(names(), (Names{"none", "accuracy", "hardware", "job"}));
  EXPECT_EQ(own_set(job_, sets()), 3u);
  EXPECT_EQ(sets()[3].metric_max[Metric::latency], 1e9);
}

// A band that is the same everywhere: Student's t of 10 degrees, 2.2281, times sigma.
TEST_F(ConstraintSets, AMarginTightensTheUsersBoundsInAllSetsAndKeepsWhatWasAsked) {
  models_.metrics[Metric::latency]->support = FitSupport{{}, 0.1, 10, std::vector<double>(4, 0.0)};
  models_.accuracy->spread = AccuracySpread{std::vector<double>(9, 0.0), 0.01, 10, 1};
  job_.constraints.accuracy_min = 0.5;
  job_.constraints.metric_max[Metric::latency] = 1;
  job_.constraints.metric_max[Metric::parameters] = 1e6;
  job_.constraints.margin = 1;
  const std::vector<Constraints> all = sets();
  ASSERT_EQ(names(), (Names{"none", "accuracy", "hardware", "job"}));
  EXPECT_FALSE(all[0].asked);
  for (const std::size_t i : {1u, 3u}) {
    EXPECT_NEAR(all[i].accuracy_min, 0.522281, 1e-5);
    EXPECT_EQ(as_asked(all[i]).accuracy_min, 0.5);
  }
  for (const std::size_t i : {2u, 3u}) {
    EXPECT_NEAR(all[i].metric_max[Metric::latency], 1 / 1.222814, 1e-5);
    EXPECT_EQ(as_asked(all[i]).metric_max[Metric::latency], 1);
    EXPECT_EQ(all[i].metric_max[Metric::parameters], 1e6);
  }
  EXPECT_TRUE(std::isinf(all[2].accuracy_min) && std::isinf(as_asked(all[2]).accuracy_min));
  EXPECT_TRUE(std::isinf(as_asked(all[1]).metric_max[Metric::latency]));
  EXPECT_EQ(own_set(job_, all), 3u);
}

}  // namespace
}  // namespace flash

#include "flash/stage/comparison_summary.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "../python.hpp"
#include "flash/core/random.hpp"

namespace flash {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(Quartiles, InterpolateAsNumpyDoes) {
  Philox random(5);
  Json data = Json::array();
  std::vector<Quartiles> found;
  for (std::size_t size = 1; size <= 12; ++size) {
    std::vector<double> values;
    while (values.size() < size) values.push_back(std::exp(10 * random.uniform()) - 50);
    data.push_back(values);
    found.push_back(quartiles(values));
  }
  const auto numpy = ask_python("result = [list(np.quantile(v, [.25, .5, .75])) for v in data]", data);
  if (!numpy) GTEST_SKIP() << "no Python with numpy";
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto expected = numpy->at(i).get<std::vector<double>>();
    const double scale = 1e-14 * (std::abs(expected[0]) + std::abs(expected[2]));
    EXPECT_NEAR(found[i].first, expected[0], scale);
    EXPECT_NEAR(found[i].median, expected[1], scale);
    EXPECT_NEAR(found[i].third, expected[2], scale);
  }
}

TEST(Quartiles, ThatInfiniteValuesHaveAShareInAreAbsent) {
  const Quartiles one = quartiles({infinity, 1, 2});
  EXPECT_EQ(one.first, 1.5);
  EXPECT_EQ(one.median, 2);
  EXPECT_TRUE(std::isnan(one.third));
  const Quartiles low = quartiles({-infinity, -infinity, 3, 4});
  EXPECT_TRUE(std::isnan(low.first));
  EXPECT_TRUE(std::isnan(low.median));
  EXPECT_EQ(low.third, 3.25);
  EXPECT_TRUE(std::isnan(quartiles({}).median));
}

ComparisonRow row(const std::string& method, std::size_t set, double objective, double gap) {
  ComparisonRow row;
  row.run = {method, set, 0};
  row.constraints = set == 0 ? "none" : "accuracy";
  row.result.found = !std::isnan(gap);
  row.result.best.objective = objective;
  row.result.evaluations = 100;
  row.result.seconds = 2;
  row.gap = gap;
  row.evaluations_1pc = row.seconds_1pc = gap < 0.01 ? 7 : nan;
  row.speedup_rl = 3;
  row.speedup_exhaustive = nan;
  return row;
}

const Quartiles& figure(const SummaryRow& summary, const std::string& name) {
  for (std::size_t f = 0; f < summary_figure_count; ++f)
    if (summary_figures()[f].name == name) return summary.figures[f];
  throw std::invalid_argument(name);
}

std::vector<SummaryRow> summaries() {
  Comparison comparison;
  comparison.optima = {10, 8};
  comparison.rows = {row("random", 0, 9, 0.1),      row("random", 0, 9.95, 0.005), row("shgo", 0, 10, 0),
                     row("random", 1, 7.99, 0.001), row("random", 0, 77, nan),     row("shgo", 1, 99, nan)};
  comparison.rows[1].speedup_rl_is_bound = true;
  std::vector<Constraints> sets(2);
  return summarise(comparison, sets);
}

TEST(ComparisonSummary, HasALineASetAndMethod) {
  const auto all = summaries();
  ASSERT_EQ(all.size(), 4u);
  const std::vector<std::pair<std::string, std::string>> expected{
      {"none", "random"}, {"none", "shgo"}, {"accuracy", "random"}, {"accuracy", "shgo"}};
  for (std::size_t i = 0; i < all.size(); ++i)
    EXPECT_EQ(std::pair(all[i].constraints, all[i].method), expected[i]);
  EXPECT_EQ(all[0].optimum, 10);
  EXPECT_EQ(all[2].optimum, 8);
}

TEST(ComparisonSummary, ARunThatLacksAFigureCountsAsTheWorst) {
  const SummaryRow random = summaries()[0];
  EXPECT_EQ(random.runs, 3u);
  EXPECT_EQ(random.found, 2u);
  EXPECT_EQ(random.within_1pc, 1u);
  EXPECT_EQ(random.speedup_rl_bounds, 1u);
  // What it holds though it meets no constraint, 77, is no objective that was reached.
  EXPECT_EQ(figure(random, "objective").median, 9);
  EXPECT_NEAR(figure(random, "objective").third, 9.475, 1e-12);
  EXPECT_TRUE(std::isnan(figure(random, "objective").first));
  EXPECT_EQ(figure(random, "gap").median, 0.1);
  EXPECT_NEAR(figure(random, "gap").first, 0.0525, 1e-12);
  EXPECT_TRUE(std::isnan(figure(random, "gap").third));
  // One of three came within 1 %: the median run did not.
  EXPECT_TRUE(std::isnan(figure(random, "evaluations_1pc").median));
  EXPECT_EQ(figure(random, "seconds").median, 2);
  EXPECT_EQ(figure(random, "speedup_rl").median, 3);
  EXPECT_TRUE(std::isnan(figure(random, "speedup_exhaustive").median));
}

TEST(ComparisonSummary, OneRunIsItsOwnQuartiles) {
  const Quartiles evaluations = figure(summaries()[2], "evaluations_1pc");
  EXPECT_EQ(evaluations.first, 7);
  EXPECT_EQ(evaluations.median, 7);
  EXPECT_EQ(evaluations.third, 7);
}

}  // namespace
}  // namespace flash

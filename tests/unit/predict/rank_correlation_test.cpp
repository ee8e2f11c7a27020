#include "flash/predict/rank_correlation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include "../python.hpp"
#include "flash/core/error.hpp"
#include "flash/core/random.hpp"

namespace flash {
namespace {

using Values = std::vector<double>;

TEST(RankCorrelation, KnowsPerfectOrder) {
  const Values x{1, 2, 3, 10};
  const Values up{-5, 0, 1, 1e9};
  const Values down{4, 3, 2, 1};
  EXPECT_DOUBLE_EQ(spearman(x, up), 1);
  EXPECT_DOUBLE_EQ(kendall(x, up), 1);
  EXPECT_DOUBLE_EQ(spearman(x, down), -1);
  EXPECT_DOUBLE_EQ(kendall(x, down), -1);
}

TEST(RankCorrelation, IsUndefinedWithoutDifferences) {
  EXPECT_TRUE(std::isnan(spearman(Values{1, 1, 1}, Values{1, 2, 3})));
  EXPECT_TRUE(std::isnan(kendall(Values{1, 2, 3}, Values{4, 4, 4})));
  EXPECT_TRUE(std::isnan(spearman(Values{}, Values{})));
  EXPECT_TRUE(std::isnan(kendall(Values{1}, Values{1})));
}

TEST(RankCorrelation, RefusesListsOfDifferentLength) {
  EXPECT_THROW(spearman(Values{1, 2}, Values{1}), Error);
  EXPECT_THROW(kendall(Values{1, 2}, Values{1}), Error);
}

TEST(RankCorrelation, EqualsSciPyWithAndWithoutTies) {
  Philox random(11);
  Json rows = Json::array();
  for (int row = 0; row < 40; ++row) {
    const std::size_t count = 10 + static_cast<std::size_t>(random.below(40));
    const bool ties = row % 2 == 0;
    Values x, y;
    for (std::size_t i = 0; i < count; ++i) {
      x.push_back(ties ? static_cast<double>(random.below(5)) : random.normal());
      y.push_back(0.5 * x.back() + (ties ? static_cast<double>(random.below(4)) : random.normal()));
    }
    rows.push_back({{"x", x}, {"y", y}});
  }
  const auto answer = ask_python(R"(
result = [[scipy.stats.spearmanr(r['x'], r['y'])[0], scipy.stats.kendalltau(r['x'], r['y'])[0]] for r in data])",
                                 rows);
  if (!answer) GTEST_SKIP() << "no Python with SciPy here";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto x = rows[i]["x"].get<Values>();
    const auto y = rows[i]["y"].get<Values>();
    EXPECT_NEAR(spearman(x, y), (*answer)[i][0].get<double>(), 1e-12) << i;
    EXPECT_NEAR(kendall(x, y), (*answer)[i][1].get<double>(), 1e-12) << i;
  }
}

// By hand: z = atanh(0.7) = 0.8673, its deviation sqrt(1.245 / 22) = 0.2379.
TEST(SpearmanInterval, IsThatOfBonettAndWright) {
  const auto [low, high] = spearman_interval(0.7, 25);
  EXPECT_NEAR(low, std::tanh(0.8673 - 1.96 * 0.2379), 1e-4);
  EXPECT_NEAR(high, std::tanh(0.8673 + 1.96 * 0.2379), 1e-4);
  EXPECT_NEAR(spearman_interval(1, 10).first, 0.96, 0.02);
  EXPECT_EQ(spearman_interval(1, 10).first, -spearman_interval(-1, 10).second);
  EXPECT_LT(spearman_interval(1, 4).first, 0);  // one order of 24
  EXPECT_TRUE(std::isnan(spearman_interval(0.7, 3).first));
  EXPECT_TRUE(std::isnan(spearman_interval(std::nan(""), 25).second));
}

// Of normal pairs of a known correlation: the interval holds Spearman's coefficient of all 19 times in 20.
TEST(SpearmanInterval, HoldsTheTruth) {
  const double pearson = 0.6, truth = 6 / std::numbers::pi * std::asin(pearson / 2);
  int held = 0;
  constexpr int draws = 2000;
  for (int draw = 0; draw < draws; ++draw) {
    Philox random(static_cast<std::uint64_t>(draw), 3);
    std::vector<double> x, y;
    for (int i = 0; i < 25; ++i) {
      x.push_back(random.normal());
      y.push_back(pearson * x.back() + std::sqrt(1 - pearson * pearson) * random.normal());
    }
    const auto [low, high] = spearman_interval(spearman(x, y), 25);
    held += low <= truth && truth <= high;
  }
  EXPECT_GT(held, 0.93 * draws);
  EXPECT_LT(held, 0.97 * draws);
}

}  // namespace
}  // namespace flash

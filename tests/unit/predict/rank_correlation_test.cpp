#include "flash/predict/rank_correlation.hpp"

#include <gtest/gtest.h>

#include <cmath>
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

TEST(SpearmanInterval, IsBonettAndWrights) {
  const auto [low, high] = spearman_interval(0.5, 28);  // z = 0.5493, its deviation sqrt(1.125 / 25)
  EXPECT_NEAR(low, 0.1325, 5e-4);
  EXPECT_NEAR(high, 0.7462, 5e-4);
  EXPECT_EQ(spearman_interval(1, 10), (std::pair{1.0, 1.0}));
  EXPECT_TRUE(std::isnan(spearman_interval(0.5, 3).first));
  EXPECT_TRUE(std::isnan(spearman_interval(std::nan(""), 30).second));
}

}  // namespace
}  // namespace flash

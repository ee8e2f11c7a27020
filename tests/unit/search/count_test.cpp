#include "flash/search/count.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "spaces.hpp"

namespace flash {
namespace {

using namespace test;

// Thresholds are values of the space: those where a rounding too many or too few shows.
TEST(CountWorth, EqualsBruteForceOnRandomSpaces) {
  std::size_t some = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    const Evaluator evaluator = random_evaluator(seed, 3000);
    std::vector<Evaluation> all;
    for (std::uint64_t id = 0; id < evaluator.space().size(); ++id) all.push_back(evaluator.at(id));
    Philox random(seed, 9);
    for (int i = 0; i < 5; ++i) {
      const double least = all[random.below(all.size())].objective;
      const auto expected = std::ranges::count_if(
          all, [&](const Evaluation& e) { return e.feasible() && e.objective >= least; });
      const WorthCount counted = count_worth(evaluator, least);
      EXPECT_TRUE(counted.complete);
      EXPECT_EQ(static_cast<std::int64_t>(counted.count), expected) << least;
      some += expected > 0;
    }
    EXPECT_EQ(static_cast<std::int64_t>(count_worth(evaluator, 0).count),
              std::ranges::count_if(all, &Evaluation::feasible));
  }
  EXPECT_GT(some, 500u);
}

TEST(CountWorth, SaysWhereItsBoxesRanOut) {
  const Evaluator evaluator = random_evaluator(3, 3000);
  const WorthCount counted = count_worth(evaluator, evaluator.at(evaluator.space().size() / 2).objective, 1);
  EXPECT_FALSE(counted.complete);
  EXPECT_EQ(counted.boxes, 2u);
}

}  // namespace
}  // namespace flash

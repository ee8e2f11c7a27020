#include "flash/network/live_memory.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "flash/core/random.hpp"

namespace flash {
namespace {

// By the definition, step by step: what has been written or is an input, and is still read or just written.
std::int64_t peak_by_steps(const std::vector<std::int64_t>& sizes, const std::vector<Step>& steps) {
  const auto writer = [&](std::size_t value) {
    const auto found = std::ranges::find(steps, value, &Step::writes);
    return found == steps.end() ? std::ptrdiff_t{-1} : found - steps.begin();
  };
  const auto read_from = [&](std::size_t value, std::size_t first) {
    return std::any_of(
        steps.begin() + static_cast<std::ptrdiff_t>(first), steps.end(),
        [&](const Step& step) { return std::ranges::find(step.reads, value) != step.reads.end(); });
  };
  std::int64_t most = 0;
  for (std::size_t step = 0; step < steps.size(); ++step) {
    std::int64_t live = 0;
    for (std::size_t value = 0; value < sizes.size(); ++value) {
      const bool there = writer(value) <= static_cast<std::ptrdiff_t>(step);
      if (there && (steps[step].writes == value || read_from(value, step))) live += sizes[value];
    }
    most = std::max(most, live);
  }
  return most;
}

TEST(Lifetimes, OfAChainWithASkip) {
  // 0 -> 1 -> 2 -> 3, and 4 reads 1 and 3.
  const std::vector<Step> steps{{{0}, 1}, {{1}, 2}, {{2}, 3}, {{1, 3}, 4}};
  const Lifetimes lifetimes(5, steps);
  EXPECT_EQ(lifetimes.peak(std::vector<std::int64_t>{1, 1, 1, 1, 1}), 3);
  EXPECT_EQ(lifetimes.peak(std::vector<std::int64_t>{100, 10, 1, 1, 1}), 110);
  EXPECT_EQ(lifetimes.peak(std::vector<std::int64_t>{1, 10, 100, 50, 1}), 160);
  EXPECT_EQ(lifetimes.peak(std::vector<std::int64_t>{1, 10, 1, 1, 100}), 111);
}

TEST(Lifetimes, EqualBruteForceOnRandomPrograms) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Philox random(seed);
    const std::size_t inputs = 1 + random.below(3);
    std::vector<std::int64_t> sizes;
    std::vector<Step> steps;
    for (std::size_t i = 0; i < inputs; ++i) sizes.push_back(static_cast<std::int64_t>(random.below(100)));
    for (std::size_t i = 1 + random.below(12); i > 0; --i) {
      Step step;
      for (std::size_t reads = 1 + random.below(3); reads > 0; --reads)
        step.reads.push_back(random.below(sizes.size()));
      if (steps.empty())
        for (std::size_t input = 0; input < inputs; ++input) step.reads.push_back(input);
      step.writes = sizes.size();
      sizes.push_back(static_cast<std::int64_t>(random.below(100)));
      steps.push_back(std::move(step));
    }
    EXPECT_EQ(Lifetimes(sizes.size(), steps).peak(sizes), peak_by_steps(sizes, steps)) << seed;
  }
}

}  // namespace
}  // namespace flash

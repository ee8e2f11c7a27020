#include "flash/search/term.hpp"

#include <gtest/gtest.h>

#include "flash/core/random.hpp"

namespace flash {
namespace {

TEST(Term, IsASumAndAMaximum) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Philox random(seed);
    const std::size_t cells = 1 + random.below(3);
    const bool ascending = random.below(2) == 0;
    const auto draw_tables = [&] {
      std::vector<std::vector<double>> tables(cells);
      for (auto& table : tables) {
        for (int k = 0; k < 4; ++k) table.push_back(random.uniform());
        if (ascending) std::ranges::sort(table);
      }
      return tables;
    };
    const auto sum = draw_tables();
    const auto most = draw_tables();
    Term term;
    term.base = random.uniform();
    term.non_decreasing = ascending;
    term.sum.assign(sum.begin(), sum.end());
    if (random.below(3) > 0) term.most.assign(most.begin(), most.end());

    const auto [low, high] = term.range();
    double lowest = 1e300, highest = 0;
    std::vector<std::int64_t> options(cells);
    for (bool more = true; more;) {
      double expected = term.base;
      double largest = 0;
      for (std::size_t c = 0; c < cells; ++c) {
        const auto k = static_cast<std::size_t>(options[c]);
        expected += sum[c][k];
        largest = std::max(largest, most[c][k]);
      }
      if (!term.most.empty()) expected += largest;
      EXPECT_EQ(term(options), expected);
      const auto lead = term.lead(std::span(options).first(cells - 1));
      EXPECT_EQ(term.with_last(lead, static_cast<std::size_t>(options.back())), expected);
      lowest = std::min(lowest, expected);
      highest = std::max(highest, expected);
      more = false;
      for (std::size_t c = 0; c < cells && !more; ++c) {
        more = ++options[c] < 4;
        if (!more) options[c] = 0;
      }
    }
    EXPECT_LE(low, lowest);
    EXPECT_GE(high, highest);
    if (!ascending && !term.most.empty()) continue;  // no option need have the least of both
    EXPECT_EQ(low, lowest);
    EXPECT_EQ(high, highest);
  }
}

}  // namespace
}  // namespace flash

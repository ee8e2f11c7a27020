// What a sweep is to find, by evaluating everything one by one.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <functional>
#include <vector>

#include "flash/search/exhaustive.hpp"
#include "spaces.hpp"
#include "sweep_rows.hpp"

namespace flash::test {

// Of a term with values below 0 a row's least value goes to what the other slots come to.
inline double shift(const Term& term) {
  const auto negative = [](const Term::Tables& tables) {
    return std::ranges::any_of(tables, [](auto values) { return std::ranges::min(values) < 0; });
  };
  return term.base < 0 || negative(term.sum) ? std::ranges::min(term.sum.back()) : 0;
}

// As BlockResult states it, one configuration after the other.
inline std::uint32_t checksum(const Evaluator& evaluator) {
  const Space& space = evaluator.space();
  SweepRows rows(evaluator);
  std::uint32_t total = 0;
  for (const Stratum& stratum : space.strata()) {
    rows.set_stratum(stratum);
    const StratumTables& tables = rows.tables();
    for (std::uint64_t place = 0; place < stratum.size; ++place) {
      const std::vector<std::int64_t> options = rows.options_at(place);
      const std::vector<std::int64_t> others(options.begin(), options.end() - 1);
      const auto last = static_cast<std::size_t>(options.back());
      const auto single = [&](const Term& term, double scale) {
        const double less = shift(term);
        const auto scaled = [scale](double v) { return static_cast<float>(v * scale); };
        const Term::Lead lead = term.lead(others);
        const float sum = scaled(lead.sum + less) + scaled(term.sum.back()[last] - less);
        return term.most.empty() ? sum : sum + std::max(scaled(lead.most), scaled(term.most.back()[last]));
      };
      float product = 1;
      for (const Metric m : evaluator.metrics())
        if (is_plain_fitted(m) || evaluator.objective().metric[m] != 0)
          product *= single(tables.metric[m], 0.5 / evaluator.metric_range(m).second);
      total +=
          std::bit_cast<std::uint32_t>(single(tables.degree, 1)) + 3 * std::bit_cast<std::uint32_t>(product);
    }
  }
  return total;
}

inline std::vector<Ranked> ranking(const BruteForce& truth, std::size_t top_k) {
  std::vector<Ranked> ranked;
  for (std::size_t id = 0; id < truth.all.size(); ++id)
    if (truth.all[id].feasible()) ranked.push_back({id, truth.all[id].objective});
  std::ranges::stable_sort(ranked, std::greater{}, &Ranked::objective);
  if (ranked.size() > top_k) ranked.resize(top_k);
  return ranked;
}

inline void expect_equal(const BlockResult& result, const BruteForce& truth, std::uint32_t sum,
                         std::size_t top_k) {
  EXPECT_EQ(result.block.first_id, 0U);
  EXPECT_EQ(result.block.count, truth.all.size());
  EXPECT_EQ(result.feasible, truth.feasible);
  EXPECT_EQ(result.checksum, sum);
  EXPECT_EQ(result.top, ranking(truth, top_k));
}

}  // namespace flash::test

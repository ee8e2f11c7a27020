// The sweep of spaces of many choices, whose rows join slots, against evaluating everything.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "choices.hpp"
#include "flash/search/exhaustive.hpp"
#include "row_bounds.hpp"
#include "row_range.hpp"
#include "sweep_rows.hpp"
#include "sweep_tables.hpp"

namespace flash {
namespace {

using namespace test;

TEST(ChoiceSweep, Probe) {
  int strata = 0, untrusted = 0, ranges_n = 0, coarse = 0, theta = 0, neg = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    Philox random(seed, 81);
    const Drawn drawn = draw_choices(random, 6000);
    const auto score = draw_additive(drawn, random);
    const Evaluator evaluator = asked_at_random(drawn.definition, seed, random, "capacity", score);
    SweepRows rows(evaluator);
    SweepTables tables(evaluator);
    RowRanges ranges(evaluator);
    RowBounds bounds(evaluator);
    for (const Stratum& stratum : evaluator.space().strata()) {
      rows.set_stratum(stratum);
      tables.set_stratum(rows.tables());
      ++strata;
      if (!tables.trusted()) {
        ++untrusted;
        theta += !score;
        bool n = false;
        for (const Metric m : evaluator.metrics())
          for (auto t : rows.tables().metric[m].sum)
            for (double v : t) n |= v < 0;
        neg += n;
        if (!n && untrusted < 40) {
          auto [lo, hi] = rows.tables().degree.range();
          std::printf("seed %d additive %d free %d a %g b %g range %g %g exps %g\n", int(seed), bool(score),
                      evaluator.objective().training_free,
                      evaluator.objective().training_free ? 0 : evaluator.models().accuracy->a,
                      evaluator.objective().training_free ? 0 : evaluator.models().accuracy->b, lo, hi,
                      evaluator.objective().accuracy);
        }
      } else if (ranges.set_stratum(rows.tables()))
        ++ranges_n;
      else if (!bounds.set_stratum(rows.tables()))
        ++coarse;
    }
  }
  std::printf("strata %d untrusted %d (theta %d, negative %d) ranges %d coarse %d\n", strata, untrusted, theta, neg,
              ranges_n, coarse);
}

}  // namespace
}  // namespace flash

// The sweep as one writes it at first: loops over the cells' options, sums from tables, all in double precision. What
// the sweep's kernels are held against, for speed and for the answer.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "flash/search/evaluator.hpp"

namespace flash {

struct PlainResult {
  std::uint64_t count = 0, feasible = 0, best_id = 0;
  double best = 0;  // objective; 0 where nothing is feasible
};

// The first configurations of a stratum of three cells, in whole rows of the last cell's options, until `count` are
// done. For models with an accuracy predictor and all three metrics, and exponents of 1.
inline PlainResult plain_loop(const Evaluator& evaluator, const Stratum& stratum, std::uint64_t count) {
  struct Sum {
    double base;
    std::vector<double> a, b, c;
  };
  const auto copy = [](const Term& term) {
    const auto cell = [&](std::size_t i) {
      return std::vector<double>(term.sum[i].begin(), term.sum[i].end());
    };
    return Sum{term.base, cell(0), cell(1), cell(2)};
  };
  const StratumTables& tables = evaluator.tables(stratum.index);
  const Sum g = copy(tables.degree), l = copy(tables.metric[Metric::latency]),
            e = copy(tables.metric[Metric::energy]), r = copy(tables.metric[Metric::area]);
  const AccuracyModel model = *evaluator.models().accuracy;
  const Constraints bounds = evaluator.constraints();

  PlainResult result;
  for (std::size_t i = 0; i < g.a.size(); ++i)
    for (std::size_t j = 0; j < g.b.size(); ++j) {
      if (result.count >= count) return result;
      for (std::size_t k = 0; k < g.c.size(); ++k) {
        const double degree = g.base + g.a[i] + g.b[j] + g.c[k];
        const double latency = l.base + l.a[i] + l.b[j] + l.c[k];
        const double energy = e.base + e.a[i] + e.b[j] + e.c[k];
        const double area = r.base + r.a[i] + r.b[j] + r.c[k];
        const double accuracy = 1 / (model.a + std::exp(model.b / degree + model.c));
        if (accuracy < bounds.accuracy_min || latency > bounds.metric_max[Metric::latency] ||
            energy > bounds.metric_max[Metric::energy] || area > bounds.metric_max[Metric::area])
          continue;
        ++result.feasible;
        const double objective = accuracy / (latency * energy * area);
        if (objective > result.best) {
          result.best = objective;
          result.best_id = small_id(stratum.first_id) + (i * g.b.size() + j) * g.c.size() + k;
        }
      }
      result.count += g.c.size();
    }
  return result;
}

}  // namespace flash

// A quantity of one stratum as tables of its cells' options: NN-Degree, or a metric.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace flash {

// value = base + sum over cells of sum[c][k_c], plus the largest over cells of most[c][k_c] where there is
// such a part: peak memory is all weights and the largest of the cells' activations. Sums are always taken as
// ((base + sum[0][k0]) + sum[1][k1]) + ..., the maximum is added last, so that every method gets the same
// bits. Each of these operations never falls as an operand grows, whatever the rounding: a bound on each
// table bounds the value. A quantity that is a maximum alone has sums of 0. The tables lie elsewhere; in spaces
// of many choices they are such that all sums are exact, in whatever order.
struct Term {
  using Tables = std::vector<std::span<const double>>;  // [cell][option]
  double base = 0;
  Tables sum;
  Tables most;                 // empty where there is no such part
  bool non_decreasing = true;  // all tables, in every option, as all quantities known so far are

  double operator()(std::span<const std::int64_t> options) const {
    const double total = sum_of(options);
    return most.empty() ? total : total + most_of(options);
  }

  // What the first cells come to, by their options, and the value with that of the last cell.
  struct Lead {
    double sum = 0;
    double most = -std::numeric_limits<double>::infinity();
  };
  Lead lead(std::span<const std::int64_t> options) const {
    Lead lead{.sum = sum_of(options)};
    if (!most.empty()) lead.most = most_of(options);
    return lead;
  }
  double with_last(const Lead& lead, std::size_t option) const {
    const double total = lead.sum + sum.back()[option];
    return most.empty() ? total : total + std::max(lead.most, most.back()[option]);
  }

  std::pair<double, double> range() const;  // the least and the largest that it can be

  // The two parts, of the first cells or of all; most_of: only where there is such a part.
  double sum_of(std::span<const std::int64_t> options) const {
    double total = base;
    for (std::size_t c = 0; c < options.size(); ++c) total += sum[c][static_cast<std::size_t>(options[c])];
    return total;
  }
  double most_of(std::span<const std::int64_t> options) const {
    double largest = -std::numeric_limits<double>::infinity();
    for (std::size_t c = 0; c < options.size(); ++c)
      largest = std::max(largest, most[c][static_cast<std::size_t>(options[c])]);
    return largest;
  }
};

}  // namespace flash

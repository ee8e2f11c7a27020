#include "flash/predict/rank_correlation.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include "flash/core/error.hpp"

namespace flash {
namespace {

void check_sizes(std::span<const double> x, std::span<const double> y) {
  if (x.size() != y.size())
    throw Error(ExitCode::internal, "rank correlation of two lists of different length");
}

// Ranks from 1; tied values share the mean of theirs.
std::vector<double> ranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
  std::vector<double> rank(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    while (last + 1 < order.size() && values[order[last + 1]] == values[order[first]]) ++last;
    for (std::size_t k = first; k <= last; ++k) rank[order[k]] = 1 + 0.5 * static_cast<double>(first + last);
    first = last + 1;
  }
  return rank;
}

int sign(double value) { return (value > 0) - (value < 0); }

}  // namespace

double spearman(std::span<const double> x, std::span<const double> y) {
  check_sizes(x, y);
  const std::vector<double> rank_x = ranks(x);
  const std::vector<double> rank_y = ranks(y);
  const double mean = 0.5 * (static_cast<double>(x.size()) + 1);
  double xy = 0;
  double xx = 0;
  double yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (rank_x[i] - mean) * (rank_y[i] - mean);
    xx += (rank_x[i] - mean) * (rank_x[i] - mean);
    yy += (rank_y[i] - mean) * (rank_y[i] - mean);
  }
  if (xx == 0 || yy == 0) return std::numeric_limits<double>::quiet_NaN();
  return std::clamp(xy / std::sqrt(xx * yy), -1.0, 1.0);
}

double kendall(std::span<const double> x, std::span<const double> y) {
  check_sizes(x, y);
  std::int64_t concordant_less_discordant = 0;
  std::int64_t differ_in_x = 0;
  std::int64_t differ_in_y = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = i + 1; j < x.size(); ++j) {
      const int by_x = sign(x[i] - x[j]);
      const int by_y = sign(y[i] - y[j]);
      concordant_less_discordant += by_x * by_y;
      differ_in_x += by_x != 0;
      differ_in_y += by_y != 0;
    }
  }
  if (differ_in_x == 0 || differ_in_y == 0) return std::numeric_limits<double>::quiet_NaN();
  const double pairs =
      std::sqrt(static_cast<double>(differ_in_x)) * std::sqrt(static_cast<double>(differ_in_y));
  return std::clamp(static_cast<double>(concordant_less_discordant) / pairs, -1.0, 1.0);
}

std::pair<double, double> spearman_interval(double correlation, double pairs) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double normal_quantile = 1.959963984540054;  // two-sided 95 %
  if (!(pairs >= 4) || std::isnan(correlation)) return {nan, nan};
  // Ranks that all agree are no certainty: the next smaller value that there is lies 12 / (n^3 - n) below 1, and the
  // truth may be anywhere above the middle between the two.
  const double most = 1 - 6 / (pairs * pairs * pairs - pairs);
  const double shown = std::clamp(correlation, -most, most);
  const double deviation = std::sqrt((1 + shown * shown / 2) / (pairs - 3));
  const double z = std::atanh(shown);
  return {std::min(correlation, std::tanh(z - normal_quantile * deviation)),
          std::max(correlation, std::tanh(z + normal_quantile * deviation))};
}

}  // namespace flash

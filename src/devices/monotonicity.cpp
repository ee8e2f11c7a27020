#include "flash/devices/monotonicity.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

#include "flash/core/error.hpp"
#include "flash/predict/rank_correlation.hpp"

namespace flash {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// Sorted once, so that ranks among any of a device's networks take a walk along the order.
struct Sorted {
  std::vector<std::uint32_t> order;  // of the networks measured, by latency
  std::vector<std::uint32_t> level;  // [network]: the how-manieth different latency it is, from 1
  std::uint32_t levels = 0;
};

Sorted sorted(std::span<const double> latency, const std::vector<bool>& subset) {
  Sorted result;
  result.level.assign(latency.size(), 0);
  for (std::size_t i = 0; i < latency.size(); ++i)
    if (!std::isnan(latency[i]) && (subset.empty() || subset[i]))
      result.order.push_back(static_cast<std::uint32_t>(i));
  std::ranges::sort(result.order, [&](std::uint32_t a, std::uint32_t b) {
    return latency[a] != latency[b] ? latency[a] < latency[b] : a < b;
  });
  for (std::size_t k = 0; k < result.order.size(); ++k) {
    if (k == 0 || latency[result.order[k]] != latency[result.order[k - 1]]) ++result.levels;
    result.level[result.order[k]] = result.levels;
  }
  return result;
}

struct Ranks {
  std::vector<double> centred;  // [network]: ranks less their mean; 0 of those that are left out
  double squares = 0;
  double tied_pairs = 0;
  std::size_t networks = 0;
};

// Of the networks that both of two devices measured.
Ranks ranks(const Sorted& of, const Sorted& both) {
  Ranks result;
  result.centred.assign(of.level.size(), 0);
  std::vector<std::uint32_t> kept;
  kept.reserve(of.order.size());
  for (const std::uint32_t network : of.order)
    if (both.level[network] != 0) kept.push_back(network);
  result.networks = kept.size();
  const double mean = 0.5 * (static_cast<double>(kept.size()) - 1);
  for (std::size_t first = 0; first < kept.size();) {
    std::size_t last = first;
    while (last + 1 < kept.size() && of.level[kept[last + 1]] == of.level[kept[first]]) ++last;
    const double rank = 0.5 * static_cast<double>(first + last) - mean;
    const auto tied = static_cast<double>(last - first + 1);
    for (std::size_t k = first; k <= last; ++k) result.centred[kept[k]] = rank;
    result.squares += tied * rank * rank;
    result.tied_pairs += 0.5 * tied * (tied - 1);
    first = last + 1;
  }
  return result;
}

// Concordant less discordant pairs (Knight, "A computer method for calculating Kendall's tau with ungrouped data",
// JASA 61, 1966, with a Fenwick tree in place of the merging).
double concordance(const Sorted& x, const Sorted& y) {
  std::vector<std::int32_t> tree(y.levels + 1, 0);
  const auto up_to = [&](std::uint32_t level) {
    std::int64_t sum = 0;
    for (; level > 0; level &= level - 1) sum += tree[level];
    return sum;
  };
  std::int64_t balance = 0;
  std::int64_t before = 0;
  for (std::size_t first = 0; first < x.order.size();) {
    std::size_t end = first;
    while (end < x.order.size() && x.level[x.order[end]] == x.level[x.order[first]]) ++end;
    for (std::size_t k = first; k < end; ++k)
      if (const std::uint32_t level = y.level[x.order[k]]; level != 0)
        balance += up_to(level - 1) - (before - up_to(level));
    for (std::size_t k = first; k < end; ++k)
      if (std::uint32_t level = y.level[x.order[k]]; level != 0) {
        ++before;
        for (; level <= y.levels; level += level & (~level + 1)) ++tree[level];
      }
    first = end;
  }
  return static_cast<double>(balance);
}

DeviceCorrelation correlation(const Sorted& x, const Ranks& of_x, const Sorted& y, const Ranks& of_y,
                              bool with_kendall) {
  DeviceCorrelation result{of_x.networks, unknown, unknown, unknown, unknown};
  if (!(of_x.squares > 0) || !(of_y.squares > 0)) return result;
  double product = 0;
  for (std::size_t i = 0; i < of_x.centred.size(); ++i) product += of_x.centred[i] * of_y.centred[i];
  result.srcc = std::clamp(product / std::sqrt(of_x.squares * of_y.squares), -1.0, 1.0);
  const auto n = static_cast<double>(of_x.networks);
  std::tie(result.srcc_low, result.srcc_high) = spearman_interval(result.srcc, n);
  if (with_kendall) {
    const double pairs = 0.5 * n * (n - 1);
    result.kendall = std::clamp(
        concordance(x, y) / std::sqrt((pairs - of_x.tied_pairs) * (pairs - of_y.tied_pairs)), -1.0, 1.0);
  }
  return result;
}

double known(double srcc) { return std::isnan(srcc) ? 0 : srcc; }

}  // namespace

MonotonicityMatrix monotonicity(std::span<const std::vector<double>> latencies,
                                const std::vector<bool>& subset, bool with_kendall) {
  MonotonicityMatrix matrix{latencies.size(), {}};
  std::vector<Sorted> devices;
  std::vector<Ranks> own;
  for (const std::vector<double>& latency : latencies) {
    if (latency.size() != latencies.front().size() || (!subset.empty() && subset.size() != latency.size()))
      throw Error(ExitCode::internal, "devices with latencies of different networks");
    devices.push_back(sorted(latency, subset));
    own.push_back(ranks(devices.back(), devices.back()));
  }
  matrix.pairs.resize(latencies.size() * latencies.size());
  for (std::size_t a = 0; a < latencies.size(); ++a)
    for (std::size_t b = a; b < latencies.size(); ++b) {
      const Sorted& x = devices[a];
      const Sorted& y = devices[b];
      Ranks of_x;
      Ranks of_y;
      bool same = x.order.size() == y.order.size();
      for (std::size_t k = 0; same && k < x.order.size(); ++k) same = y.level[x.order[k]] != 0;
      if (!same) {
        of_x = ranks(x, y);
        of_y = ranks(y, x);
      }
      DeviceCorrelation& pair = matrix.pairs[a * latencies.size() + b];
      pair = same ? correlation(x, own[a], y, own[b], with_kendall)
                  : correlation(x, of_x, y, of_y, with_kendall);
      matrix.pairs[b * latencies.size() + a] = pair;
    }
  return matrix;
}

std::vector<std::size_t> device_clusters(const MonotonicityMatrix& matrix, double threshold) {
  std::vector<std::vector<std::size_t>> clusters;
  for (std::size_t d = 0; d < matrix.devices; ++d) clusters.push_back({d});
  const auto mean = [&](const std::vector<std::size_t>& a, const std::vector<std::size_t>& b) {
    double sum = 0;
    for (const std::size_t i : a)
      for (const std::size_t j : b) sum += known(matrix.at(i, j).srcc);
    return sum / static_cast<double>(a.size() * b.size());
  };
  while (true) {
    double best = -2;
    std::size_t one = 0;
    std::size_t other = 0;
    for (std::size_t a = 0; a < clusters.size(); ++a)
      for (std::size_t b = a + 1; b < clusters.size(); ++b)
        if (const double srcc = mean(clusters[a], clusters[b]); srcc > best) {
          best = srcc;
          one = a;
          other = b;
        }
    if (!(best >= threshold)) break;
    clusters[one].insert(clusters[one].end(), clusters[other].begin(), clusters[other].end());
    clusters.erase(clusters.begin() + static_cast<std::ptrdiff_t>(other));
  }
  // Joined into the earlier of two, so that clusters are in order of their first device.
  std::vector<std::size_t> numbers(matrix.devices);
  for (std::size_t c = 0; c < clusters.size(); ++c)
    for (const std::size_t d : clusters[c]) numbers[d] = c;
  return numbers;
}

std::vector<double> mean_correlations(const MonotonicityMatrix& matrix) {
  std::vector<double> means(matrix.devices, unknown);
  if (matrix.devices < 2) return means;
  for (std::size_t a = 0; a < matrix.devices; ++a) {
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t b = 0; b < matrix.devices; ++b) {
      if (a == b || std::isnan(matrix.at(a, b).srcc)) continue;
      sum += matrix.at(a, b).srcc;
      ++count;
    }
    if (count > 0) means[a] = sum / static_cast<double>(count);
  }
  return means;
}

std::size_t central_device(const MonotonicityMatrix& matrix) {
  const std::vector<double> means = mean_correlations(matrix);
  std::vector<std::size_t> pairs(matrix.devices, 0);
  for (std::size_t a = 0; a < matrix.devices; ++a)
    for (std::size_t b = 0; b < matrix.devices; ++b)
      pairs[a] += a != b && !std::isnan(matrix.at(a, b).srcc) ? 1 : 0;
  const std::size_t most = pairs.empty() ? 0 : *std::ranges::max_element(pairs);
  std::size_t best = 0;
  double largest = -2;
  for (std::size_t d = 0; d < means.size(); ++d)
    if (2 * pairs[d] >= most && means[d] > largest) {
      best = d;
      largest = means[d];
    }
  return best;
}

}  // namespace flash

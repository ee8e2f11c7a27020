#include "flash/compress/projection.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace flash {
namespace {

constexpr double largest_score = 2;  // above any other, whatever the price

bool may(std::span<const std::uint8_t> allowed, std::size_t k) { return allowed.empty() || allowed[k] != 0; }

}  // namespace

KeptWeights largest(std::span<const float> weights, std::size_t count,
                    std::span<const std::uint8_t> allowed) {
  std::vector<std::uint32_t> order;
  for (std::size_t k = 0; k < weights.size(); ++k)
    if (may(allowed, k)) order.push_back(static_cast<std::uint32_t>(k));
  count = std::min(count, order.size());
  const auto before = [&](std::uint32_t a, std::uint32_t b) {
    const float x = std::abs(weights[a]), y = std::abs(weights[b]);
    return x != y ? x > y : a < b;
  };
  const auto end = order.begin() + static_cast<std::ptrdiff_t>(count);
  if (end != order.end()) std::nth_element(order.begin(), end, order.end(), before);
  KeptWeights kept(weights.size());
  for (auto k = order.begin(); k != end; ++k) kept[*k] = 1;
  return kept;
}

std::size_t WeightGroups::count() const {
  return ((rows + group_rows - 1) / group_rows) * ((columns + group_columns - 1) / group_columns);
}

std::size_t WeightGroups::group(std::size_t weight) const {
  return weight / columns / group_rows * ((columns + group_columns - 1) / group_columns) +
         weight % columns / group_columns;
}

KeptWeights largest_groups(std::span<const float> weights, const WeightGroups& groups, std::size_t count,
                           std::span<const std::uint8_t> allowed) {
  std::vector<double> square(groups.count());
  std::vector<std::size_t> size(groups.count());
  for (std::size_t k = 0; k < weights.size(); ++k)
    if (may(allowed, k)) {
      square[groups.group(k)] += static_cast<double>(weights[k]) * static_cast<double>(weights[k]);
      ++size[groups.group(k)];
    }
  std::vector<std::size_t> order(groups.count());
  std::iota(order.begin(), order.end(), std::size_t{0});
  // By the mean square: the last groups may be smaller.
  const auto mean = [&](std::size_t g) {
    return size[g] == 0 ? -1.0 : square[g] / static_cast<double>(size[g]);
  };
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return mean(a) > mean(b); });
  std::vector<std::uint8_t> chosen(groups.count());
  std::size_t sum = 0;
  for (const std::size_t g : order) {
    if (size[g] == 0 || (sum > 0 && sum + size[g] > count)) continue;
    chosen[g] = 1;
    sum += size[g];
  }
  KeptWeights kept(weights.size());
  for (std::size_t k = 0; k < weights.size(); ++k) kept[k] = may(allowed, k) ? chosen[groups.group(k)] : 0;
  return kept;
}

std::vector<std::size_t> shares_of_layers(std::span<const LayerWeights> layers, std::size_t count) {
  struct Scored {
    double score;
    std::size_t layer;
  };
  std::vector<Scored> all;
  std::vector<std::size_t> share(layers.size());
  for (std::size_t l = 0; l < layers.size(); ++l) {
    std::vector<double> squares;
    for (std::size_t k = 0; k < layers[l].weights.size(); ++k)
      if (may(layers[l].allowed, k))
        squares.push_back(std::pow(static_cast<double>(layers[l].weights[k]), 2));
    std::ranges::sort(squares);
    double not_smaller = 0;
    for (auto square = squares.rbegin(); square != squares.rend(); ++square) {
      not_smaller += *square;
      // The largest of each layer has the score 1: it stays.
      all.push_back({square == squares.rbegin() ? largest_score
                     : not_smaller > 0          ? *square / not_smaller / layers[l].price
                                                : 0.0,
                     l});
    }
  }
  count = std::min(count, all.size());
  std::ranges::stable_sort(all, [](const Scored& a, const Scored& b) { return a.score > b.score; });
  for (std::size_t k = 0; k < count; ++k) ++share[all[k].layer];
  return share;
}

}  // namespace flash

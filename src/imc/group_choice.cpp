// Which groups stay.
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "flash/imc/weight_groups.hpp"

namespace flash {
namespace {

using Order = std::vector<std::size_t>;  // of groups

void set_group(const MaskedLayer& layer, const WeightGroup& group, WeightMask& mask, std::uint8_t value) {
  for (int o = group.first_output; o < group.first_output + group.outputs; ++o)
    for (int row = group.first_row; row < group.first_row + group.rows; ++row)
      mask[layer.place(static_cast<std::size_t>(o), static_cast<std::size_t>(row))] = value;
}

// Best first, of equal ones the first.
Order by_score(const std::vector<double>& scores) {
  Order order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  return order;
}

// Those that stay whatever the others do come first: the best of each column tile; of filters, of each layer.
std::size_t needed_first(const std::vector<WeightGroup>& groups, Order& order) {
  std::set<std::pair<int, int>> met;
  const auto rest = std::ranges::stable_partition(
      order, [&](std::size_t g) { return met.emplace(groups[g].layer, groups[g].column).second; });
  return order.size() - rest.size();
}

class Choice {
 public:
  Choice(const std::vector<MaskedLayer>& layers, const std::vector<WeightGroup>& groups)
      : layers_(layers), groups_(groups), none_(dense_masks(layers)) {
    for (const WeightGroup& group : groups) {
      const auto l = static_cast<std::size_t>(group.layer);
      set_group(layers_[l], group, none_[l], 0);
    }
  }

  WeightMasks first(const Order& order, std::size_t count) const {
    WeightMasks masks = none_;
    for (std::size_t k = 0; k < count; ++k) {
      const WeightGroup& group = groups_[order[k]];
      const auto l = static_cast<std::size_t>(group.layer);
      set_group(layers_[l], group, masks[l], 1);
    }
    remove_dead(layers_, masks);
    return masks;
  }

  // The more groups stay the more weights do.
  WeightMasks at_most(const Order& order, std::size_t least, std::int64_t keep) const {
    WeightMasks best = first(order, least);
    check(kept_weights(best), keep);
    std::size_t low = least, high = order.size() + 1;
    while (high - low > 1) {
      const std::size_t middle = low + (high - low) / 2;
      WeightMasks masks = first(order, middle);
      const bool fits = kept_weights(masks) <= keep;
      (fits ? low : high) = middle;
      if (fits) best = std::move(masks);
    }
    return best;
  }

  std::int64_t always() const { return kept_weights(none_); }  // of layers that stay dense

  static void check(std::int64_t least, std::int64_t keep) {
    if (least > keep)
      throw Error(ExitCode::bad_job,
                  "compress.sparsity: would cut a layer off: layers that stay dense and one group of each "
                  "column tile have " +
                      std::to_string(least) + " weights, and only " + std::to_string(keep) + " may be kept");
  }

 private:
  const std::vector<MaskedLayer>& layers_;
  const std::vector<WeightGroup>& groups_;
  WeightMasks none_;
};

}  // namespace

WeightMasks best_groups(const std::vector<MaskedLayer>& layers, const std::vector<WeightGroup>& groups,
                        const std::vector<double>& scores, std::int64_t keep) {
  Order order = by_score(scores);
  const std::size_t needed = needed_first(groups, order);
  return Choice(layers, groups).at_most(order, needed, keep);
}

WeightMasks drawn_groups(const std::vector<MaskedLayer>& layers, const std::vector<WeightGroup>& groups,
                         double alpha, std::int64_t keep, std::uint64_t seed) {
  Philox random(seed);
  std::vector<double> keys;
  for (const WeightGroup& group : groups)  // log u / w orders as u^(1 / w) does
    keys.push_back(std::log(1 - random.uniform()) * std::pow(1.0 + group.hops, alpha));
  Order order = by_score(keys);
  std::size_t needed = needed_first(groups, order);
  std::set<std::pair<int, int>> read;
  for (std::size_t k = 0; k < needed; ++k) read.emplace(groups[order[k]].layer, groups[order[k]].channel);
  std::stable_partition(order.begin() + static_cast<std::ptrdiff_t>(needed), order.end(), [&](std::size_t g) {
    return read.emplace(groups[g].layer, groups[g].channel).second;
  });
  const Choice choice(layers, groups);
  Choice::check(kept_weights(choice.first(order, needed)), keep);

  // Each layer the same share, in its own order.
  std::map<int, std::int64_t> of_layer, taken;
  std::int64_t all = 0;
  for (const WeightGroup& group : groups) {
    of_layer[group.layer] += group.weights();
    all += group.weights();
  }
  const double share =
      static_cast<double>(keep - choice.always()) / static_cast<double>(std::max<std::int64_t>(1, all));
  Order chosen;
  for (std::size_t k = 0; k < order.size(); ++k) {
    const WeightGroup& group = groups[order[k]];
    const double most = share * static_cast<double>(of_layer[group.layer]);
    if (k >= needed && static_cast<double>(taken[group.layer] + group.weights()) > most) continue;
    taken[group.layer] += group.weights();
    chosen.push_back(order[k]);
  }
  return choice.first(chosen, chosen.size());
}

}  // namespace flash

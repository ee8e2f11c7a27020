// Which groups stay.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <utility>

#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "flash/imc/weight_groups.hpp"

namespace flash {
namespace {

using Order = std::vector<std::size_t>;  // of groups

constexpr int halvings = 24;

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

class Choice {
 public:
  Choice(const std::vector<MaskedLayer>& layers, const std::vector<WeightGroup>& groups, const Order& order)
      : layers_(layers), groups_(groups), none_(dense_masks(layers)), of_layer_(layers.size()) {
    for (const WeightGroup& group : groups) {
      const auto l = static_cast<std::size_t>(group.layer);
      set_group(layers_[l], group, none_[l], 0);
      of_layer_[l] += group.weights();
    }
    put_in_order(order);
  }

  // Each layer the same share, the largest at which few enough weights stay. Where one leaves another without what reads it
  // more may stay elsewhere.
  WeightMasks at_most(std::int64_t keep) const {
    const std::int64_t least = kept_weights(at_share(0));
    if (least > keep)
      throw Error(ExitCode::bad_job,
                  "compress.sparsity: would cut a layer off: layers that stay dense and one group of each "
                  "column tile have " +
                      std::to_string(least) + " weights, and only " + std::to_string(keep) + " may be kept");
    if (WeightMasks all = at_share(1); kept_weights(all) <= keep) return all;
    double low = 0, high = 1;
    for (int k = 0; k < halvings; ++k) {
      const double middle = (low + high) / 2;
      (kept_weights(at_share(middle)) <= keep ? low : high) = middle;
    }
    return at_share(low);
  }

 private:
  // First those that stay whatever the others do, the best of each column tile (of filters, of each layer); then the best
  // of each channel that none of them reads; then the rest.
  void put_in_order(const Order& order) {
    order_ = order;
    std::set<std::pair<int, int>> columns, channels;
    const auto rest = std::ranges::stable_partition(
        order_, [&](std::size_t g) { return columns.emplace(groups_[g].layer, groups_[g].column).second; });
    needed_ = order_.size() - rest.size();
    for (std::size_t k = 0; k < needed_; ++k)
      channels.emplace(groups_[order_[k]].layer, groups_[order_[k]].channel);
    std::ranges::stable_partition(
        rest, [&](std::size_t g) { return channels.emplace(groups_[g].layer, groups_[g].channel).second; });
  }

  WeightMasks at_share(double share) const {
    WeightMasks masks = none_;
    std::vector<std::int64_t> taken(layers_.size());
    for (std::size_t k = 0; k < order_.size(); ++k) {
      const WeightGroup& group = groups_[order_[k]];
      const auto l = static_cast<std::size_t>(group.layer);
      const double most = share * static_cast<double>(of_layer_[l]);
      if (k >= needed_ && static_cast<double>(taken[l] + group.weights()) > most) continue;
      taken[l] += group.weights();
      set_group(layers_[l], group, masks[l], 1);
    }
    remove_dead(layers_, masks);
    return masks;
  }

  const std::vector<MaskedLayer>& layers_;
  const std::vector<WeightGroup>& groups_;
  WeightMasks none_;
  std::vector<std::int64_t> of_layer_;  // weights of its groups
  Order order_;
  std::size_t needed_ = 0;  // of them, first
};

}  // namespace

WeightMasks best_groups(const std::vector<MaskedLayer>& layers, const std::vector<WeightGroup>& groups,
                        const std::vector<double>& scores, std::int64_t keep) {
  return Choice(layers, groups, by_score(scores)).at_most(keep);
}

std::vector<double> drawn_scores(const std::vector<WeightGroup>& groups, double alpha, std::uint64_t seed) {
  Philox random(seed);
  std::vector<double> keys;
  for (const WeightGroup& group : groups)  // log u / w orders as u^(1 / w) does
    keys.push_back(std::log(1 - random.uniform()) * std::pow(1.0 + group.hops, alpha));
  return keys;
}

}  // namespace flash

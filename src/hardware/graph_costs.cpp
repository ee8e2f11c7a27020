#include "flash/hardware/graph_costs.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "flash/hardware/cell_shares.hpp"
#include "flash/hardware/live_memory.hpp"
#include "flash/topology/costs.hpp"
#include "flash/topology/skips.hpp"

namespace flash {
namespace {

constexpr double values_per_kib = 1024.0 / sizeof(float);

std::int64_t pixels(int side) { return std::int64_t{side} * side; }

// The activations of one cell, as values and steps. With skips only the sizes of what layers gather depend on
// tc, not the steps.
class CellActivations {
 public:
  CellActivations(const SpaceDefinition& space, const Stratum& stratum, int cell, bool skips)
      : layers_(cell_layers(space, stratum, cell, skips ? 1 : 0)) {
    const Layer& first = layers_.front();
    std::size_t before = add(first.in * pixels(first.side_in));
    std::vector<std::size_t> outputs;
    for (const Layer& layer : layers_) {
      std::vector<std::size_t> reads{before};
      if (layer.skip > 0) {
        std::vector<std::size_t> gathered = outputs;
        gathers_.push_back(step(std::move(gathered), layer.in * pixels(layer.side_in)));
        gathering_.push_back(&layer);
        reads = {gathers_.back()};
      }
      if (space.family == Family::dense_cells && space.block == Block::depthwise &&
          !(cell == 0 && layer.index == 0)) {
        reads = {step(std::move(reads), layer.out * pixels(layer.side_in))};
        reads = {step(std::move(reads), layer.out * pixels(layer.side_out))};
      }
      before = step(std::move(reads), layer.out * pixels(layer.side_out));
      outputs.push_back(before);
    }
    const bool last = static_cast<std::size_t>(cell) + 1 == stratum.cells();
    if (last && space.family == Family::dense_cells) {
      const Layer& layer = layers_.back();
      const std::size_t pooled = step({before}, layer.out * pixels(layer.side_out / 2));
      step({pooled}, space.input.classes);
    }
    lifetimes_.emplace(sizes_.size(), steps_);
  }

  std::int64_t peak(int tc) {
    for (std::size_t i = 0; i < gathers_.size(); ++i) {
      const Layer& layer = *gathering_[i];
      const int read = layer.in - layer.skip + skip_channels(layer.in - layer.skip, layer.index, tc);
      sizes_[gathers_[i]] = read * pixels(layer.side_in);
    }
    return lifetimes_->peak(sizes_);
  }

 private:
  std::size_t add(std::int64_t size) {
    sizes_.push_back(size);
    return sizes_.size() - 1;
  }
  std::size_t step(std::vector<std::size_t> reads, std::int64_t size) {
    const std::size_t written = add(size);
    steps_.push_back({std::move(reads), written});
    return written;
  }

  std::vector<Layer> layers_;
  std::vector<Step> steps_;
  std::vector<std::int64_t> sizes_;
  std::vector<std::size_t> gathers_;     // the values that layers gather,
  std::vector<const Layer*> gathering_;  // and these layers
  std::optional<Lifetimes> lifetimes_;
};

}  // namespace

std::vector<double> exact_sums(Metric metric, const SpaceDefinition& space, const Stratum& stratum, int cell,
                               std::span<const int> tcs) {
  const CellShares shares(space, stratum, cell, std::nullopt, tcs);
  const auto counted = metric == Metric::macs ? &Costs::macs : &Costs::parameters;
  CellShares::Column column = shares.sum(counted, stratum.depths[static_cast<std::size_t>(cell)], tcs.size());
  if (metric == Metric::peak_memory) column /= values_per_kib;
  return {std::begin(column), std::end(column)};
}

std::vector<double> exact_maxima(Metric, const SpaceDefinition& space, const Stratum& stratum, int cell,
                                 std::span<const int> tcs) {
  CellActivations without(space, stratum, cell, false);
  CellActivations with(space, stratum, cell, true);
  std::vector<double> maxima;
  for (const int tc : tcs)
    maxima.push_back(static_cast<double>((tc > 0 ? with : without).peak(tc)) / values_per_kib);
  return maxima;
}

double exact_value(Metric metric, const Space& space, const Configuration& configuration) {
  const Stratum& stratum = space.stratum_of(space.id(configuration));
  double sum = 0;
  double most = 0;
  for (std::size_t c = 0; c < space.cells(); ++c) {
    const int cell = static_cast<int>(c);
    const std::span tc(&configuration.skips[c], 1);
    sum += exact_sums(metric, space.definition(), stratum, cell, tc).front();
    if (has_maximum(metric))
      most = std::max(most, exact_maxima(metric, space.definition(), stratum, cell, tc).front());
  }
  return sum + most;
}

}  // namespace flash

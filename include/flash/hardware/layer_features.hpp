// What the time of one layer on tiles hangs on: features of the models of slowest layers (MetricModel::slowest_layer).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flash/hardware/features.hpp"

namespace flash {

// Members of TileCosts, of the layer alone, each with "layer_" before its name ("layer_copied_cycles", ...); and
//   "layer_side"       side of the chip, sqrt(tiles) of the stratum's mean network
//   "layer_load_side"  load_bits times that: wires are as long as the chip's side
// which hang on the stratum and the layer alone, and do not fall where a layer reads more channels; and
//   side_rise, side_fall   what the slots add to the side and what they take from it, times the largest load_bits of a
//                          layer of the stratum's middle network: sums over slots, of sqrt(tiles) with that slot alone as
//                          it is and the others at their means, less sqrt(tiles) of the mean network [ours]. Two, since
//                          small networks have slowest layers of less load.
std::span<const std::string> layer_feature_names();
inline constexpr std::string_view side_rise = "side_rise", side_fall = "side_fall";
constexpr bool is_of_slots(std::string_view feature) { return feature == side_rise || feature == side_fall; }

// Layers of slots by their features. One object serves all strata.
class LayerFeatures {
 public:
  // `columns`, of a space and a tiling, must outlive it. `names`: the features wanted, in that order; those that are
  // sums over slots are 0 of a layer.
  // Throws Error bad_data where there is no such feature.
  LayerFeatures(FeatureColumns& columns, const std::vector<std::string>& names);

  std::vector<double> of(const Convolution& layer, const Stratum& stratum);
  // [layer][feature] of the slot at that option: of layers that differ in their input channels alone the one that has
  // most, since no model with coefficients >= 0 takes another for slower.
  std::vector<std::vector<double>> largest(const Stratum& stratum, std::size_t slot, std::int64_t option);
  // The slot's share of side_rise, or, where it is below 0, of side_fall: at one option, at each.
  double rise(const Stratum& stratum, std::size_t slot, std::int64_t option);
  std::vector<double> rises(const Stratum& stratum, std::size_t slot);

 private:
  // What a stratum's layers share.
  struct Shared {
    std::size_t stratum = 0;
    double tiles = 0;  // of the mean network
    double load = 0;   // the largest load_bits of a layer of the middle one
  };
  const Shared& shared(const Stratum& stratum);
  double rise(const Stratum& stratum, std::size_t slot, double own_tiles);
  std::vector<Convolution> layers(const Stratum& stratum, std::size_t slot, std::int64_t option) const;

  FeatureColumns& columns_;
  std::vector<std::size_t> chosen_;  // of layer_feature_names
  std::optional<Shared> shared_;     // of the stratum that was asked for last
};

}  // namespace flash

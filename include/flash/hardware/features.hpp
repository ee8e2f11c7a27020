// The features that the analytic hardware models combine: sums over operators, hence sums over slots.
//
// That separability, L(x) = l_0 + sum_s L_s(stratum, option of slot s), is what makes a sweep of billions
// possible [reconstructed]; a feature that is no sum over slots has no place here.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flash/hardware/tile_costs.hpp"
#include "flash/space/space.hpp"

namespace flash {

class PlaceFeatures;

// Names of the features that a space has: "macs", "parameters", "traffic", "layers", and those of each slot
// alone, "macs.0", "traffic.2" ..., since a cell's image side and width decide how fast its layers run.
//
// A target without a tiling has two more, which the times of processors hang on:
//   "vector_macs"  multiply-accumulates with channels filled up to multiples of 16, as vector units work
//   "joins"        layers that read several activations side by side: a copy before each
// A target with a tiling has others, likewise with those of each slot: the members of TileCosts by their names,
// and products of a slot's sums, which stand for what no sum over layers can:
//   "hop_flits"    flits * sqrt(tiles): the way to the other tiles of a cell
//   "tile_layers"  tiles * layers, the head not counted: leakage, were all layers of the network equally slow
//   "tile_cycles"  tiles * compute_cycles: leakage while the cell runs
// and of products over the whole network, x * tiles^p, what is separable:
//   "bus_side", "load_side"         bus_bits, load_bits * sqrt(tiles): wires as long as the chip's side, linear about the
//                                   stratum's mean network, with the product of the slot's own two deviations
//   "bus_in_step", "load_in_step"   the same, were the other slots as far from their means as this one
//   "cycles_in_step", "chip_in_step", "held_in_step"    likewise copied_cycles * tiles, load_bits * tiles^1.5 and
//                                   held_loads * sqrt(tiles): leakage of a whole chip, and of tiles while they work
// A space with places (space/places.hpp) has further ones, which count operators:
//   "op_3=k3_e6"    1 where that operator stands at that place
//   "op=k3_e6"      at how many places it stands
//   "resolution=160", "op_7=not there"    1 in strata of which this is so
// feature_names has of these the second kind alone: the others are those of models that were adapted (devices).
std::vector<std::string> feature_names(const Space& space, const std::optional<Tiling>& tiling = {});

// A network's features in the order of `names`. Throws Error bad_data where the space, or a target with or without a
// tiling, has no such feature.
std::vector<double> network_features(const Space& space, const Point& point,
                                     const std::vector<std::string>& names,
                                     const std::optional<Tiling>& tiling = {});

// The same of each slot: [slot][feature], 0 where a feature is another slot's alone, or the stratum's.
std::vector<std::vector<double>> slot_features(const Space& space, const Point& point,
                                               const std::vector<std::string>& names,
                                               const std::optional<Tiling>& tiling = {});

// Whether a feature's share of a slot rests on the stratum's mean network, so that strata which share tables otherwise
// differ in it.
bool rests_on_mean(std::string_view feature);

// What the stratum alone decides of them; network_features are these and the slots'.
std::vector<double> stratum_features(const Space& space, const Stratum& stratum,
                                     const std::vector<std::string>& names);

// The share of a slot in features, at each of its options: what a search's tables are made from. One object
// serves all strata, and is quicker so.
class FeatureColumns {
 public:
  using Column = SlotColumns::Column;  // [k]: at option k; non-decreasing where the slot is ordered

  // The space must outlive it.
  FeatureColumns(const Space& space, const std::optional<Tiling>& tiling);
  const std::optional<Tiling>& tiling() const { return tiling_; }
  const Space& space() const { return space_; }
  // Adds to values[k] the slot's share at option k times the coefficient. Throws Error bad_data as above.
  void add(std::span<double> values, double coefficient, std::string_view feature, const Stratum& stratum,
           std::size_t slot);
  // A quantity of each slot, on average over its options in the stratum.
  const std::vector<double>& means(std::string_view quantity, const Stratum& stratum);
  // What the stratum alone decides of a feature.
  double of_stratum(std::string_view feature, const Stratum& stratum);

 private:
  const PlaceFeatures& places();

  const Space& space_;
  std::optional<Tiling> tiling_;
  std::unique_ptr<Quantities> quantities_;
  std::unique_ptr<SlotColumns> columns_;
  std::optional<std::size_t> means_of_;          // the stratum whose means are known
  std::vector<std::vector<double>> means_;       // [quantity][slot]
  std::shared_ptr<const PlaceFeatures> places_;  // once one is asked for
};

}  // namespace flash

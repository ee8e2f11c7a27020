#include "flash/hardware/layer_features.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "flash/core/error.hpp"
#include "flash/hardware/tile_costs.hpp"

namespace flash {
namespace {

struct LayerMember {
  const char* name;
  double TileCosts::*value;
};
constexpr std::array<LayerMember, 7> layer_members{{{"layer_copied_cycles", &TileCosts::copied_cycles},
                                                    {"layer_compute_cycles", &TileCosts::compute_cycles},
                                                    {"layer_load_bits", &TileCosts::load_bits},
                                                    {"layer_flits", &TileCosts::flits},
                                                    {"layer_partial_flits", &TileCosts::partial_flits},
                                                    {"layer_port_flits", &TileCosts::port_flits},
                                                    {"layer_spread_flits", &TileCosts::spread_flits}}};

bool differ_in_channels_alone(const Convolution& a, const Convolution& b) {
  return !a.depthwise && !b.depthwise && a.out == b.out && a.taps == b.taps && a.values == b.values &&
         a.positions == b.positions;
}

}  // namespace

std::span<const std::string> layer_feature_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const LayerMember& member : layer_members) list.emplace_back(member.name);
    list.emplace_back("layer_side");
    list.emplace_back("layer_load_side");
    for (const std::string_view sum : {side_rise, side_fall}) list.emplace_back(sum);
    return list;
  }();
  return names;
}

LayerFeatures::LayerFeatures(FeatureColumns& columns, const std::vector<std::string>& names)
    : columns_(columns) {
  if (!columns.tiling()) throw Error(ExitCode::internal, "features of layers without a tiling");
  for (const std::string& name : names) {
    const auto found = std::ranges::find(layer_feature_names(), name);
    if (found == layer_feature_names().end())
      throw Error(ExitCode::bad_data, "hardware model: a layer has no feature '" + name + "'");
    chosen_.push_back(static_cast<std::size_t>(found - layer_feature_names().begin()));
  }
}

std::vector<Convolution> LayerFeatures::layers(const Stratum& stratum, std::size_t slot,
                                               std::int64_t option) const {
  std::vector<Convolution> layers;
  for (const Operator& op : columns_.space().geometry().part(stratum.shape, slot, -1, option))
    if (const auto convolution = convolution_of(op)) layers.push_back(*convolution);
  return layers;
}

const LayerFeatures::Shared& LayerFeatures::shared(const Stratum& stratum) {
  if (shared_ && shared_->stratum == stratum.index) return *shared_;
  shared_ = {.stratum = stratum.index};
  for (std::size_t slot = 0; slot < stratum.slots.size(); ++slot) {
    shared_->tiles += columns_.means("tiles", stratum)[slot];
    for (const Convolution& layer : layers(stratum, slot, stratum.options[slot] / 2))
      shared_->load =
          std::max(shared_->load, load_bits(*columns_.tiling(), layer, layer.in * layer.taps, layer.out));
  }
  return *shared_;
}

std::vector<double> LayerFeatures::of(const Convolution& layer, const Stratum& stratum) {
  const TileCosts costs = tile_costs(*columns_.tiling(), layer);
  std::array<double, layer_members.size() + 4> all{};
  for (std::size_t i = 0; i < layer_members.size(); ++i) all[i] = costs.*layer_members[i].value;
  const double side = std::sqrt(shared(stratum).tiles);
  all[layer_members.size()] = side;
  all[layer_members.size() + 1] = costs.load_bits * side;
  std::vector<double> chosen;
  for (const std::size_t at : chosen_) chosen.push_back(all[at]);
  return chosen;
}

std::vector<std::vector<double>> LayerFeatures::largest(const Stratum& stratum, std::size_t slot,
                                                        std::int64_t option) {
  std::vector<Convolution> kept;
  for (const Convolution& layer : layers(stratum, slot, option)) {
    const auto alike = std::ranges::find_if(
        kept, [&](const Convolution& other) { return differ_in_channels_alone(layer, other); });
    if (alike == kept.end())
      kept.push_back(layer);
    else
      alike->in = std::max(alike->in, layer.in);
  }
  std::vector<std::vector<double>> rows;
  for (const Convolution& layer : kept) rows.push_back(of(layer, stratum));
  return rows;
}

double LayerFeatures::rise(const Stratum& stratum, std::size_t slot, double own_tiles) {
  const Shared& mean = shared(stratum);
  const double others = mean.tiles - columns_.means("tiles", stratum)[slot];
  return mean.load * (std::sqrt(std::max(others, 0.0) + own_tiles) - std::sqrt(mean.tiles));
}

double LayerFeatures::rise(const Stratum& stratum, std::size_t slot, std::int64_t option) {
  double own = 0;
  for (const Convolution& layer : layers(stratum, slot, option))
    own += static_cast<double>(Mapping(*columns_.tiling(), layer).tiles);
  return rise(stratum, slot, own);
}

std::vector<double> LayerFeatures::rises(const Stratum& stratum, std::size_t slot) {
  std::vector<double> values(static_cast<std::size_t>(stratum.options[slot]));
  columns_.add(values, 1, "tiles", stratum, slot);
  for (double& value : values) value = rise(stratum, slot, value);
  return values;
}

}  // namespace flash

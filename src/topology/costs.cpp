// Sizes are bounded by Space's checks so that nothing here can overflow 63 bits.
#include "flash/topology/costs.hpp"

#include "flash/topology/skips.hpp"

namespace flash {
namespace {

using Count = std::int64_t;

Count square(Count side) { return side * side; }

// Input side of a cell: every cell but the first halves it in its first layer (3x3, padding 1, stride 2).
int halved(int side) { return (side - 1) / 2 + 1; }

int side_into(const SpaceDefinition& space, int cell) {
  int side = space.input.side;
  for (int c = 1; c < cell; ++c) side = halved(side);
  return side;
}

bool is_last(const Stratum& stratum, int cell) {
  return static_cast<std::size_t>(cell) + 1 == stratum.cells();
}

Layer linear_layer(const SpaceDefinition& space, const Stratum& stratum, int index, int tc) {
  const int width = stratum.widths.front();
  Layer layer;
  layer.index = index;
  layer.skip = skip_channels(width, index, tc);
  layer.in = index == 0 ? space.input.channels * space.input.side * space.input.side : width + layer.skip;
  layer.out = index == stratum.depths.front() - 1 ? space.input.classes : width;
  return layer;
}

Layer convolution_layer(const SpaceDefinition& space, const Stratum& stratum, int cell, int index, int tc) {
  const auto c = static_cast<std::size_t>(cell);
  const int entry = side_into(space, cell);
  Layer layer;
  layer.cell = cell;
  layer.index = index;
  layer.out = stratum.widths[c];
  layer.skip = skip_channels(layer.out, index, tc);
  layer.side_out = cell == 0 ? entry : halved(entry);
  if (index == 0) {
    layer.in = cell == 0 ? space.input.channels : stratum.widths[c - 1];
    layer.side_in = entry;
    layer.stride = cell == 0 ? 1 : 2;
  } else {
    layer.in = layer.out + layer.skip;
    layer.side_in = layer.side_out;
  }
  return layer;
}

// 1x1 (in -> out), BN, ReLU, 3x3 on each channel alone (carries the stride), BN, ReLU, 1x1 (out -> out), BN.
void add_depthwise(const Layer& layer, Costs& costs) {
  const Count in = layer.in;
  const Count out = layer.out;
  const Count pixels_in = square(layer.side_in);
  const Count pixels_out = square(layer.side_out);
  costs.macs += pixels_in * in * out + pixels_out * 9 * out + pixels_out * out * out;
  costs.parameters += in * out + 9 * out + out * out + 3 * 2 * out;
}

void add_convolution(const Layer& layer, Costs& costs) {
  const Count weights = Count{9} * layer.in * layer.out;
  costs.macs += square(layer.side_out) * weights;
  costs.parameters += weights;
}

// The norm of a layer: on its output in layers 0 and 1, on all that it reads from layer 2 on.
Count norm_parameters(const Layer& layer) { return Count{2} * (layer.index < 2 ? layer.out : layer.in); }

}  // namespace

Costs& Costs::operator+=(const Costs& other) {
  macs += other.macs;
  parameters += other.parameters;
  traffic += other.traffic;
  layers += other.layers;
  return *this;
}

Layer cell_layer(const SpaceDefinition& space, const Stratum& stratum, int cell, int index, int tc) {
  return space.family == Family::mlp_cells ? linear_layer(space, stratum, index, tc)
                                           : convolution_layer(space, stratum, cell, index, tc);
}

std::vector<Layer> cell_layers(const SpaceDefinition& space, const Stratum& stratum, int cell, int tc) {
  std::vector<Layer> layers;
  for (int index = 0; index < stratum.depths[static_cast<std::size_t>(cell)]; ++index)
    layers.push_back(cell_layer(space, stratum, cell, index, tc));
  return layers;
}

Costs layer_costs(const SpaceDefinition& space, const Layer& layer) {
  Costs costs;
  costs.layers = 1;
  costs.traffic = layer.in * square(layer.side_in);
  if (space.family == Family::mlp_cells) {
    costs.macs = Count{layer.in} * layer.out;
    costs.parameters = costs.macs + layer.out;
    return costs;
  }
  const bool first_of_network = layer.cell == 0 && layer.index == 0;
  if (space.block == Block::depthwise && !first_of_network)
    add_depthwise(layer, costs);
  else
    add_convolution(layer, costs);
  costs.parameters += norm_parameters(layer);
  return costs;
}

Costs head_costs(const SpaceDefinition& space, const Stratum& stratum) {
  if (space.family == Family::mlp_cells) return {};
  const Count width = stratum.widths.back();
  const int cells = static_cast<int>(stratum.cells());
  const Count side = cells == 1 ? space.input.side : halved(side_into(space, cells - 1));
  const Count features = width * square(side / 2);  // after the 2x2 average pool
  Costs costs;
  costs.layers = 1;
  costs.macs = features * space.input.classes;
  costs.parameters = costs.macs + space.input.classes + (space.head_norm ? 2 * width : 0);
  costs.traffic = width * square(side);
  return costs;
}

Costs cell_costs(const SpaceDefinition& space, const Stratum& stratum, int cell, int tc) {
  Costs costs;
  for (int index = 0; index < stratum.depths[static_cast<std::size_t>(cell)]; ++index)
    costs += layer_costs(space, cell_layer(space, stratum, cell, index, tc));
  if (is_last(stratum, cell)) costs += head_costs(space, stratum);
  return costs;
}

Costs network_costs(const Space& space, const Configuration& configuration) {
  const Stratum& stratum = space.stratum_of(space.id(configuration));
  Costs costs;
  for (std::size_t cell = 0; cell < space.cells(); ++cell)
    costs += cell_costs(space.definition(), stratum, static_cast<int>(cell), configuration.skips[cell]);
  return costs;
}

}  // namespace flash

// What a network costs, from its topology alone; parameters and MACs equal those of the network that is
// built.
#pragma once

#include <cstdint>

#include "flash/space/space.hpp"

namespace flash {

// Counts for one image.
struct Costs {
  std::int64_t macs = 0;        // multiply-accumulates of convolutions and linear layers, padding counted
  std::int64_t parameters = 0;  // trained values: weights, biases, the two of a batch norm a channel
  std::int64_t traffic = 0;     // activation values that layers read, concatenated channels counted
  std::int64_t layers = 0;      // layers of the cells (a depthwise block is one) and the head
  Costs& operator+=(const Costs& other);
  bool operator==(const Costs&) const = default;
};

// One layer of a cell. For mlp-cells sides are 1 and in, out are features.
struct Layer {
  int cell = 0;
  int index = 0;  // 0 .. depth-1 within the cell
  int in = 0;     // channels read, skips included
  int skip = 0;   // of those, t_i
  int out = 0;
  int side_in = 1;
  int side_out = 1;
  int stride = 1;
};

// The layers of one cell at a skip setting, in order; the sides depend on the cell's position alone.
std::vector<Layer> cell_layers(const SpaceDefinition& space, const Stratum& stratum, int cell, int tc);
Layer cell_layer(const SpaceDefinition& space, const Stratum& stratum, int cell, int index, int tc);
// Cost of one layer (batch norms included); and what a cell costs: the sum over its layers. The last cell's
// also holds the head.
Costs layer_costs(const SpaceDefinition& space, const Layer& layer);
Costs head_costs(const SpaceDefinition& space, const Stratum& stratum);
Costs cell_costs(const SpaceDefinition& space, const Stratum& stratum, int cell, int tc);
Costs network_costs(const Space& space, const Configuration& configuration);

}  // namespace flash

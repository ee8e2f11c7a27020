// Groups of weights that live or go together, and which of them stay [reconstructed, after CANNON; see communication.hpp].
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "flash/imc/communication.hpp"

namespace flash {

// All weights of one input channel in one tile to that tile's outputs; or of a filter all of its weights. Layers that are
// depthwise, the head and a first convolution have none: they stay dense.
struct WeightGroup {
  int layer = 0;
  int channel = 0;              // input channel; of a filter its output
  int column = 0;               // column tile
  int first_row = 0, rows = 0;  // of the matrix
  int first_output = 0, outputs = 0;
  int hops = 0;     // from where the channel is made
  double cost = 0;  // fJ, of sending the channel there; 0 within a tile
  std::int64_t weights() const { return std::int64_t{rows} * outputs; }
};
// Of dense tiles.
std::vector<WeightGroup> tile_groups(const ImcDesign& design, const std::vector<MaskedLayer>& layers,
                                     const TiledNetwork& tiled, const Mesh& mesh);
// Of layers whose outputs may go.
std::vector<WeightGroup> filter_groups(const std::vector<MaskedLayer>& layers);

// What a method prunes: filters, or groups of the design's tiles in the order of the layers on a mesh.
std::vector<WeightGroup> groups_of(std::string_view method, const ImcDesign& design,
                                   const std::vector<MaskedLayer>& layers);

// Mean square of the group's weights over its layer's mean of that, minus lambda * cost over its layer's mean cost; where no
// group of a layer costs anything there is no second term. weights: as masks lie.
std::vector<double> group_scores(const std::vector<MaskedLayer>& layers,
                                 const std::vector<WeightGroup>& groups,
                                 const std::vector<std::vector<float>>& weights, double lambda);

// For best_groups, a draw without replacement with probability in proportion to (1 + hops)^-alpha (keys of P. Efraimidis,
// P. Spirakis, 2006).
std::vector<double> drawn_scores(const std::vector<WeightGroup>& groups, double alpha, std::uint64_t seed);

// The groups of the highest scores of each layer stay, of equal ones the first: the same share of each layer's weights, so
// large that at most `keep` weights of the network stay once what is dead is removed. Each column tile of a layer, or layer
// of filters, keeps its best group; and each channel its best one, as far as the share allows [ours: at 75 % and three
// column tiles it does not], since a channel that nobody reads takes with it what made it. Throws Error bad_job where `keep`
// is less than layers that stay dense and the groups of the columns have.
WeightMasks best_groups(const std::vector<MaskedLayer>& layers, const std::vector<WeightGroup>& groups,
                        const std::vector<double>& scores, std::int64_t keep);

}  // namespace flash

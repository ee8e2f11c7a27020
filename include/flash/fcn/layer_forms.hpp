// What targets are told of a compressed network: the form in which each layer is stored.
#pragma once

#include <cstddef>
#include <vector>

#include "flash/fcn/compressed_network.hpp"
#include "flash/hardware/layer_form.hpp"

namespace flash {

// Outputs beside each other in a crossbar of 256 columns, at 8 cells of one bit a weight.
inline constexpr std::size_t usual_crossbar_outputs = 32;

// One a node with a matrix. Weights on levels have the levels' bits, others 32. Filters that are wholly 0 are left out, then
// rows of the crossbars on which the others lie, `crossbar_outputs` beside each other, where none of these has a weight that
// is not 0; a layer with other zeros is sparse, else dense. Places cost what the shortest of a bitmap, gaps of fixed length
// and Golomb-Rice needs, which a circuit decodes as it reads; the range coder of the file, which is shorter still, decodes
// bit by bit. Of powers of two: 4 bits, a sign and one of eight sizes; zeros by their places; bases of 8 bits, and a step
// and an exponent a block. A layer that is wholly 0 counts as one that keeps one weight [ours].
std::vector<LayerForm> layer_forms(const CompressedNetwork& network,
                                   std::size_t crossbar_outputs = usual_crossbar_outputs);

}  // namespace flash

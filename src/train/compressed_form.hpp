// What training has left of a network, in the form in which files keep it.
#pragma once

#include "flash/dataset/dataset.hpp"
#include "flash/fcn/compressed_network.hpp"
#include "flash/task/compression.hpp"
#include "flash/train/network.hpp"
#include "sparse_weights.hpp"

namespace flash {

// Weights on their levels (as they are where settings.bits is 32), biases and norms in settings.bias_bits.
CompressedNetwork compressed_form(const BuiltNetwork& network, const SparseWeights& weights,
                                  const CompressionSettings& settings, const Data& data);

}  // namespace flash

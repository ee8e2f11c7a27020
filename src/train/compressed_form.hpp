// What training has left of a network, in the form in which files keep it.
#pragma once

#include "flash/dataset/dataset.hpp"
#include "flash/fcn/compressed_network.hpp"
#include "flash/task/compression.hpp"
#include "flash/train/network.hpp"
#include "weights_under_compression.hpp"

namespace flash {

// Weights as the method has them, biases and norms in single precision.
CompressedNetwork compressed_form(const BuiltNetwork& network, const WeightsUnderCompression& weights,
                                  const Data& data);

// The same with biases and norms in so many bits; 32: as they are.
CompressedNetwork with_bias_bits(CompressedNetwork network, int bits);

}  // namespace flash

// Weights as sums of a small basis' rows, each times a power of two (X. Chen et al., "SmartDeal", arXiv 2101.01163; Y.
// Zhao et al., "SmartExchange", ISCA 2020). The iteration is that of the released code; relative thresholds are ours.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "flash/fcn/compressed_network.hpp"

namespace flash {

struct SmartDealSettings {
  int width = 3;  // of a basis: kernels of 3 x 3 are three rows of it, other weights are cut in threes
  std::size_t block_rows = 192;  // share a basis at most
  int iterations = 30;           // at most
  // Coefficients below this share of the block's root mean square are 0, and so are rows whose root mean square is.
  double threshold = 0;
  double row_threshold = 0;
};

// A ~ Q B block by block: from B = 1 and C = A in turns Q = the powers of two nearest to C (eight sizes from the largest
// down and a sign, of two as near the smaller), B = least squares of A on Q, C = least squares of A on B. At the end Q is
// that of C, B is fitted again and rounded to 8 bits. A block of zeros alone has powers of 0. `weights`: a matrix of so
// many columns, row-major. `kept` (empty: all): [row] of its rows of `width`, those that may be anything but 0.
ShiftAddMatrix smart_deal(std::span<const float> weights, std::size_t columns,
                          const SmartDealSettings& settings, std::span<const std::uint8_t> kept = {});

}  // namespace flash

// The CPU kernels of gather_norm.hpp: rows of channels-last activations. No LibTorch.
//
// A row is one pixel of one image; it holds all channels of an output side by side. The kernels of a row
// range may run in parallel; sums over rows are added in an order that depends on the number of rows alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace flash::kernels {

// Some channels of one output, in the order in which they are read.
struct Piece {
  const float* values = nullptr;  // rows x width
  std::size_t width = 0;
  const int* columns = nullptr;  // of the channels read; nullptr: all of them in order
  std::size_t count = 0;         // channels read
};

// y[row][k] = max(0, x_k * scale[k] + shift[k]), x_k the k-th channel of the pieces; without the maximum
// where relu is false. `channels` is the sum of the pieces' counts.
void gather_affine(const std::vector<Piece>& pieces, std::size_t channels, const float* scale,
                   const float* shift, bool relu, float* y, std::size_t begin, std::size_t end);

// Adds to sums[k] the gradient dy and to products[k] dy * (x_k - mean[k]), dy counted only where y > 0 if y
// is given.
void gradient_sums(const std::vector<Piece>& pieces, std::size_t channels, const float* mean, const float* y,
                   const float* dy, double* sums, double* products, std::size_t begin, std::size_t end);

// Writes each piece's gradient (rows x width, zero where a channel is not read): a * dy + b * x + c.
void scatter_gradient(const std::vector<Piece>& pieces, std::size_t channels, const float* a, const float* b,
                      const float* c, const float* y, const float* dy, const std::vector<float*>& gradients,
                      std::size_t begin, std::size_t end);

// Adds to sums[k] the sum of (x_k - origin[k]), to squares[k] that of its square.
void channel_sums(const float* values, std::size_t width, const float* origin, double* sums, double* squares,
                  std::size_t begin, std::size_t end);

}  // namespace flash::kernels

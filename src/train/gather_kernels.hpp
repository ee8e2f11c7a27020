// The CPU kernels of gather_norm.hpp. No LibTorch.
//
// Activations lie in panels of `lanes` channels: an image has one panel after the other, a panel one row a pixel,
// a row the panel's channels side by side. Channels last is a single panel of all channels, whose rows go on from
// image to image; oneDNN's blocked layouts have panels of 8 or 16, the last one filled up with zeros. The kernels of
// different rows or panels may run in parallel; sums over rows are added in an order that depends on the
// shape alone.
#pragma once

#include <cstddef>
#include <vector>

namespace flash::kernels {

// Channels that lie side by side in a panel of an output, and side by side in the panel that is read.
struct Run {
  const float* values = nullptr;  // the first channel at image 0, pixel 0
  float* gradient = nullptr;      // of the same; nullptr: not wanted
  bool overwrites = false;        // the gradient, else adds to it
  std::size_t image_stride = 0;
  std::size_t pixel_stride = 0;
  std::size_t to = 0;  // lane of the first channel
  std::size_t count = 0;
};

// A panel of what a gather reads: lanes that no run fills are zero.
struct Panel {
  std::vector<Run> runs;
  std::size_t lanes = 0;
};

// Pixels [begin, end) of an image.
struct Rows {
  std::size_t image = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
};

// All pointers to panels' values (y, dy) are to the panel's pixel 0 of that image; those to values a channel
// (scale, sums, ...) to the panel's first lane. x is what the panel reads.

// y = max(0, x * scale + shift); without the maximum where relu is false.
void gather_affine(const Panel& panel, const Rows& rows, const float* scale, const float* shift, bool relu,
                   float* y);

// Adds to sums the gradient dy and to products dy * (x - mean), dy counted only where y > 0 if y is given.
void gradient_sums(const Panel& panel, const Rows& rows, const float* mean, const float* y, const float* dy,
                   double* sums, double* products);

// Adds a * dy + b * x + c to the runs' gradients, or writes it there.
void scatter_gradient(const Panel& panel, const Rows& rows, const float* a, const float* b, const float* c,
                      const float* y, const float* dy);

// Adds to sums the sum of (x - origin), to squares that of its square.
void channel_sums(const float* values, std::size_t lanes, std::size_t begin, std::size_t end,
                  const float* origin, double* sums, double* squares);

}  // namespace flash::kernels

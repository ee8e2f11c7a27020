// How activations lie in memory, and what gathers read of them: LibTorch's tensors as gather_kernels.hpp wants them.
#pragma once

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "flash/train/gather_norm.hpp"
#include "gather_kernels.hpp"

namespace flash {

// Rows a thread takes at a time. Sums are kept apart for each such chunk and added in order, so that the
// number of threads changes no digit.
constexpr std::size_t chunk_rows = 4096;

inline std::size_t size_of(std::int64_t size) { return static_cast<std::size_t>(size); }
inline bool is_blocked(const at::Tensor& values) { return values.dim() == 5; }
at::Tensor in_order(const at::Tensor& values);  // contiguous as blocked values are, or channels last

// How values lie in memory: see gather_kernels.hpp. Channels last is one image of all rows.
struct Layout {
  std::size_t images, pixels, panels, lanes;

  explicit Layout(const at::Tensor& values) {
    const std::size_t rows = size_of(values.size(2) * values.size(3));
    images = is_blocked(values) ? size_of(values.size(0)) : 1;
    pixels = is_blocked(values) ? rows : rows * size_of(values.size(0));
    panels = is_blocked(values) ? size_of(values.size(1)) : 1;
    lanes = size_of(values.size(is_blocked(values) ? 4 : 1));
  }
  std::size_t rows() const { return images * pixels; }
  std::size_t padded_channels() const { return panels * lanes; }
  std::size_t image_stride() const { return panels * pixels * lanes; }
  std::size_t panel_at(std::size_t image, std::size_t panel) const {
    return (image * panels + panel) * pixels * lanes;
  }

  // work(chunk, rows) for every chunk of rows, maybe in parallel.
  std::size_t chunks_an_image() const { return (pixels + chunk_rows - 1) / chunk_rows; }
  std::size_t chunks() const { return images * chunks_an_image(); }
  template <class Work>
  void for_chunks(const Work& work) const {
    const auto images_at_once = static_cast<std::int64_t>(std::max<std::size_t>(1, chunk_rows / pixels));
    at::parallel_for(
        0, static_cast<std::int64_t>(chunks()), images_at_once, [&](std::int64_t first, std::int64_t last) {
          for (std::size_t chunk = size_of(first); chunk < size_of(last); ++chunk) {
            const std::size_t begin = chunk % chunks_an_image() * chunk_rows;
            work(chunk,
                 kernels::Rows{chunk / chunks_an_image(), begin, std::min(pixels, begin + chunk_rows)});
          }
        });
  }
};

// Of other channels, but laid out as `like`, undefined.
at::Tensor new_values(const at::Tensor& like, std::int64_t channels);

// A value a channel, followed by zeros up to `size`.
std::vector<float> filled_up(const at::Tensor& channels, std::size_t size);

// Where a tap's gradient goes; no pointer where it is not wanted.
struct Destination {
  float* gradient = nullptr;
  bool overwrites = false;
};

// The panels of what is gathered into `to`: channel after channel, side by side as far as both sides allow.
std::vector<kernels::Panel> panels_of(const std::vector<at::Tensor>& values, const Reading& reading,
                                      const Layout& to, const std::vector<Destination>& destinations);

// Two sums a channel over all rows: work(sums, more_sums, rows) adds those of a chunk.
template <class Work>
std::vector<double> sum_rows(const Layout& layout, const Work& work) {
  const std::size_t channels = layout.padded_channels();
  const std::size_t size = 2 * channels;
  std::vector<double> partial(layout.chunks() * size);
  layout.for_chunks([&](std::size_t chunk, const kernels::Rows& rows) {
    double* sums = partial.data() + chunk * size;
    work(sums, sums + channels, rows);
  });
  for (std::size_t k = size; k < partial.size(); ++k) partial[k % size] += partial[k];
  partial.resize(size);
  return partial;
}

}  // namespace flash

#include "gather_kernels.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

// One body, compiled for each vector width and chosen at load time. No contraction and no reassociation:
// every version gives the same bits. One alone for ThreadSanitizer, which would be called while the program
// is still being loaded.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)
#define FLASH_VECTOR_VERSIONS __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FLASH_VECTOR_VERSIONS
#endif
#define FLASH_INLINE [[gnu::always_inline]] inline

namespace flash::kernels {
namespace {

// Rows that are gathered at a time: few enough for the first cache, enough that a run's loop is worth its start.
constexpr std::size_t tile_rows = 16;
// Floats are summed over this many rows before they are added to doubles: fast, and no digit that matters is
// lost.
constexpr std::size_t rows_per_partial_sum = 64;
static_assert(rows_per_partial_sum % tile_rows == 0);

// Eight lanes at once. Loops over lanes known when compiled would be unrolled before the compiler sees vectors in them.
// By reference: how a vector is passed hangs on the instruction set.
using Eight = float __attribute__((vector_size(32)));
constexpr std::size_t eight = 8;
FLASH_INLINE void load(Eight& to, const float* from) { std::memcpy(&to, from, sizeof to); }
FLASH_INLINE void store(float* to, const Eight& from) { std::memcpy(to, &from, sizeof from); }
// The gradient where ReLU let its input through.
FLASH_INLINE void load_passed(Eight& gradient, const float* dy, const float* y) {
  load(gradient, dy);
  if (y == nullptr) return;
  Eight out;
  load(out, y);
  gradient = out > 0.0F ? gradient : Eight{};
}

// Lanes known when compiled, those of blocked layouts, or 0: any number.
template <std::size_t known>
struct Lanes {
  explicit Lanes(std::size_t) {}
  static constexpr bool by_eights = true;
  static constexpr std::size_t size() { return known; }
  using Row = std::array<float, known>;
  using Tile = std::array<float, known * tile_rows>;
  static Row row() { return {}; }
  static Tile tile() { return {}; }
};
template <>
struct Lanes<0> {
  explicit Lanes(std::size_t lanes) : lanes_(lanes) {}
  static constexpr bool by_eights = false;
  std::size_t size() const { return lanes_; }
  using Row = std::vector<float>;
  using Tile = std::vector<float>;
  Row row() const { return Row(lanes_); }
  Tile tile() const { return Tile(lanes_ * tile_rows); }

 private:
  std::size_t lanes_;
};

// A few rows of what the panel reads: where they lie, or gathered into the tile.
template <class L>
FLASH_INLINE const float* gathered(const Panel& panel, const L& lanes, std::size_t image, std::size_t first,
                                   std::size_t rows, float* __restrict tile) {
  const std::size_t size = lanes.size();
  for (const Run& run : panel.runs) {
    const float* __restrict from = run.values + image * run.image_stride + first * run.pixel_stride;
    const std::size_t stride = run.pixel_stride;
    float* __restrict to = tile + run.to;
    if (run.count == size && stride == size) return from;
    if (run.count == 1)
      for (std::size_t r = 0; r < rows; ++r) to[r * size] = from[r * stride];
    else if (run.count == size)
      for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t k = 0; k < size; ++k) to[r * size + k] = from[r * stride + k];
    else
      for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t k = 0; k < run.count; ++k) to[r * size + k] = from[r * stride + k];
  }
  return tile;
}

template <class L>
FLASH_INLINE void affine(const Panel& panel, const Rows& rows, const float* __restrict scale,
                         const float* __restrict shift, bool relu, float* __restrict y) {
  const L lanes(panel.lanes);
  const std::size_t size = lanes.size();
  auto tile = lanes.tile();
  const float floor = relu ? 0.0F : -std::numeric_limits<float>::infinity();
  for (std::size_t row = rows.begin; row < rows.end; row += tile_rows) {
    const std::size_t count = std::min(tile_rows, rows.end - row);
    const float* x = gathered(panel, lanes, rows.image, row, count, tile.data());
    for (std::size_t r = 0; r < count; ++r) {
      const float* __restrict in = x + r * size;
      float* __restrict out = y + (row + r) * size;
      for (std::size_t k = 0; k < size; ++k) {
        const float value = in[k] * scale[k] + shift[k];
        out[k] = value < floor ? floor : value;  // a NaN stays one
      }
    }
  }
}

template <class L>
FLASH_INLINE void sums_of_gradient(const Panel& panel, const Rows& rows, const float* __restrict mean,
                                   const float* y, const float* dy, double* __restrict sums,
                                   double* __restrict products) {
  const L lanes(panel.lanes);
  const std::size_t size = lanes.size();
  auto tile = lanes.tile();
  auto sum_row = lanes.row();
  auto product_row = lanes.row();
  float* __restrict sum = sum_row.data();
  float* __restrict product = product_row.data();
  for (std::size_t row = rows.begin; row < rows.end;) {
    std::fill_n(sum, size, 0.0F);
    std::fill_n(product, size, 0.0F);
    for (const std::size_t stop = std::min(rows.end, row + rows_per_partial_sum); row < stop;) {
      const std::size_t count = std::min(tile_rows, stop - row);
      const float* x = gathered(panel, lanes, rows.image, row, count, tile.data());
      for (std::size_t r = 0; r < count; ++r, ++row) {
        const float* __restrict in = x + r * size;
        const float* __restrict g = dy + row * size;
        const float* __restrict out = y == nullptr ? nullptr : y + row * size;
        if constexpr (L::by_eights) {
          for (std::size_t k = 0; k < size; k += eight) {
            Eight gradient, value, center, total, weighted;
            load_passed(gradient, g + k, out == nullptr ? nullptr : out + k);
            load(value, in + k);
            load(center, mean + k);
            load(total, sum + k);
            load(weighted, product + k);
            store(sum + k, total + gradient);
            store(product + k, weighted + gradient * (value - center));
          }
        } else if (out == nullptr) {
          for (std::size_t k = 0; k < size; ++k) {
            sum[k] += g[k];
            product[k] += g[k] * (in[k] - mean[k]);
          }
        } else {
          for (std::size_t k = 0; k < size; ++k) {
            const float gradient = out[k] > 0.0F ? g[k] : 0.0F;
            sum[k] += gradient;
            product[k] += gradient * (in[k] - mean[k]);
          }
        }
      }
    }
    for (std::size_t k = 0; k < size; ++k) {
      sums[k] += static_cast<double>(sum[k]);
      products[k] += static_cast<double>(product[k]);
    }
  }
}

template <class L>
FLASH_INLINE void scattered(const Panel& panel, const L& lanes, std::size_t image, std::size_t first,
                            std::size_t rows, const float* __restrict dx) {
  const std::size_t size = lanes.size();
  for (const Run& run : panel.runs) {
    if (run.gradient == nullptr) continue;
    const float* __restrict from = dx + run.to;
    float* __restrict to = run.gradient + image * run.image_stride + first * run.pixel_stride;
    const std::size_t stride = run.pixel_stride;
    if (run.overwrites)
      for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t k = 0; k < run.count; ++k) to[r * stride + k] = from[r * size + k];
    else if (run.count == 1)
      for (std::size_t r = 0; r < rows; ++r) to[r * stride] += from[r * size];
    else if (run.count == size)
      for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t k = 0; k < size; ++k) to[r * stride + k] += from[r * size + k];
    else
      for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t k = 0; k < run.count; ++k) to[r * stride + k] += from[r * size + k];
  }
}

template <class L>
FLASH_INLINE void gradient_of_values(const Panel& panel, const Rows& rows, const float* __restrict a,
                                     const float* __restrict b, const float* __restrict c, const float* y,
                                     const float* dy) {
  const L lanes(panel.lanes);
  const std::size_t size = lanes.size();
  auto tile = lanes.tile();
  auto gradients = lanes.tile();
  float* __restrict dx = gradients.data();
  for (std::size_t row = rows.begin; row < rows.end; row += tile_rows) {
    const std::size_t count = std::min(tile_rows, rows.end - row);
    const float* x = gathered(panel, lanes, rows.image, row, count, tile.data());
    for (std::size_t r = 0; r < count; ++r) {
      const float* __restrict in = x + r * size;
      const float* __restrict g = dy + (row + r) * size;
      const float* __restrict out = y == nullptr ? nullptr : y + (row + r) * size;
      float* __restrict to = dx + r * size;
      if constexpr (L::by_eights) {
        for (std::size_t k = 0; k < size; k += eight) {
          Eight gradient, value, factor, slope, shift;
          load_passed(gradient, g + k, out == nullptr ? nullptr : out + k);
          load(value, in + k);
          load(factor, a + k);
          load(slope, b + k);
          load(shift, c + k);
          store(to + k, factor * gradient + (slope * value + shift));
        }
      } else if (out == nullptr)
        for (std::size_t k = 0; k < size; ++k) to[k] = a[k] * g[k] + (b[k] * in[k] + c[k]);
      else
        for (std::size_t k = 0; k < size; ++k) {
          const float gradient = out[k] > 0.0F ? g[k] : 0.0F;
          to[k] = a[k] * gradient + (b[k] * in[k] + c[k]);
        }
    }
    scattered(panel, lanes, rows.image, row, count, dx);
  }
}

template <class L>
FLASH_INLINE void sums_of_channels(const float* values, const L& lanes, std::size_t begin, std::size_t end,
                                   const float* __restrict origin, double* __restrict sums,
                                   double* __restrict squares) {
  const std::size_t size = lanes.size();
  auto sum_row = lanes.row();
  auto square_row = lanes.row();
  float* __restrict sum = sum_row.data();
  float* __restrict square = square_row.data();
  for (std::size_t row = begin; row < end;) {
    std::fill_n(sum, size, 0.0F);
    std::fill_n(square, size, 0.0F);
    for (const std::size_t stop = std::min(end, row + rows_per_partial_sum); row < stop; ++row) {
      const float* __restrict x = values + row * size;
      for (std::size_t k = 0; k < size; ++k) {
        const float d = x[k] - origin[k];
        sum[k] += d;
        square[k] += d * d;
      }
    }
    for (std::size_t k = 0; k < size; ++k) {
      sums[k] += static_cast<double>(sum[k]);
      squares[k] += static_cast<double>(square[k]);
    }
  }
}

}  // namespace

FLASH_VECTOR_VERSIONS
void gather_affine(const Panel& panel, const Rows& rows, const float* scale, const float* shift, bool relu,
                   float* y) {
  switch (panel.lanes) {
    case 8:
      return affine<Lanes<8>>(panel, rows, scale, shift, relu, y);
    case 16:
      return affine<Lanes<16>>(panel, rows, scale, shift, relu, y);
    default:
      return affine<Lanes<0>>(panel, rows, scale, shift, relu, y);
  }
}

FLASH_VECTOR_VERSIONS
void gradient_sums(const Panel& panel, const Rows& rows, const float* mean, const float* y, const float* dy,
                   double* sums, double* products) {
  switch (panel.lanes) {
    case 8:
      return sums_of_gradient<Lanes<8>>(panel, rows, mean, y, dy, sums, products);
    case 16:
      return sums_of_gradient<Lanes<16>>(panel, rows, mean, y, dy, sums, products);
    default:
      return sums_of_gradient<Lanes<0>>(panel, rows, mean, y, dy, sums, products);
  }
}

FLASH_VECTOR_VERSIONS
void scatter_gradient(const Panel& panel, const Rows& rows, const float* a, const float* b, const float* c,
                      const float* y, const float* dy) {
  switch (panel.lanes) {
    case 8:
      return gradient_of_values<Lanes<8>>(panel, rows, a, b, c, y, dy);
    case 16:
      return gradient_of_values<Lanes<16>>(panel, rows, a, b, c, y, dy);
    default:
      return gradient_of_values<Lanes<0>>(panel, rows, a, b, c, y, dy);
  }
}

FLASH_VECTOR_VERSIONS
void channel_sums(const float* values, std::size_t lanes, std::size_t begin, std::size_t end,
                  const float* origin, double* sums, double* squares) {
  switch (lanes) {
    case 8:
      return sums_of_channels(values, Lanes<8>(lanes), begin, end, origin, sums, squares);
    case 16:
      return sums_of_channels(values, Lanes<16>(lanes), begin, end, origin, sums, squares);
    default:
      return sums_of_channels(values, Lanes<0>(lanes), begin, end, origin, sums, squares);
  }
}

}  // namespace flash::kernels

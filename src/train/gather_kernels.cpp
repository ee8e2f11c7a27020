#include "gather_kernels.hpp"

#include <algorithm>
#include <limits>

// One body, compiled for each vector width and chosen at load time. No contraction and no reassociation:
// every version gives the same bits. One alone for ThreadSanitizer, which would be called while the program
// is still being loaded.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)
#define FLASH_VECTOR_VERSIONS __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FLASH_VECTOR_VERSIONS
#endif

namespace flash::kernels {
namespace {

// Floats are summed over this many rows before they are added to doubles: fast, and no digit that matters is
// lost.
constexpr std::size_t rows_per_partial_sum = 64;

[[gnu::always_inline]] inline void gather_row(const std::vector<Piece>& pieces, std::size_t row,
                                              float* __restrict x) {
  for (const Piece& piece : pieces) {
    const float* __restrict from = piece.values + row * piece.width;
    const int* __restrict columns = piece.columns;
    if (columns == nullptr)
      for (std::size_t k = 0; k < piece.count; ++k) x[k] = from[k];
    else
      for (std::size_t k = 0; k < piece.count; ++k) x[k] = from[columns[k]];
    x += piece.count;
  }
}

}  // namespace

FLASH_VECTOR_VERSIONS
void gather_affine(const std::vector<Piece>& pieces, std::size_t channels, const float* __restrict scale,
                   const float* __restrict shift, bool relu, float* y, std::size_t begin, std::size_t end) {
  const float floor = relu ? 0.0F : -std::numeric_limits<float>::infinity();
  for (std::size_t row = begin; row < end; ++row) {
    float* __restrict out = y + row * channels;
    gather_row(pieces, row, out);
    for (std::size_t k = 0; k < channels; ++k) {
      const float value = out[k] * scale[k] + shift[k];
      out[k] = value < floor ? floor : value;  // a NaN stays one
    }
  }
}

FLASH_VECTOR_VERSIONS
void gradient_sums(const std::vector<Piece>& pieces, std::size_t channels, const float* __restrict mean,
                   const float* y, const float* dy, double* __restrict sums, double* __restrict products,
                   std::size_t begin, std::size_t end) {
  std::vector<float> buffer(3 * channels);
  float* __restrict x = buffer.data();
  float* __restrict sum = x + channels;
  float* __restrict product = sum + channels;
  for (std::size_t row = begin; row < end;) {
    std::fill(sum, product + channels, 0.0F);
    for (const std::size_t stop = std::min(end, row + rows_per_partial_sum); row < stop; ++row) {
      gather_row(pieces, row, x);
      const float* __restrict g = dy + row * channels;
      const float* __restrict out = y == nullptr ? nullptr : y + row * channels;
      if (out == nullptr) {
        for (std::size_t k = 0; k < channels; ++k) {
          sum[k] += g[k];
          product[k] += g[k] * (x[k] - mean[k]);
        }
      } else {
        for (std::size_t k = 0; k < channels; ++k) {
          const float gradient = out[k] > 0.0F ? g[k] : 0.0F;
          sum[k] += gradient;
          product[k] += gradient * (x[k] - mean[k]);
        }
      }
    }
    for (std::size_t k = 0; k < channels; ++k) {
      sums[k] += static_cast<double>(sum[k]);
      products[k] += static_cast<double>(product[k]);
    }
  }
}

FLASH_VECTOR_VERSIONS
void scatter_gradient(const std::vector<Piece>& pieces, std::size_t channels, const float* __restrict a,
                      const float* __restrict b, const float* __restrict c, const float* y, const float* dy,
                      const std::vector<float*>& gradients, std::size_t begin, std::size_t end) {
  std::vector<float> buffer(channels);
  float* __restrict dx = buffer.data();
  for (std::size_t row = begin; row < end; ++row) {
    gather_row(pieces, row, dx);
    const float* __restrict g = dy + row * channels;
    const float* __restrict out = y == nullptr ? nullptr : y + row * channels;
    if (out == nullptr) {
      for (std::size_t k = 0; k < channels; ++k) dx[k] = a[k] * g[k] + (b[k] * dx[k] + c[k]);
    } else {
      for (std::size_t k = 0; k < channels; ++k) {
        const float gradient = out[k] > 0.0F ? g[k] : 0.0F;
        dx[k] = a[k] * gradient + (b[k] * dx[k] + c[k]);
      }
    }
    const float* __restrict from = dx;
    for (std::size_t p = 0; p < pieces.size(); ++p) {
      const Piece& piece = pieces[p];
      float* __restrict to = gradients[p] + row * piece.width;
      if (piece.columns == nullptr) {
        for (std::size_t k = 0; k < piece.count; ++k) to[k] = from[k];
      } else {
        for (std::size_t k = 0; k < piece.width; ++k) to[k] = 0.0F;
        for (std::size_t k = 0; k < piece.count; ++k) to[piece.columns[k]] = from[k];
      }
      from += piece.count;
    }
  }
}

FLASH_VECTOR_VERSIONS
void channel_sums(const float* values, std::size_t width, const float* __restrict origin,
                  double* __restrict sums, double* __restrict squares, std::size_t begin, std::size_t end) {
  std::vector<float> buffer(2 * width);
  float* __restrict sum = buffer.data();
  float* __restrict square = sum + width;
  for (std::size_t row = begin; row < end;) {
    std::fill(sum, square + width, 0.0F);
    for (const std::size_t stop = std::min(end, row + rows_per_partial_sum); row < stop; ++row) {
      const float* __restrict x = values + row * width;
      for (std::size_t k = 0; k < width; ++k) {
        const float d = x[k] - origin[k];
        sum[k] += d;
        square[k] += d * d;
      }
    }
    for (std::size_t k = 0; k < width; ++k) {
      sums[k] += static_cast<double>(sum[k]);
      squares[k] += static_cast<double>(square[k]);
    }
  }
}

}  // namespace flash::kernels

#include <algorithm>
#include <array>
#include <cstring>

#include "flash/fcn/runtime.hpp"

namespace flash {
namespace {

// A vector register or two of values: whatever the processor has, the compiler cuts it to its own.
using Lane = float __attribute__((vector_size(32), aligned(4), may_alias));
constexpr std::size_t width = sizeof(Lane) / sizeof(float);
constexpr std::size_t registers = 8;  // sums held at once

// Sanitizers and clang do not go with GCC's choice at load time.
#if defined(__x86_64__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define FLASH_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define FLASH_CLONES
#endif

// sums[k] += weight_j * in[offset_j + k] for k < count of each kept weight j, in the order of the weights.
FLASH_CLONES void accumulate(const float* in, const std::uint32_t* offset, const float* weight,
                             std::size_t weights, std::size_t count, float* sums) {
  std::size_t k = 0;
  for (; k + registers * width <= count; k += registers * width) {
    Lane sum[registers];
    for (std::size_t r = 0; r < registers; ++r) sum[r] = *reinterpret_cast<const Lane*>(sums + k + r * width);
    for (std::size_t j = 0; j < weights; ++j) {
      const float* from = in + offset[j] + k;
      for (std::size_t r = 0; r < registers; ++r)
        sum[r] += weight[j] * *reinterpret_cast<const Lane*>(from + r * width);
    }
    for (std::size_t r = 0; r < registers; ++r) *reinterpret_cast<Lane*>(sums + k + r * width) = sum[r];
  }
  for (; k + width <= count; k += width) {
    Lane sum = *reinterpret_cast<const Lane*>(sums + k);
    for (std::size_t j = 0; j < weights; ++j)
      sum += weight[j] * *reinterpret_cast<const Lane*>(in + offset[j] + k);
    *reinterpret_cast<Lane*>(sums + k) = sum;
  }
  for (; k < count; ++k)
    for (std::size_t j = 0; j < weights; ++j) sums[k] += weight[j] * in[offset[j] + k];
}

// The image in stride x stride images of every stride-th row and column, padded: so that a row of outputs reads a row of
// one of them, whichever the stride. [channel][phase y][phase x][y][x][lane].
struct Phases {
  std::size_t stride, pitch;  // of rows and columns of a phase
  std::size_t plane() const { return pitch * pitch; }
  std::size_t place(std::size_t channel, std::size_t y, std::size_t x) const {
    return ((channel * stride + y % stride) * stride + x % stride) * plane() + y / stride * pitch +
           x / stride;
  }
};

Phases phases_of(const Operator& op) {
  const auto stride = static_cast<std::size_t>(op.stride);
  return {stride, (static_cast<std::size_t>(op.side_in + 2 * op.padding) + stride - 1) / stride};
}

}  // namespace

SparseMatrix::SparseMatrix(std::span<const float> dense, std::size_t rows, std::size_t columns) : first_{0} {
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c)
      if (const float weight = dense[r * columns + c]; weight != 0) {
        column_.push_back(static_cast<std::uint32_t>(c));
        weight_.push_back(weight);
      }
    first_.push_back(weight_.size());
  }
}

void multiply(const SparseMatrix& matrix, std::span<const float> in, std::span<const float> bias,
              std::size_t lanes, std::span<float> out) {
  std::vector<std::uint32_t> offsets;
  for (std::size_t r = 0; r < matrix.rows(); ++r) {
    float* sums = out.data() + r * lanes;
    std::fill(sums, sums + lanes, bias.empty() ? 0.0F : bias[r]);
    offsets.clear();
    for (const std::uint32_t column : matrix.columns(r))
      offsets.push_back(column * static_cast<std::uint32_t>(lanes));
    accumulate(in.data(), offsets.data(), matrix.weights(r).data(), offsets.size(), lanes, sums);
  }
}

SparseConvolution::SparseConvolution(const Operator& op, std::span<const float> weights)
    : op_(op),
      matrix_(weights, static_cast<std::size_t>(op.out), static_cast<std::size_t>(op.weights() / op.out)) {
  const Phases phases = phases_of(op);
  const auto kernel = static_cast<std::size_t>(op.kernel);
  const auto of_group = static_cast<std::size_t>(op.in / op.groups);
  const auto outputs_of_group = static_cast<std::size_t>(op.out / op.groups);
  for (std::size_t r = 0; r < matrix_.rows(); ++r)
    for (const std::uint32_t column : matrix_.columns(r)) {
      const std::size_t channel = r / outputs_of_group * of_group + column / (kernel * kernel);
      places_.push_back(phases.place(channel, column / kernel % kernel, column % kernel));
    }
}

void SparseConvolution::run(std::span<const float> in, std::span<const float> bias, std::size_t lanes,
                            std::span<float> out) const {
  const Phases phases = phases_of(op_);
  const auto side_in = static_cast<std::size_t>(op_.side_in);
  const auto side_out = static_cast<std::size_t>(op_.side_out);
  const auto padding = static_cast<std::size_t>(op_.padding);
  const auto channels = static_cast<std::size_t>(op_.in);
  laid_out_.assign(channels * phases.stride * phases.stride * phases.plane() * lanes, 0.0F);
  for (std::size_t c = 0; c < channels; ++c)
    for (std::size_t y = 0; y < side_in; ++y) {
      const float* from = in.data() + (c * side_in + y) * side_in * lanes;
      if (phases.stride == 1) {
        std::copy(from, from + side_in * lanes, &laid_out_[phases.place(c, y + padding, padding) * lanes]);
        continue;
      }
      for (std::size_t x = 0; x < side_in; ++x)
        std::copy(from + x * lanes, from + (x + 1) * lanes,
                  &laid_out_[phases.place(c, y + padding, x + padding) * lanes]);
    }
  // Outputs in rows as long as those read: what lies between them is computed in vain, and left out.
  const std::size_t pitch = phases.pitch * lanes;
  const std::size_t count = (side_out - 1) * pitch + side_out * lanes;
  sums_.resize(count);
  for (std::size_t r = 0; r < matrix_.rows(); ++r) {
    std::ranges::fill(sums_, bias.empty() ? 0.0F : bias[r]);
    offsets_.clear();
    for (std::size_t k = matrix_.first(r); k < matrix_.first(r + 1); ++k)
      offsets_.push_back(static_cast<std::uint32_t>(places_[k] * lanes));
    accumulate(laid_out_.data(), offsets_.data(), matrix_.weights(r).data(), offsets_.size(), count,
               sums_.data());
    for (std::size_t y = 0; y < side_out; ++y)
      std::copy(&sums_[y * pitch], &sums_[y * pitch] + side_out * lanes,
                out.data() + (r * side_out + y) * side_out * lanes);
  }
}

}  // namespace flash

// Running a compressed network: what was pruned is not multiplied. One thread, single precision. Whatever network_of_fcn
// takes can be run; it holds 1 GiB of activations for one image at most.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "flash/fcn/compressed_network.hpp"

namespace flash {

// A layer's kept weights by output, and where each reads.
class SparseMatrix {
 public:
  SparseMatrix() = default;
  // dense: [row][column].
  SparseMatrix(std::span<const float> dense, std::size_t rows, std::size_t columns);
  std::size_t rows() const { return first_.size() - 1; }
  std::size_t first(std::size_t row) const { return first_[row]; }  // of the row's among all kept
  std::size_t kept() const { return weight_.size(); }
  std::span<const std::uint32_t> columns(std::size_t row) const {
    return std::span(column_).subspan(first_[row], first_[row + 1] - first_[row]);
  }
  std::span<const float> weights(std::size_t row) const {
    return std::span(weight_).subspan(first_[row], first_[row + 1] - first_[row]);
  }

 private:
  std::vector<std::size_t> first_;  // [row], and one more
  std::vector<std::uint32_t> column_;
  std::vector<float> weight_;
};

// A linear operator: `in` are columns x lanes values, `out` rows x lanes, `bias` rows or none.
void multiply(const SparseMatrix& matrix, std::span<const float> in, std::span<const float> bias,
              std::size_t lanes, std::span<float> out);

// One convolution. Not thread-safe: one a thread. Values lie [channel][y][x][lane], a lane an image.
class SparseConvolution {
 public:
  SparseConvolution(const Operator& op, std::span<const float> weights);
  // `in`: in x side_in^2 x lanes values, `out`: out x side_out^2 x lanes, `bias`: out values or none.
  void run(std::span<const float> in, std::span<const float> bias, std::size_t lanes,
           std::span<float> out) const;
  std::size_t kept() const { return matrix_.kept(); }

 private:
  Operator op_;
  SparseMatrix matrix_;
  std::vector<std::size_t> places_;  // where each kept weight reads the first output's value
  mutable std::vector<float> laid_out_, sums_;
  mutable std::vector<std::uint32_t> offsets_;
};

// Not thread-safe: one a thread.
class SparseRuntime {
 public:
  // Refers to `network`.
  explicit SparseRuntime(const CompressedNetwork& network);
  ~SparseRuntime();
  SparseRuntime(const SparseRuntime&) = delete;
  SparseRuntime& operator=(const SparseRuntime&) = delete;

  std::size_t classes() const;
  std::size_t values_per_image() const;  // channels x side x side
  // images: [image][channel][y][x], normalised; logits: [image][class]. The same digits for an image whatever is beside
  // it, on any machine.
  std::vector<float> logits(std::span<const float> images, std::size_t count) const;
  // As 8-bit values, which mean and deviation normalise.
  std::vector<float> logits(std::span<const std::uint8_t> images, std::size_t count) const;
  // How many of these images have their label's logit as the largest (of equal ones the first).
  std::size_t right(std::span<const std::uint8_t> images, std::span<const std::uint16_t> labels) const;

 private:
  struct Layer;
  using Values = std::vector<float>;  // [channel][y][x][lane]
  void run(std::size_t node, std::vector<Values>& values, std::size_t lanes) const;

  const CompressedNetwork* network_;
  std::vector<Layer> layers_;
  std::vector<std::size_t> last_reader_;  // [value]; of one that nobody reads the node that puts it out
  std::size_t lanes_ = 1;                 // images that run side by side, where there are as many
};

}  // namespace flash

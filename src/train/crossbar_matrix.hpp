// A convolution or linear layer as the crossbars compute it. Internal to the room.
//
// Weights: w of b bits is written as w + 2^(b-1), which no cell has to hold a sign for, cell_bits a cell; what that
// adds is 2^(b-1) times the sum of the inputs, and is taken away in digital form (the biased weights and the unit
// column of Shafiee et al., ISAAC, ISCA 2016; DNN+NeuroSim V1.3 takes it away by dummy columns). Activations, whole
// numbers from 0 on, are applied bit by bit. A column of a crossbar sums cells of the rows that are driven; the ADC
// makes of the sum the nearest of 2^adc_bits steps; sums of bits, cells and crossbars are added up exactly.
// ChipArithmetic::pairs: positive and negative weights lie in columns of their own, without offset.
// A level's cells conduct in proportion to it and do not drift; a cell that holds 0 conducts nothing.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "flash/task/chip_arithmetic.hpp"
#include "flash/train/inference_graph.hpp"
#include "flash/train/quantisation.hpp"

namespace flash {

// What an ADC tells apart: low, low + step, ... low + (2^bits - 1) * step.
struct AdcLadder {
  float low = 0;
  float step = 1;
  bool operator==(const AdcLadder&) const = default;
};

// Of sums 0, 1, ... that occur so often. Among ladders whose ends are quantiles of the sums, the one of the least mean
// square error [ours]; a step is 1 at least, since sums are whole.
AdcLadder fitted_ladder(const std::vector<std::int64_t>& histogram, int adc_bits);

class CrossbarMatrix {
 public:
  // Which cells are stuck, and how far each is off, is a function of `seed`.
  CrossbarMatrix(const InferenceGraph::Node& node, ActivationScale input, const ChipArithmetic& chip,
                 std::uint64_t seed);

  // Unless the converters are to cover the whole range: sets the ladders by what these inputs lead to, then a digital
  // gain of the layer and a shift of each output by least squares against exact() [ours].
  void calibrate(const at::Tensor& x);
  // x: what the layer reads, float, N x in x H x W or N x in. Read noise is a function of the seed and `draw`.
  at::Tensor product(const at::Tensor& x, std::uint64_t draw) const;
  // The same in whole numbers, by perfect cells and ADCs.
  at::Tensor exact(const at::Tensor& x) const;
  // A noise on the weights that would disturb the outputs as much as the crossbars do, in mean square: its standard
  // deviation relative to the largest weight of an output [ours].
  double equivalent_noise(const at::Tensor& x, std::uint64_t draw) const;

  std::size_t tiles() const { return tiles_.size(); }  // crossbars one below the other
  // Nothing is lost: sums are computed at once.
  bool is_exact() const;
  double gain() const { return gain_; }
  const at::Tensor& shift() const {
    return shift_;
  }  // double, [out], in units of whole sums; undefined: none
  const std::vector<AdcLadder>& ladders(std::size_t tile) const { return tiles_[tile].ladders; }  // a slice

 private:
  struct Part {                  // slices that are multiplied in one go
    at::Tensor levels, squares;  // [slices * out, in, k, k]; squares undefined where they are the levels
    std::int64_t first_slice = 0, slices = 0;
  };
  struct Tile {
    std::int64_t first_channel = 0, channels = 0, rows = 0;
    std::vector<Part> parts;
    std::vector<AdcLadder> ladders;
  };
  at::Tensor codes_of(const at::Tensor& x) const;  // padded
  at::Tensor convolve(const at::Tensor& q, const at::Tensor& weight) const;
  at::Tensor whole_sums(const at::Tensor& q, const at::Tensor& weight) const;
  at::Tensor column_sums(const at::Tensor& q) const;
  int first_bit(std::int64_t slice) const;  // of a weight
  double worth_of(std::int64_t slice) const;
  void correct(const at::Tensor& x);
  at::Tensor corrected(const at::Tensor& sums) const;
  at::Tensor finished(const at::Tensor& sums, const at::Tensor& like) const;
  void write_cells(const at::Tensor& codes, std::uint64_t seed);
  template <class Each>
  void each_read(const at::Tensor& q, const Tile& tile, const Each& each) const;

  ChipArithmetic chip_;
  ActivationScale input_;
  std::uint64_t seed_;
  std::int64_t out_ = 0, slices_ = 0, groups_ = 1;
  int offset_ = 0;
  int stride_ = 1, padding_ = 0;
  bool flat_ = false;
  at::Tensor codes_,
      held_;  // float, signed: of the weights, and of what perfect ADCs would read in the cells
  at::Tensor constant_, scale_;  // double, [out]: added to the whole sums; of a sum's unit
  double gain_ = 1;
  at::Tensor shift_;
  std::vector<Tile> tiles_;
};

}  // namespace flash

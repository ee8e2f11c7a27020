// The sweep's inner loop in single precision: evaluates a part of a row of a stratum and marks what may be
// among the best. Internal to the room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace flash {

inline constexpr std::size_t kernel_chunk = 512;  // configurations that share one mark
inline constexpr std::size_t kernel_lanes =
    16;                                   // of the widest kernel: tables can be read that far past their end
inline constexpr int kernel_metrics = 6;  // at most
inline constexpr std::size_t kernel_row = 64 * kernel_chunk;  // configurations of a call at most
inline constexpr int kernel_bounds = 34;      // at most: a score's, and two of each metric with a maximum
inline constexpr double kernel_doubt = 5e-7;  // of an excess

// What makes a kernel: each combination is compiled on its own.
struct KernelShape {
  int metrics = 0;      // 0 .. kernel_metrics in the product
  bool maxima = false;  // some of them have a part that is a maximum over cells
  bool trained = true;  // accuracy is the predictor's, else NN-Degree itself
  bool powers =
      false;  // some exponent is neither 0 nor 1, or the objective is a sum: costs are compared by their logarithms
  bool bounded = false;  // the row's bounds are checked: what may be feasible ranks, what surely is counts
};

// The same for all rows of a stratum. Cost is 1 / f in units of the largest that may rank: what costs at most
// 1 may rank. Its share of accuracy, 1 / theta = offset + exp(b/g + c), is offset + (polynomial in 1/g)^2,
// where the unit is folded into both terms. Metrics are scaled to at most 1/2; a sum of two floats is off by
// less than 2.5e-7 of itself.
struct KernelStratum {
  const float* degree = nullptr;             // of the last cell's options
  const float* metric[kernel_metrics] = {};  // what adds up,
  const float* most[kernel_metrics] = {};    // and the maximum of a kernel with maxima: zeros where none
  float root[5] = {};                        // the polynomial's coefficients, the constant first
  float offset = 0;
  float inverse_limit = 1;  // where NN-Degree stands for accuracy: 1 / f = product of the metrics * this / g
  float log_limit = 0;      // where costs are compared by logarithms (base 2), which have no unit folded in
  bool partial = false;     // some metric's exponent is 0, the others are 1
  bool sum = false;  // natural logarithms then, which are sums of metrics less accuracy with these weights:
  float accuracy_exponent = 1;
  float metric_exponent[kernel_metrics] = {};
};

// A configuration's excess over a bound is excess[option] + lead: above 0 it is infeasible, except that within
// kernel_doubt of 0 only the evaluator can tell. That is marked whatever it costs.
struct KernelBounds {
  int count = 0;
  const float* excess[kernel_bounds] = {};
  float lead[kernel_bounds] = {};
};

struct KernelRow {
  std::size_t column = 0;  // the first option of the last cell
  std::size_t count = 0;   // 1 .. kernel_row configurations
  float degree = 0;        // sums over the other cells
  float metric[kernel_metrics] = {};
  float most[kernel_metrics] = {};  // the maxima over the other cells
  KernelBounds bounds;              // of a bounded kernel: one at least
};

// Added to, lane by lane: the bits of NN-Degrees and of the metrics' products, modulo 2^32; by a bounded kernel how many
// are surely feasible, modulo 2^32.
struct alignas(64) KernelSums {
  std::uint32_t degree_bits[kernel_lanes] = {};
  std::uint32_t product_bits[kernel_lanes] = {};
  std::uint32_t feasible[kernel_lanes] = {};
};

// Returns one bit for each chunk in which something may rank. With `marks`: writes for each configuration,
// rounded up to kernel_lanes, whether it may: 0 or -1; 1 where a bounded kernel has not counted it, being in doubt.
using KernelFunction = std::uint64_t (*)(const KernelStratum&, const KernelRow&, KernelSums&,
                                         std::int32_t* marks);

struct SweepKernel {
  std::string name;  // "portable", "avx2", "avx512"
  KernelFunction (*function)(const KernelShape&);
};

std::span<const SweepKernel> sweep_kernels();  // those that this processor can run; the fastest last
// The fastest where no name is given; throws std::invalid_argument where this processor has no such kernel.
const SweepKernel& sweep_kernel(std::string_view name = "");

}  // namespace flash

// The sweep's inner loop in single precision, one row of a stratum at a time: counts what is surely feasible and
// marks the configurations that only double precision can decide. Internal to the room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace flash {

// Values are non-negative and scaled, so that a bounded metric is 1 at its bound and an unbounded one at most
// 1/2; a sum of two such floats is off by less than 2.5e-7 of itself.
inline constexpr float kernel_slack = 1e-6F;
inline constexpr std::size_t kernel_chunk = 512;  // configurations that share one flag
inline constexpr std::size_t kernel_lanes = 16;   // of the widest kernel: tables can be read that far past their end
inline constexpr std::size_t kernel_row = 64 * kernel_chunk;  // configurations of a call at most

// What makes a kernel: each combination is compiled on its own.
struct KernelShape {
  int metrics = 0;           // 0 .. 3 that the target has
  bool trained = true;       // accuracy is the predictor's, else NN-Degree itself
  bool powers = false;       // some exponent is not 1: costs are compared by their logarithms
  bool constrained = false;  // some bound is set
};

// The same for all rows of a stratum. The predictor: 1 / theta = offset + 2^(steepness / g + shift). Cost: 1 / f
// of the scaled metrics, or log2 of it; a configuration may rank where its cost is at most the limit.
struct KernelStratum {
  const float* degree = nullptr;  // of the last cell's options
  const float* metric[3] = {};
  float offset = 0, steepness = 0, shift = 0;
  float window_offset = 0, window_slope = 0;  // accuracy meets its floor where offset + slope * g <= 1
  float accuracy_exponent = 1;
  float metric_exponent[3] = {1, 1, 1};
};

struct KernelRow {
  std::size_t column = 0;  // the first option of the last cell
  std::size_t count = 0;   // 1 .. kernel_row configurations
  float degree = 0;        // sums over the other cells
  float metric[3] = {};
  float limit = 0;  // of the cost
};

// Added to, lane by lane: feasible is valid modulo 2^32, the bits of NN-Degrees and metric products as well.
struct alignas(64) KernelSums {
  std::uint32_t feasible[kernel_lanes] = {};
  std::uint32_t degree_bits[kernel_lanes] = {};
  std::uint32_t product_bits[kernel_lanes] = {};
};

// Flags of one configuration: it may rank; its feasibility is not counted, as it lies near a bound.
inline constexpr std::int32_t kernel_may_rank = 1;
inline constexpr std::int32_t kernel_undecided = 2;

// Returns one bit for each chunk that holds a flag. With `flags`: writes those of each configuration there,
// rounded up to kernel_lanes.
using KernelFunction = std::uint64_t (*)(const KernelStratum&, const KernelRow&, KernelSums&, std::int32_t* flags);

struct SweepKernel {
  std::string name;  // "portable", "avx2", "avx512"
  KernelFunction (*function)(const KernelShape&);
};

std::span<const SweepKernel> sweep_kernels();  // those that this processor can run; the fastest last
// The fastest where no name is given; throws std::invalid_argument where this processor has no such kernel.
const SweepKernel& sweep_kernel(std::string_view name = "");

}  // namespace flash

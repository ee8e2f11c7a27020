// Random numbers that depend on a seed and a counter alone, never on rank, thread, time or library version.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

namespace flash {

// Philox4x32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
// SC 2011. The 128-bit counter is (block, stream), the 64-bit key is the seed: two streams of one seed never
// overlap. Meets UniformRandomBitGenerator, but prefer the members below to <random>'s distributions, whose
// results differ between standard libraries.
class Philox {
 public:
  using result_type = std::uint32_t;
  explicit Philox(std::uint64_t seed, std::uint64_t stream = 0) : seed_(seed), stream_(stream) {}

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()();

  std::uint64_t bits64();
  double uniform();                      // in [0, 1), 53 random bits
  double normal();                       // mean 0, standard deviation 1 (Box-Muller)
  std::uint64_t below(std::uint64_t n);  // in [0, n) without bias; n > 0

 private:
  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t block_ = 0;
  std::array<std::uint32_t, 4> buffer_{};
  std::size_t used_ = 4;
};

// The finaliser of splitmix64 (Steele, Lea, Flood, OOPSLA 2014): a bijection that spreads every bit.
std::uint64_t mix(std::uint64_t v);

// The seed of a task: a function of the job's seed, the stage and the task's id, so that the ranks and the
// order in which tasks run change nothing.
std::uint64_t derive_seed(std::uint64_t job_seed, std::string_view stage, std::uint64_t task_id);

}  // namespace flash

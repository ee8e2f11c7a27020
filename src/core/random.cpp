#include "flash/core/random.hpp"

#include <cmath>
#include <numbers>

#include "flash/core/hash.hpp"

namespace flash {
namespace {

// One round's multipliers and the key's increments, from the paper's table 2.
constexpr std::uint32_t multiplier_0 = 0xD2511F53;
constexpr std::uint32_t multiplier_1 = 0xCD9E8D57;
constexpr std::uint32_t weyl_0 = 0x9E3779B9;
constexpr std::uint32_t weyl_1 = 0xBB67AE85;

constexpr std::uint32_t low(std::uint64_t v) { return static_cast<std::uint32_t>(v); }
constexpr std::uint32_t high(std::uint64_t v) { return static_cast<std::uint32_t>(v >> 32); }

std::array<std::uint32_t, 4> philox_block(std::uint64_t seed, std::uint64_t block, std::uint64_t stream) {
  std::array<std::uint32_t, 4> x{low(block), high(block), low(stream), high(stream)};
  std::uint32_t key_0 = low(seed);
  std::uint32_t key_1 = high(seed);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{multiplier_0} * x[0];
    const std::uint64_t p1 = std::uint64_t{multiplier_1} * x[2];
    x = {high(p1) ^ x[1] ^ key_0, low(p1), high(p0) ^ x[3] ^ key_1, low(p0)};
    key_0 += weyl_0;
    key_1 += weyl_1;
  }
  return x;
}

}  // namespace

std::uint64_t mix(std::uint64_t v) {
  v = (v ^ (v >> 30)) * 0xBF58476D1CE4E5B9ULL;
  v = (v ^ (v >> 27)) * 0x94D049BB133111EBULL;
  return v ^ (v >> 31);
}

Philox::result_type Philox::operator()() {
  if (used_ == buffer_.size()) {
    buffer_ = philox_block(seed_, block_++, stream_);
    used_ = 0;
  }
  return buffer_[used_++];
}

std::uint64_t Philox::bits64() {
  const std::uint64_t upper = (*this)();
  return (upper << 32) | (*this)();
}

double Philox::uniform() { return static_cast<double>(bits64() >> 11) * 0x1.0p-53; }

double Philox::normal() {
  const double u = 1.0 - uniform();  // in (0, 1], so that the logarithm is finite
  const double v = uniform();
  return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v);
}

std::uint64_t Philox::below(std::uint64_t n) {
  // Rejects the few values that would make low results likelier: 2^64 mod n of them, all below n. A value of
  // n or more, nearly every one, needs no look at how many these are.
  for (;;) {
    const std::uint64_t value = bits64();
    if (value >= n || value >= (0 - n) % n) return value % n;
  }
}

std::uint64_t derive_seed(std::uint64_t job_seed, std::string_view stage, std::uint64_t task_id) {
  return mix(mix(job_seed + 0x9E3779B97F4A7C15ULL) ^ mix(fnv1a64(stage)) ^
             mix(task_id * 0xD1342543DE82EF95ULL + 1));
}

}  // namespace flash

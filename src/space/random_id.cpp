#include "flash/space/random_id.hpp"

#include <limits>

namespace flash {
namespace {

constexpr NetworkId word = NetworkId{1} << 64;

}  // namespace

NetworkId below(NetworkId n, Philox& random) {
  if (n < word) return random.below(static_cast<std::uint64_t>(n));
  const auto highest = static_cast<std::uint64_t>((n - 1) >> 64);
  for (;;) {
    const NetworkId high =
        highest == std::numeric_limits<std::uint64_t>::max() ? random.bits64() : random.below(highest + 1);
    const NetworkId id = high * word + random.bits64();
    if (id < n) return id;
  }
}

NetworkId random_id(const Space& space, Philox& random) { return below(space.count(), random); }

std::uint64_t seed_of_network(std::uint64_t job_seed, std::string_view purpose, NetworkId network) {
  const std::uint64_t seed = derive_seed(job_seed, purpose, static_cast<std::uint64_t>(network));
  const auto high = static_cast<std::uint64_t>(network >> 64);
  return high == 0 ? seed : derive_seed(seed, "beyond 64 bits", high);
}

}  // namespace flash

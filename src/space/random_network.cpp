#include "flash/space/random_network.hpp"

#include <limits>

namespace flash {

// Of 64 bits where that is enough, else of 128, drawn again where beyond n.
NetworkId below(NetworkId n, Philox& random) {
  constexpr NetworkId word = NetworkId{1} << 64;
  if (n < word) return random.below(static_cast<std::uint64_t>(n));
  const auto highest = static_cast<std::uint64_t>((n - 1) >> 64);
  for (;;) {
    const NetworkId high =
        highest == std::numeric_limits<std::uint64_t>::max() ? random.bits64() : random.below(highest + 1);
    const NetworkId id = high * word + random.bits64();
    if (id < n) return id;
  }
}

}  // namespace flash

// Networks drawn uniformly from a space of whatever size.
#pragma once

#include <cstdint>
#include <string_view>

#include "flash/core/random.hpp"
#include "flash/space/space.hpp"

namespace flash {

// In [0, n) without bias, n > 0: Philox::below where that is enough, else 128 bits, drawn again where beyond n.
NetworkId below(NetworkId n, Philox& random);
NetworkId random_id(const Space& space, Philox& random);

// derive_seed of a network's number; of one of more than 64 bits by both halves.
std::uint64_t seed_of_network(std::uint64_t job_seed, std::string_view purpose, NetworkId network);

}  // namespace flash

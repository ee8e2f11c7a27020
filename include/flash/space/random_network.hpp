// A network drawn from all of a space.
#pragma once

#include "flash/core/random.hpp"
#include "flash/space/space.hpp"

namespace flash {

// In [0, n) without bias; n > 0.
NetworkId below(NetworkId n, Philox& random);

// Each with the same chance.
inline NetworkId random_network(const Space& space, Philox& random) { return below(space.count(), random); }

}  // namespace flash

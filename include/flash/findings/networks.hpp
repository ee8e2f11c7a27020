// Which networks to train or to measure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "flash/space/space.hpp"

namespace flash {

// `count` different configurations spread over the space: a greedy maximin design (Kennard and Stone,
// Technometrics 11, 1969) over NN-Degree, log MACs, depth and skip density, among candidates whose stratum
// and skip densities are drawn uniformly. A longer list begins with the shorter one, and any prefix is spread
// too, so that a design can grow and a hold-out may be cut off the end. Fewer where the space has fewer.
// max_mmacs > 0 admits only networks of at most so many million MACs; where there is any in `only`, these are all that
// there are. Networks that cannot learn (space/liveness.hpp) are passed over, and the next candidate stands in their
// place. Throws Error bad_job where no network is cheap enough, naming the cheapest, or none of those drawn can learn.
std::vector<NetworkId> spread_networks(const Space& space, std::size_t count, double max_mmacs,
                                       std::uint64_t seed, std::span<const NetworkId> only = {});

// The different networks of so many draws, in the order drawn: strata and skip densities are drawn uniformly, as
// for a design; of `only`, where there is any, in an order of the seed's own. None that cannot learn. May be fewer than
// `draws`, or none.
std::vector<NetworkId> draw_networks(const Space& space, std::size_t draws, double max_mmacs,
                                     std::uint64_t seed, std::span<const NetworkId> only = {});

// Of `candidates` so many that lie far from `present` and from each other, one after the other (maximin over
// Geometry::spread, each coordinate scaled to the range of both lists). Fewer where there are fewer.
std::vector<NetworkId> spread_among(const Space& space, const std::vector<NetworkId>& candidates,
                                    const std::vector<NetworkId>& present, std::size_t count);

}  // namespace flash

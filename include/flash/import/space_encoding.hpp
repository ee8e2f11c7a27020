// Networks of a space as what stands at each of its places.
#pragma once

#include <span>

#include "flash/devices/encoding.hpp"
#include "flash/space/space.hpp"

namespace flash {

// Places are those of space/places.hpp; without any the features of hardware models (feature_names) stand for the networks.
Encoding encode(const Space& space, std::span<const Point> networks);

}  // namespace flash

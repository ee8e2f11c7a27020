// A figure that is not known. Internal to the room.
#pragma once

#include <limits>

namespace flash {

inline constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

}  // namespace flash

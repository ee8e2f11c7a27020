// Whether a network lies in a corner of its space: then better ones may lie outside of it.
#pragma once

#include <string>

#include "flash/space/space.hpp"

namespace flash {

// "wm, depth and tc at their least": every choice that there is stands at one of its ends, of an axis always the
// same one. "" where one does not, or has no order.
std::string corner_text(const Space& space, const Point& point);

}  // namespace flash

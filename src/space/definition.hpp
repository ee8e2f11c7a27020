// What makes a definition one of a space; internal to the room.
#pragma once

#include "flash/space/space.hpp"

namespace flash {

// Throws Error bad_job where a value is out of range or two contradict each other.
void check(const SpaceDefinition& definition);

}  // namespace flash

// Every family, each in a file of its own. Internal to the room.
#pragma once

#include "flash/space/geometry/family.hpp"

namespace flash {

const Family& dense_cells();
const Family& mlp_cells();

}  // namespace flash

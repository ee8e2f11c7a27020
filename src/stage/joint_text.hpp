// What a search over compression came to, as text. Internal to the room.
#pragma once

#include <string>

#include "flash/archive/table.hpp"

namespace flash {

// "" where there was none.
std::string joint_report(const ArchiveContents& archive);

}  // namespace flash

// The report of a run, made from its archive alone.
#pragma once

#include <string>

#include "flash/archive/table.hpp"
#include "flash/core/json.hpp"

namespace flash {

std::string report_text(const ArchiveContents& archive);
Json report_json(const ArchiveContents& archive);

}  // namespace flash

// The report of a run, made from its archive alone.
#pragma once

#include <string>

#include "flash/archive/table.hpp"
#include "flash/core/json.hpp"
#include "flash/stage/stage.hpp"

namespace flash {

std::string report_text(const ArchiveContents& archive, const ReportOptions& options = {});
Json report_json(const ArchiveContents& archive);

}  // namespace flash

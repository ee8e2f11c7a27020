// What an archive holds of the target that its networks were measured on.
#pragma once

#include <string>
#include <vector>

#include "flash/archive/table.hpp"
#include "flash/hardware/fit_quality.hpp"

namespace flash {

// The table of what was measured, and its target's name; nullptr where there is none.
const Table* hardware_table(const ArchiveContents& archive, std::string& target);
// How well a metric's model holds, by the attributes of table hardware/TARGET/model. `part`: "fit" or "holdout".
FitQuality archived_quality(const Table& model, Metric metric, const char* part);
// Of the processors that were measured on, and of each metric's model, one sentence or "": see
// mixed_processors() and verdict().
std::vector<std::string> hardware_verdicts(const ArchiveContents& archive);

}  // namespace flash

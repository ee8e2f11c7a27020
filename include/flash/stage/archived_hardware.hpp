// What an archive holds of the target that its networks were measured on.
#pragma once

#include <string>
#include <vector>

#include "flash/archive/table.hpp"
#include "flash/hardware/fit_quality.hpp"

namespace flash {

// The table of what was measured, and its target's name; nullptr where there is none.
const Table* hardware_table(const ArchiveContents& archive, std::string& target);
// Of every metric that has a model, those on devices behind the plain ones, by its name.
struct ArchivedModel {
  std::string metric;
  FitQuality fit, holdout;  // of 0 networks where nothing is told
};
std::vector<ArchivedModel> archived_models_of_metrics(const ArchiveContents& archive);
// Of the processors that were measured on, and of each metric's model, one sentence or "": see
// mixed_processors() and verdict().
std::vector<std::string> hardware_verdicts(const ArchiveContents& archive);

}  // namespace flash

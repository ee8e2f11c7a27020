// The head of a report: the answer, by the archive alone. Internal to the room.
#pragma once

#include <string>

#include "flash/archive/table.hpp"

namespace flash {

// The best network that was trained and measured, beside it the models' best where that is another, the best of
// those trained for the fit where that is better, what is undecided, what binds, what the predictor is worth, and
// the next command. Before anything is confirmed: the models' best, said to be that. "" where there are no models.
// Lines of at most 100 columns.
std::string answer_text(const ArchiveContents& archive);

}  // namespace flash

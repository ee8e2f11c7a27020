// What an archive says of the accuracy predictor that its searches use.
#pragma once

#include <optional>

#include "flash/archive/table.hpp"
#include "flash/predict/verdict.hpp"

namespace flash {

// Of the run's own fit, else of the models that it has taken; nothing where there is neither.
std::optional<PredictorFigures> archived_predictor(const ArchiveContents& archive);

// As beat_mean (search/model_warnings.hpp), of an archive: true where it has no predictor.
bool predictor_beats_mean(const ArchiveContents& archive);

}  // namespace flash

// What an archive says of the accuracy predictor that its searches use.
#pragma once

#include <optional>

#include "flash/archive/table.hpp"
#include "flash/predict/verdict.hpp"
#include "flash/search/models.hpp"

namespace flash {

// Of the run's own fit, else of the models that it has taken; nothing where there is neither.
std::optional<PredictorFigures> archived_predictor(const ArchiveContents& archive);

// As grounds (search/model_warnings.hpp), of an archive.
Grounds archived_grounds(const ArchiveContents& archive);

// Whether NN-Degree itself stands where accuracies do, as in a training-free search.
bool judges_by_score(const ArchiveContents& archive);

// The models that it was searched by, with what they know of accuracies; nothing where it does not have them yet.
std::optional<Models> archived_models(const ArchiveContents& archive);

}  // namespace flash

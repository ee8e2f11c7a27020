#include "flash/stage/archived_predictor.hpp"

#include "flash/archive/table_text.hpp"
#include "flash/core/parse_json.hpp"
#include "flash/search/model_warnings.hpp"

namespace flash {

using namespace table_text;

namespace {

std::string score_of_row(const std::string& predictor) {
  if (predictor == "additive") return "the additive score";
  return predictor.empty() || predictor.starts_with("nn_degree") ? "NN-Degree" : predictor;
}

}  // namespace

std::optional<PredictorFigures> archived_predictor(const ArchiveContents& archive) {
  if (const Table* predictor = archive.find("predictor")) {
    for (std::size_t row = 0; row < rows(predictor); ++row)
      if (number(*predictor, "used", row) == 1)
        return PredictorFigures{.samples = number(*predictor, "samples", row),
                                .rmse_loo = number(*predictor, "rmse_loo", row),
                                .rmse_loo_mean = number(*predictor, "rmse_loo_mean", row),
                                .spearman = number(*predictor, "spearman", row),
                                .b = number(*predictor, "b", row),
                                .score = score_of_row(text(*predictor, "predictor", row))};
  }
  const std::optional<Models> models = archived_models(archive);
  if (!models || !models->accuracy) return std::nullopt;
  return predictor_figures(*models);
}

Grounds archived_grounds(const ArchiveContents& archive) {
  if (archive.find("known_accuracies") != nullptr) return Grounds::table;
  const auto figures = archived_predictor(archive);
  return !figures || beats_mean(*figures) ? Grounds::predictor : Grounds::mean;
}

bool judges_by_score(const ArchiveContents& archive) {
  const Table* answer = archive.find("answer");
  return attribute(archive.attributes, "models").find("\"accuracy\":null") != std::string::npos ||
         (answer != nullptr && attribute(answer->attributes, "objective").starts_with("NN-Degree"));
}

std::optional<Models> archived_models(const ArchiveContents& archive) {
  const std::string json = attribute(archive.attributes, "models");
  if (json.empty()) return std::nullopt;
  Models models = models_from_json(parse_json(json));
  if (const Table* known = archive.find("known_accuracies")) {
    std::vector<double> accuracies;
    for (std::size_t row = 0; row < rows(known); ++row) accuracies.push_back(number(*known, "accuracy", row));
    models.known_accuracies = std::make_shared<const std::vector<double>>(std::move(accuracies));
  }
  return models;
}

}  // namespace flash

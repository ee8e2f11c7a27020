// The fitted models that a search needs, as one JSON file: all that flash-search reads.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flash/hardware/hardware_model.hpp"
#include "flash/predict/accuracy_model.hpp"
#include "flash/predict/additive_score.hpp"
#include "flash/space/space.hpp"

namespace flash {

// A metric that the target lacks is absent. Without an accuracy model only training-free searches are
// possible.
struct Models {
  SpaceDefinition space;          // the models hold for this space
  std::string reading = "links";  // of NN-Degree, or the name of another score of the space's family
  std::optional<AccuracyModel> accuracy;
  std::optional<AdditiveScore> additive{};  // what accuracy rests on in place of the reading's score
  // Of every network of the space, by id, what a table knows: it stands in place of all predictions. None: they count.
  std::shared_ptr<const std::vector<double>> known_accuracies{};
  std::string target;                             // "host", ...
  PerMetric<std::optional<MetricModel>> metrics;  // of fitted ones
  Json provenance;               // who made this, when, from what, with which errors; free form
  std::filesystem::path file{};  // where they were read; "" elsewhere
};

// Half width of the 95 % band of a predicted accuracy, at a score; NaN where none is known, or nothing is predicted.
double accuracy_band(const Models& models, double score);

// The score that a reading stands for: "nn_degree_links" for "links".
std::string score_of(const std::string& reading);
// The reading that a score is: "links" for "nn_degree_links".
std::string reading_of(const std::string& score);

// What the models' accuracy is a function of: the additive score, else that of their reading. `space` may go,
// its geometry must stay. Throws Error bad_data where the space has no such score.
std::shared_ptr<const Score> accuracy_score(const Models& models, const Space& space);
// The same without accuracy: the score that stands for it in a training-free search.
std::shared_ptr<const Score> reading_score(const Models& models, const Space& space);
// "NN-Degree", or what else the accuracy is predicted from, for people.
std::string score_name(const Models& models);

Json to_json(const Models& models);
Models models_from_json(const Json& json);  // throws Error bad_data, naming the key

// What is predicted of a configuration from outside of what was trained or measured: "accuracy" and names of
// metrics.
std::vector<std::string> extrapolated(const Models& models, const Space& space, NetworkId id);

Models read_models(const std::filesystem::path& path);  // throws Error missing_input, bad_data
// Throws Error bad_data where the models were fitted for another space, naming what differs.
void require_same_space(const Models& models, const SpaceDefinition& space);
// The same where the images, or how many classes they have, are others: accuracies say nothing of those.
void require_same_images(const Models& models, const SpaceDefinition& space);

}  // namespace flash

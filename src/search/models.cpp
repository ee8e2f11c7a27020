#include "flash/search/models.hpp"

#include <cmath>
#include <limits>

#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/core/json_reader.hpp"
#include "flash/core/parse_json.hpp"
#include "flash/space/families/families.hpp"

namespace flash {
namespace {

constexpr const char* format = "flash-models";
constexpr int version = 2;
constexpr int version_of_theta = 1;  // of models without an additive score, which older versions read

// "wm ([1,2], not [1,4]), input.side (16, not 32)".
std::string differences(const Json& theirs, const Json& ours, const std::string& within = "") {
  std::string text;
  for (const auto& [key, value] : ours.items()) {
    const Json& other = theirs.at(key);
    if (other == value) continue;
    const std::string path = within + key;
    if (!text.empty()) text += ", ";
    text += value.is_object() ? differences(other, value, path + ".")
                              : path + " (" + other.dump() + ", not " + value.dump() + ")";
  }
  return text;
}

[[noreturn]] void refuse(const Models& models, const std::string& what, const Json& theirs,
                         const Json& ours) {
  const auto& latency = models.metrics[Metric::latency];
  const bool adapted = latency && latency->adapted && models.provenance.contains("adapted");
  throw Error(
      ExitCode::bad_data,
      (models.file.empty() ? "" : models.file.string() + ": ") + what + " " + differences(theirs, ours) +
          (adapted ? ": adapt them to this job's, by flash proxy adapt --job" : ": fit them for this job"));
}

}  // namespace

double accuracy_band(const Models& models, double score) {
  return models.accuracy && !models.known_accuracies ? models.accuracy->band(score)
                                                     : std::numeric_limits<double>::quiet_NaN();
}

std::string score_of(const std::string& reading) {
  return reading == "links" || reading == "channels" ? "nn_degree_" + reading : reading;
}

std::string reading_of(const std::string& score) {
  const std::string_view prefix = "nn_degree_";
  return score.starts_with(prefix) ? score.substr(prefix.size()) : score;
}

std::shared_ptr<const Score> reading_score(const Models& models, const Space& space) {
  const Score* score = find_score(space.geometry(), score_of(models.reading));
  if (score == nullptr)
    throw Error(ExitCode::bad_data, "the models rest on the score '" + models.reading + "', which " +
                                        space.definition().family + " has not");
  return {std::shared_ptr<const Score>(), score};  // the geometry's own
}

std::shared_ptr<const Score> accuracy_score(const Models& models, const Space& space) {
  if (models.additive) return bound_score(*models.additive, space);
  return reading_score(models, space);
}

std::string score_name(const Models& models) {
  if (models.additive) return "the additive score";
  const std::string score = score_of(models.reading);
  return score == models.reading ? score : "NN-Degree";
}

Json to_json(const Models& models) {
  Json metrics = Json::object();
  for (const Metric m : fitted_metrics())
    if (const auto& model = models.metrics[m]) metrics[std::string(key(m))] = to_json(*model);
  Json json{{"format", format},
            {"version", models.additive ? version : version_of_theta},
            {"space", to_json(models.space)},
            {"reading", models.reading},
            {"accuracy", models.accuracy ? to_json(*models.accuracy) : Json(nullptr)},
            {"target", models.target},
            {"metrics", metrics},
            {"provenance", models.provenance}};
  if (models.additive) json["additive"] = to_json(*models.additive);
  if (models.known_accuracies) json["known_accuracies"] = *models.known_accuracies;
  return json;
}

Models models_from_json(const Json& json) {
  const JsonReader reader(json, "models");
  if (reader.get<std::string>("format") != format) reader.fail("are no flash models: wrong 'format'");
  if (const int found = reader.get<int>("version"); found < version_of_theta || found > version)
    reader.fail("have format version " + std::to_string(found) + "; this flash reads versions " +
                std::to_string(version_of_theta) + " to " + std::to_string(version));
  Models models;
  models.space = space_definition_from_json(reader.at("space"));
  models.reading = reader.get<std::string>("reading");
  try {
    if (find_score(*geometry_of(models.space), score_of(models.reading)) == nullptr)
      reader.fail("has '" + models.reading + "' at key 'reading': expected links or channels");
  } catch (const Error& error) {  // of a job's keys where it is the family's: here the file is at fault
    if (error.code() != ExitCode::bad_job) throw;
    reader.fail(std::string("has a wrong value at key 'space': ") + error.what());
  }
  if (const Json& accuracy = reader.at("accuracy"); !accuracy.is_null())
    models.accuracy = accuracy_model_from_json(accuracy);
  if (json.contains("additive")) {
    models.additive = additive_score_from_json(reader.at("additive"));
    if (!models.accuracy) reader.fail("have an additive score and no accuracy model that reads it");
    bound_score(*models.additive, Space(models.space));  // throws
  }
  if (json.contains("known_accuracies"))
    models.known_accuracies =
        std::make_shared<const std::vector<double>>(reader.get<std::vector<double>>("known_accuracies"));
  models.target = reader.get<std::string>("target");
  const Json& metrics = reader.at("metrics");
  if (!metrics.is_object()) reader.fail("has a wrong value at key 'metrics': expected an object");
  for (const auto& [metric, model] : metrics.items()) {
    const std::optional<Metric> found = find_metric_by_key(metric);
    if (!found || is_exact(*found)) reader.fail("has an unknown metric '" + metric + "'");
    models.metrics[*found] = metric_model_from_json(model);
  }
  models.provenance = reader.at("provenance");
  return models;
}

std::vector<std::string> extrapolated(const Models& models, const Space& space, NetworkId id) {
  std::vector<std::string> quantities;
  const Point point = space.point(id);
  const Stratum& stratum = space.stratum(point);
  if (models.accuracy && !models.known_accuracies && models.accuracy->fitted &&
      models.accuracy->extrapolates(
          value(*accuracy_score(models, space), stratum.shape, point.options, stratum.slots)))
    quantities.emplace_back("accuracy");
  for (const Metric m : fitted_metrics()) {
    const auto& model = models.metrics[m];
    if (model && predict(*model, space, point).extrapolated) quantities.emplace_back(name(m));
  }
  return quantities;
}

Models read_models(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  try {
    Models models = models_from_json(parse_json(text));
    models.file = path;
    return models;
  } catch (const Error& error) {
    throw Error(error.code(), path.string() + ": " + error.what());
  }
}

void require_same_space(const Models& models, const SpaceDefinition& space) {
  if (models.space != space)
    refuse(models, "the models were fitted for another space; it differs in", to_json(models.space),
           to_json(space));
}

void require_same_images(const Models& models, const SpaceDefinition& space) {
  if (models.space.input != space.input)
    refuse(models, "the accuracy predictor was fitted on other images; they differ in",
           to_json(models.space).at("input"), to_json(space).at("input"));
}

}  // namespace flash

#include "joint_output.hpp"

#include <cmath>
#include <cstdio>

#include "flash/predict/verdict.hpp"
#include "flash/search/binding.hpp"
#include "flash/search/model_warnings.hpp"
#include "flash/space/network_text.hpp"
#include "output.hpp"

namespace flash {
namespace {

constexpr double two_sided = 1.96;  // a 95 % band's half width in standard deviations

// Of compressed cells: the errors of the predictor and of the losses are independent [ours], and what the target's
// model takes off a metric it takes off its band.
Predicted predicted(const JointTables& tables, const JointNetwork& network, const Predicted& as_trained) {
  Predicted told = as_trained;
  told.evaluation = tables(network);
  if (told.evaluation.accuracy != as_trained.evaluation.accuracy)
    told.accuracy_band = std::hypot(told.accuracy_band, two_sided * tables.models().loss.rmse_left);
  for (const Metric m : all_metrics()) {
    double& value = told.evaluation.metrics[m];
    const double before = as_trained.evaluation.metrics[m];
    if (!tables.dense().has(m)) value = before;
    if (value != before) told.bands[m] *= value / before;
  }
  return told;
}

// What is not told of a network in its first lines: figures beside those as trained, then bands and notes.
std::string network_lines(const Evaluator& dense, const Json& network, const std::string& indent) {
  const std::string id = dense.space().numbered() ? "id " + network.at("id").dump() + ": " : "";
  std::string text = indent + id + network.at("network").get<std::string>() + "\n" + indent + "cells:";
  for (const Json& option : network.at("compression"))
    text.append(&option == &network.at("compression").front() ? " " : " | ")
        .append(option.get<std::string>());
  text += "\n";
  const Json& as_trained = network.at("as_trained");
  const auto show = [&](const std::string& key, const Json& value) {
    if (value.is_null()) return;
    char number[40];
    std::snprintf(number, sizeof number, "%-12.6g", value.is_number() ? value.get<double>() : 0);
    std::string line = indent + padded(key, 22) + (value.is_number() ? number : value.dump());
    if (const Json before = as_trained.value(key, value); !before.is_null() && before != value) {
      std::snprintf(number, sizeof number, " as trained %.6g", before.get<double>());
      line += number;
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  };
  for (const auto& [key, before] : as_trained.items()) show(key, network.at(key));
  for (const auto& [key, value] : network.items()) {
    const auto has = [&key = key](const char* part) { return key.find(part) != std::string::npos; };
    if (has("_band") || has("_probability") || key == "sum" || key == "note" ||
        (key == "extrapolated" && !value.empty()))
      show(key, value);
  }
  return text;
}

Json warnings_json(const JointTables& tables) {
  Json all = warnings(tables.dense().models());
  const JointModels& models = tables.models();
  if (models.provenance.is_object())
    for (const Json& doubt : models.provenance.value("doubts", Json::array())) all.push_back(doubt);
  if (models.loss.samples > 0 && models.loss.no_better_than_mean())
    all.push_back(
        "what options lose is told no better than by the mean of the samples: more of them are needed");
  return all;
}

std::string percent_of(const Json& share) {
  if (!share.is_number()) return "unknown";
  char text[40];
  std::snprintf(text, sizeof text, "%.2f", 100 * share.get<double>());
  return text;
}

}  // namespace

Json joint_json(const JointTables& tables, const JointNetwork& network) {
  const Evaluator& dense = tables.dense();
  const Space& space = dense.space();
  const Point point{network.stratum, network.options};
  const NetworkId id = space.id(point);
  const Predicted as_trained = predicted(dense, id);
  Json json = best_json(dense, id, predicted(tables, network, as_trained));
  for (const std::size_t option : network.compression)
    json["compression"].push_back(tables.options()[option].text);
  const JointNetwork all_dense{network.stratum, std::vector<std::size_t>(network.compression.size()),
                               network.options};
  const Json before = best_json(dense, id, predicted(tables, all_dense, as_trained));
  Json& shown = json["as_trained"] = {{"accuracy", before.at("accuracy")}};
  for (const Metric m : all_metrics())
    if (const auto found = before.find(std::string(key(m))); found != before.end())
      shown[found.key()] = *found;
  return json;
}

Json joint_json(const JointTables& tables, const JointResult& result) {
  const JointModels& models = tables.models();
  Json options = Json::array(), top = Json::array();
  for (const CellOption& option : tables.options()) options.push_back(option.text);
  for (const JointRanked& ranked : result.top) top.push_back(joint_json(tables, ranked.network));
  const JointRanked& best = result.best;
  const NetworkId id = tables.dense().space().id({best.network.stratum, best.network.options});
  Json json{{"method", "exact over networks and compression"},
            {"found", result.found},
            {"complete", result.complete},
            {"best", joint_json(tables, best.network)},
            {"top", top},
            {"options", options},
            {"shapes", result.shapes},
            {"left_out", result.left_out},
            {"opened", result.opened},
            {"evaluations", result.evaluations},
            {"boxes", result.boxes},
            {"largest_cut_bound", number_or_null(result.largest_cut_bound)},
            {"monotone", result.monotone},
            {"seconds", result.seconds},
            {"constraints", constraints_json(tables.dense().constraints())}};
  if (result.found && result.complete) json["optimum"] = optimum_words(grounds(tables.dense().models()));
  if (!result.found)
    json["nearest_miss"] = binding_json(tables.dense(), id, best.evaluation, tables.best_alone());
  if (models.loss.samples > 0) {
    const FileModel::Quality& files = models.file.quality();
    json["models"] = {{"samples", models.loss.samples},
                      {"networks", models.loss.networks},
                      {"loss_rmse_left", number_or_null(models.loss.rmse_left)},
                      {"loss_rmse_mean", number_or_null(models.loss.rmse_mean)},
                      {"gain", models.loss.model.gain},
                      {"file_mape_left", number_or_null(files.mape_left)},
                      {"file_worst_left", number_or_null(files.worst_left)}};
  }
  json["warnings"] = warnings_json(tables);
  return json;
}

std::string joint_text(const JointTables& tables, const JointResult& result, const Json& answer) {
  const Evaluator& dense = tables.dense();
  const NetworkId id = id_from_json(answer.at("best").at("id"));
  std::string text = answer.at("method").get<std::string>();
  text += !result.found ? ": nothing found meets the constraints; nearest miss: " +
                              binding_text(dense, id, result.best.evaluation, tables.best_alone()) + "\n"
          : result.complete ? ": " + answer.at("optimum").get<std::string>() + "\n"
                            : ": stopped; the best so far\n";
  text += network_lines(dense, answer.at("best"), "  ") + margin_text(dense);
  char line[200];
  for (std::size_t place = 1; place < answer.at("top").size(); ++place) {
    std::snprintf(line, sizeof line, "#%zu\n", place + 1);
    text += line + network_lines(dense, answer.at("top")[place], "  ");
  }
  std::snprintf(
      line, sizeof line,
      "%llu shapes with options of cells (%llu left out: another option is as good in everything), %llu "
      "opened, %llu boxes, %.3g s\n",
      static_cast<unsigned long long>(result.shapes), static_cast<unsigned long long>(result.left_out),
      static_cast<unsigned long long>(result.opened), static_cast<unsigned long long>(result.boxes),
      result.seconds);
  text += line;
  if (const auto models = answer.find("models"); models != answer.end())
    text += "losses by " + models->at("samples").dump() + " compressed samples of " +
            models->at("networks").dump() + " networks: error on networks left out " +
            percent_of(models->at("loss_rmse_left")) +
            " points (their mean: " + percent_of(models->at("loss_rmse_mean")) +
            "); file bytes: " + percent_of(models->at("file_mape_left")) + " %\n";
  return text + place_text(dense, id) + warnings_text(answer.at("warnings"));
}

}  // namespace flash

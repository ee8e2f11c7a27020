#include "joint_output.hpp"

#include <cmath>
#include <cstdio>

#include "flash/hardware/file_bytes.hpp"
#include "flash/space/network_text.hpp"
#include "output.hpp"

namespace flash {
namespace {

Json metric_json(Metric metric, double value) {
  return unit(metric) == "1" && std::isfinite(value) ? Json(std::llround(value)) : number_or_null(value);
}

std::string network_lines(const Json& network, const std::string& indent) {
  std::string text = indent + network.at("network").get<std::string>() + "\n" + indent + "cells:";
  for (const Json& option : network.at("compression"))
    text.append(&option == &network.at("compression").front() ? " " : " | ")
        .append(option.get<std::string>());
  text += "\n";
  const Json& as_trained = network.at("as_trained");
  char line[120];
  const auto show = [&](const std::string& key, const Json& value, const Json& before) {
    if (value.is_null()) return;
    if (before.is_null() || before == value)
      std::snprintf(line, sizeof line, "%s%s%.6g\n", indent.c_str(), padded(key, 18).c_str(),
                    value.get<double>());
    else
      std::snprintf(line, sizeof line, "%s%s%-12.6g as trained %.6g\n", indent.c_str(),
                    padded(key, 18).c_str(), value.get<double>(), before.get<double>());
    text += line;
  };
  for (const auto& [key, before] : as_trained.items()) show(key, network.at(key), before);
  return text;
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
  const Evaluation as_trained = dense.in_full(id), evaluation = tables(network);
  Json compression = Json::array();
  for (const std::size_t option : network.compression) compression.push_back(tables.options()[option].text);
  Json json{{"id", id_json(id)},
            {"network", network_text(space, point)},
            {"compression", compression},
            {"objective", evaluation.objective},
            {"accuracy", evaluation.accuracy}};
  Json before{{"accuracy", as_trained.accuracy}};
  for (const Metric m : all_metrics()) {
    if (is_on_device(m) && !dense.models().metrics[m]) continue;
    json[std::string(key(m))] = metric_json(m, dense.has(m) ? evaluation.metrics[m] : as_trained.metrics[m]);
    before[std::string(key(m))] = metric_json(m, as_trained.metrics[m]);
  }
  const JointNetwork all_dense{network.stratum, std::vector<std::size_t>(network.compression.size()),
                               network.options};
  before[std::string(key(file_bytes()))] = number_or_null(tables(all_dense).metrics[file_bytes()]);
  json["as_trained"] = before;
  json["feasible"] = evaluation.feasible();
  json.update(network_json(space, point));
  return json;
}

Json joint_json(const JointTables& tables, const JointResult& result) {
  const JointModels& models = tables.models();
  Json options = Json::array(), top = Json::array();
  for (const CellOption& option : tables.options()) options.push_back(option.text);
  for (const JointRanked& ranked : result.top) top.push_back(joint_json(tables, ranked.network));
  const FileModel::Quality& files = models.file.quality();
  return {{"method", "exact over networks and compression"},
          {"found", result.found},
          {"complete", result.complete},
          {"best", joint_json(tables, result.best.network)},
          {"top", top},
          {"options", options},
          {"shapes", result.shapes},
          {"left_out", result.left_out},
          {"opened", result.opened},
          {"evaluations", result.evaluations},
          {"boxes", result.boxes},
          {"largest_cut_bound", number_or_null(result.largest_cut_bound)},
          {"seconds", result.seconds},
          {"constraints", constraints_json(tables.dense().constraints())},
          {"models",
           {{"samples", models.loss.samples},
            {"networks", models.loss.networks},
            {"loss_rmse_left", number_or_null(models.loss.rmse_left)},
            {"loss_rmse_mean", number_or_null(models.loss.rmse_mean)},
            {"gain", models.loss.model.gain},
            {"file_mape_left", number_or_null(files.mape_left)},
            {"file_worst_left", number_or_null(files.worst_left)}}}};
}

std::string joint_text(const Json& answer) {
  const bool found = answer.at("found");
  const bool proven = answer.at("complete");
  std::string text = answer.at("method").get<std::string>();
  text += !found   ? ": nothing meets the constraints; nearest miss:\n"
          : proven ? ": proven optimum by the models\n"
                   : ": stopped; the best so far\n";
  text += network_lines(answer.at("best"), "  ");
  char line[200];
  for (std::size_t place = 1; place < answer.at("top").size(); ++place) {
    std::snprintf(line, sizeof line, "#%zu\n", place + 1);
    text += line + network_lines(answer.at("top")[place], "  ");
  }
  const auto count = [&](const char* key) {
    return static_cast<unsigned long long>(answer.at(key).get<std::uint64_t>());
  };
  std::snprintf(
      line, sizeof line,
      "%llu shapes with options of cells (%llu left out: another option is as good in everything), %llu "
      "opened, %llu boxes, %.3g s\n",
      count("shapes"), count("left_out"), count("opened"), count("boxes"),
      answer.at("seconds").get<double>());
  text += line;
  const Json& models = answer.at("models");
  text += "losses by " + models.at("samples").dump() + " compressed samples of " +
          models.at("networks").dump() + " networks: error on networks left out " +
          percent_of(models.at("loss_rmse_left")) +
          " points (their mean: " + percent_of(models.at("loss_rmse_mean")) +
          "); file bytes: " + percent_of(models.at("file_mape_left")) + " %\n";
  if (models.at("loss_rmse_left").is_number() && models.at("loss_rmse_mean").is_number() &&
      models.at("loss_rmse_left").get<double>() >= models.at("loss_rmse_mean").get<double>())
    text +=
        "  warning: what options lose is told no better than by the mean of the samples: more of them are needed\n";
  return text;
}

}  // namespace flash

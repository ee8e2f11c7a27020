#include "flash/report/report.hpp"

#include <algorithm>
#include <cmath>

#include "answer_text.hpp"
#include "flash/archive/table_text.hpp"
#include "flash/config/text.hpp"
#include "flash/core/parse_json.hpp"
#include "flash/findings/results.hpp"
#include "flash/predict/verdict.hpp"
#include "flash/search/model_warnings.hpp"
#include "flash/stage/archived_hardware.hpp"
#include "flash/stage/archived_predictor.hpp"
#include "flash/stage/stage.hpp"

namespace flash {

using namespace table_text;

namespace {

// What the last start that looked at them had to say of the images.
std::vector<std::string> image_warnings(const ArchiveContents& archive) {
  std::vector<std::string> all;
  const Table* events = archive.find("events");
  for (std::size_t row = rows(events); row-- > 0;) {
    if (text(*events, "kind", row) != images_event) continue;
    for (const Json& warning : parse_json(text(*events, "text", row)))
      if (warning.is_string()) all.push_back(warning);
    break;
  }
  return all;
}

// Also of the models that the run has fitted or taken; before there are all of them, of those that there are.
std::vector<std::string> archive_warnings(const ArchiveContents& archive) {
  std::vector<std::string> all = image_warnings(archive);
  if (const std::optional<Models> models = archived_models(archive)) {
    for (std::string& warning : warnings(*models)) all.push_back(std::move(warning));
    return all;
  }
  if (const auto figures = archived_predictor(archive)) all.push_back(verdict(*figures));
  for (std::string& warning : hardware_verdicts(archive)) all.push_back(std::move(warning));
  std::erase(all, "");
  return all;
}

std::string warnings_text(const ArchiveContents& archive) {
  std::string out;
  for (const std::string& warning : archive_warnings(archive))
    out += "\n" + wrapped("Warning: " + warning, "");
  return out;
}

// All rows of a table as JSON objects; NaN becomes null.
Json rows_json(const Table* table) {
  Json list = Json::array();
  for (std::size_t row = 0; row < rows(table); ++row) {
    Json object = Json::object();
    for (const Column& column : table->columns) {
      std::visit(
          [&](const auto& values) {
            if constexpr (std::is_same_v<std::decay_t<decltype(values)>, std::vector<double>>) {
              object[column.name] = std::isfinite(values[row]) ? Json(values[row]) : Json(nullptr);
            } else {
              object[column.name] = values[row];
            }
          },
          column.values);
    }
    list.push_back(std::move(object));
  }
  return list;
}

Json attributes_json(const Attributes& attributes) {
  Json object = Json::object();
  for (const auto& [name, value] : attributes) {
    std::visit(
        [&, key = name](const auto& v) {
          if constexpr (std::is_same_v<std::decay_t<decltype(v)>, double>) {
            object[key] = number_or_null(v);
          } else {
            object[key] = v;
          }
        },
        value);
  }
  return object;
}

}  // namespace

std::string report_text(const ArchiveContents& archive, const ReportOptions& options) {
  std::string out = "flash run " + attribute(archive.attributes, "job_name") + " of " +
                    attribute(archive.attributes, "date") + ", space of " +
                    attribute(archive.attributes, "space_size") + " configurations\n\n";
  out += answer_text(archive);
  for (const Stage* stage : stages()) out += stage->report(archive, options);
  return out + warnings_text(archive);
}

Json report_json(const ArchiveContents& archive) {
  Json json = attributes_json(archive.attributes);
  json["samples"] = rows_json(archive.find("samples"));
  json["predictor"] = nullptr;
  json["predictors"] = rows_json(archive.find("predictor"));
  for (const Json& predictor : json["predictors"]) {
    if (predictor.value("used", 0) == 1) json["predictor"] = predictor;
  }
  json["warnings"] = archive_warnings(archive);
  std::string target;
  json["hardware"] = Json::object();
  if (const Table* measured = hardware_table(archive, target)) {
    json["hardware"]["target"] = target;
    json["hardware"]["networks"] = rows_json(measured);
    json["hardware"]["machines"] = rows_json(archive.find("machines"));
    if (const Table* model = archive.find("hardware/" + target + "/model")) {
      json["hardware"]["quality"] = attributes_json(model->attributes);
      json["hardware"]["model"] = rows_json(model);
    }
  }
  json["constraints"] = rows_json(archive.find("constraints"));
  json["sweep"] = {{"blocks", rows_json(archive.find("sweep"))},
                   {"top", rows_json(archive.find("sweep/top"))},
                   {"histograms", rows_json(archive.find("sweep/histograms"))},
                   {"pareto", rows_json(archive.find("sweep/pareto"))}};
  const Table* confirmed = archive.find("confirmed");
  json["answers"] = rows_json(archive.find("answer"));
  json["confirmed"] = rows_json(confirmed);
  json["confirmation"] = confirmed != nullptr ? attributes_json(confirmed->attributes) : Json(nullptr);
  json["kept"] = rows_json(archive.find("confirmed/files"));
  json["compressed"] = rows_json(archive.find("compressed"));
  json["compressed_layers"] = rows_json(archive.find("compressed/layers"));
  json["compressed_rounds"] = rows_json(archive.find("compressed/rounds"));
  json["compressed_targets"] = rows_json(archive.find("compressed/targets"));
  json["compressed_communication"] = rows_json(archive.find("compressed/communication"));
  json["compressed_cells"] = rows_json(archive.find("compressed/cells"));
  json["rows"] = rows_json(archive.find("compare"));
  json["summary"] = rows_json(archive.find("compare/summary"));
  return json;
}

}  // namespace flash

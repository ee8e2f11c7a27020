#include "flash/report/report.hpp"

#include <algorithm>
#include <cinttypes>
#include <cmath>
#include <map>

#include "flash/core/parse_json.hpp"
#include "flash/findings/results.hpp"
#include "flash/predict/verdict.hpp"
#include "flash/search/model_warnings.hpp"
#include "flash/stage/stage.hpp"
#include "report_parts.hpp"

namespace flash {
namespace {

std::string samples_text(const Table& table) {
  std::string out = "Trained networks: " + states(table) + "\n";
  std::vector<std::pair<double, double>> range;
  for (std::size_t row = 0; row < rows(&table); ++row) {
    if (text(table, "state", row) == "done")
      range.emplace_back(number(table, "accuracy", row), number(table, "nn_degree", row));
    if (text(table, "state", row) == "failed") {
      out += "  failed: network " + std::to_string(whole(table, "id", row)) + ": " +
             text(table, "error", row) + "\n";
    }
  }
  if (!range.empty()) {
    const auto [low, high] = std::minmax_element(range.begin(), range.end());
    const auto end = [](const std::pair<double, double>& network) {
      return format("%.1f %%", 100 * network.first) +
             (std::isnan(network.second) ? "" : format(" (NN-Degree %.1f)", network.second));
    };
    out += "  accuracy from " + end(*low) + " to " + end(*high) + "\n";
  }
  return out;
}

std::string predictor_text(const Table& table) {
  if (rows(&table) == 0) return "";
  std::string out =
      "\nAccuracy predictor theta(g) = 1/(a + exp(b/g + c)) [reconstructed]; errors in percentage points\n"
      "  g                          fit RMSE  leave-one-out   hold-out  Spearman   Kendall\n";
  double mean = 0;
  for (std::size_t row = 0; row < rows(&table); ++row) {
    const bool used = number(table, "used", row) == 1;
    out += format("%c %-24s", used ? '*' : ' ', text(table, "predictor", row).c_str());
    out += cell(100 * number(table, "rmse_fit", row), 11, 3) +
           cell(100 * number(table, "rmse_loo", row), 15, 3) +
           cell(100 * number(table, "rmse_holdout", row), 11, 3) +
           cell(number(table, "spearman", row), 10, 3) + cell(number(table, "kendall", row), 10, 3) + "\n";
    if (used) {
      mean = number(table, "rmse_loo_mean", row);
      out += format("    a = %.6g, b = %.6g, c = %.6g, %.0f samples\n", number(table, "a", row),
                    number(table, "b", row), number(table, "c", row), number(table, "samples", row));
    }
  }
  return out + format("  %-35s", "the mean of the other networks") + cell(100 * mean, 15, 3) + "\n";
}

std::string sweep_text(const ArchiveContents& archive) {
  const Table* blocks = archive.find("sweep");
  const Table* top = archive.find("sweep/top");
  if (blocks == nullptr || top == nullptr) return "";
  struct Total {
    std::uint64_t count = 0, feasible = 0;
    double seconds = 0;
  };
  std::map<std::string, Total> totals;
  for (std::size_t row = 0; row < rows(blocks); ++row) {
    Total& total = totals[text(*blocks, "constraints", row)];
    total.count += whole(*blocks, "count", row);
    total.feasible += whole(*blocks, "feasible", row);
    total.seconds += number(*blocks, "seconds", row);
  }
  bool any_outside = false;
  std::string out =
      "\nExhaustive sweep: the best of all configurations\n  constraints   configurations       feasible     "
      "   best id  "
      "accuracy %  latency ms   objective  core-seconds\n";
  for (std::size_t row = 0; row < rows(top); ++row) {
    if (number(*top, "rank_order", row) != 1) continue;
    const std::string set = text(*top, "constraints", row);
    const Total& total = totals[set];
    out += format("  %-12s %15" PRIu64 " %14" PRIu64 " %14" PRIu64, set.c_str(), total.count, total.feasible,
                  whole(*top, "id", row));
    const bool outside = number(*top, "extrapolated", row) == 1;
    any_outside |= outside;
    out += cell(100 * number(*top, "accuracy", row), 12, 4) + cell(number(*top, "latency_ms", row), 12, 4) +
           cell(number(*top, "objective", row), 12, 5) + cell(total.seconds, 14, 3) + (outside ? " *" : "") +
           "\n";
  }
  if (any_outside) out += "  * extrapolated: outside what was measured on the target\n";
  return out;
}

PredictorFigures predictor_figures(const Table& table, std::size_t row) {
  return {.samples = number(table, "samples", row),
          .rmse_loo = number(table, "rmse_loo", row),
          .rmse_loo_mean = number(table, "rmse_loo_mean", row),
          .spearman = number(table, "spearman", row),
          .b = number(table, "b", row)};
}

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
  if (const std::string models = attribute(archive.attributes, "models"); !models.empty()) {
    for (std::string& warning : warnings(models_from_json(parse_json(models))))
      all.push_back(std::move(warning));
    return all;
  }
  const Table* predictor = archive.find("predictor");
  for (std::size_t row = 0; row < rows(predictor); ++row)
    if (number(*predictor, "used", row) == 1) all.push_back(verdict(predictor_figures(*predictor, row)));
  for (std::string& warning : hardware_verdicts(archive)) all.push_back(std::move(warning));
  std::erase(all, "");
  return all;
}

std::string warnings_text(const ArchiveContents& archive) {
  std::string out;
  for (const std::string& warning : archive_warnings(archive)) out += "\nWarning: " + warning + "\n";
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

std::string report_text(const ArchiveContents& archive) {
  std::string out = "flash run " + attribute(archive.attributes, "job_name") + " of " +
                    attribute(archive.attributes, "date") + ", space of " +
                    attribute(archive.attributes, "space_size") + " configurations\n\n";
  if (const Table* samples = archive.find("samples")) out += samples_text(*samples);
  if (const Table* predictor = archive.find("predictor")) out += predictor_text(*predictor);
  out += hardware_text(archive) + sweep_text(archive) + comparison_text(archive);
  for (const Stage* stage : stages()) out += stage->report(archive);
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
  json["rows"] = rows_json(archive.find("compare"));
  json["summary"] = rows_json(archive.find("compare/summary"));
  return json;
}

}  // namespace flash

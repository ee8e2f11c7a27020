// The target's part of the report.
#include <cmath>

#include "flash/hardware/fit_quality.hpp"
#include "report_parts.hpp"

namespace flash {
namespace {

std::string outliers_text(const Table& measured) {
  double outliers = 0, repeats = 0;
  for (std::size_t row = 0; row < rows(&measured); ++row) {
    outliers += std::max(0.0, number(measured, "outliers", row));
    repeats += std::max(0.0, number(measured, "repeats", row));
  }
  return outliers > 0 ? format("  %.0f of %.0f timed passes were far out and left out\n", outliers, repeats)
                      : "";
}

FitQuality quality_of(const Table& model, Metric metric, const char* part) {
  return told_quality([&](const char* figure) {
    return attribute(model, std::string(name(metric)) + "_" + figure + "_" + part);
  });
}

}  // namespace

const Table* hardware_table(const ArchiveContents& archive, std::string& target) {
  for (const Table& table : archive.tables) {
    if (table.path.rfind("hardware/", 0) == 0 && table.path.find('/', 9) == std::string::npos) {
      target = table.path.substr(9);
      return &table;
    }
  }
  return nullptr;
}

std::string hardware_text(const ArchiveContents& archive) {
  std::string target;
  const Table* measured = hardware_table(archive, target);
  if (measured == nullptr || rows(measured) == 0) return "";
  std::string out = "\nHardware target " + target + ": " + states(*measured) + "\n";
  const Table* model = archive.find("hardware/" + target + "/model");
  if (model == nullptr) return out;
  for (const Metric metric : fitted_metrics) {
    for (const char* part : {"fit", "holdout"}) {
      const FitQuality quality = quality_of(*model, metric, part);
      if (quality.networks == 0) continue;
      out += format("  %-7s model, %-8s %3zu networks: R2 %s, MAPE %s %%, maximum error %s %%, Spearman %s\n",
                    std::string(name(metric)).c_str(), part, quality.networks, cell(quality.r2, 6, 4).c_str(),
                    cell(100 * quality.mape, 5, 3).c_str(), cell(100 * quality.max_error, 5, 3).c_str(),
                    cell(quality.spearman, 6, 4).c_str());
    }
  }
  return out + outliers_text(*measured);
}

std::vector<std::string> hardware_verdicts(const ArchiveContents& archive) {
  std::vector<std::string> all;
  std::string target;
  if (hardware_table(archive, target) == nullptr) return all;
  const Table* model = archive.find("hardware/" + target + "/model");
  if (model == nullptr) return all;
  for (const Metric metric : fitted_metrics)
    all.push_back(verdict(metric, quality_of(*model, metric, "fit"), quality_of(*model, metric, "holdout")));
  return all;
}

}  // namespace flash

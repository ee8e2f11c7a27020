// The networks measured and the hardware models fitted to them, as text.
#include <algorithm>

#include "flash/archive/table_text.hpp"
#include "flash/stage/archived_hardware.hpp"
#include "stage_text.hpp"

namespace flash {
namespace {

using namespace table_text;

std::string outliers_text(const Table& measured) {
  double outliers = 0, repeats = 0;
  for (std::size_t row = 0; row < rows(&measured); ++row) {
    outliers += std::max(0.0, number(measured, "outliers", row));
    repeats += std::max(0.0, number(measured, "repeats", row));
  }
  return outliers > 0 ? format("  %.0f of %.0f timed passes were far out and left out\n", outliers, repeats)
                      : "";
}

}  // namespace

std::string hardware_text(const ArchiveContents& archive) {
  std::string target;
  const Table* measured = hardware_table(archive, target);
  if (measured == nullptr || rows(measured) == 0) return "";
  std::string out = "\nHardware target " + target + ": " + states(*measured) + "\n";
  const Table* model = archive.find("hardware/" + target + "/model");
  if (model == nullptr) return out;
  for (const Metric metric : fitted_metrics) {
    for (const char* part : {"fit", "holdout"}) {
      const FitQuality quality = archived_quality(*model, metric, part);
      if (quality.networks == 0) continue;
      out += format("  %-7s model, %-8s %3zu networks: R2 %s, MAPE %s %%, at most %s %%, Spearman %s\n",
                    std::string(name(metric)).c_str(), part, quality.networks, cell(quality.r2, 6, 4).c_str(),
                    cell(100 * quality.mape, 5, 3).c_str(), cell(100 * quality.max_error, 5, 3).c_str(),
                    cell(quality.spearman, 6, 4).c_str());
    }
  }
  return out + outliers_text(*measured);
}

}  // namespace flash

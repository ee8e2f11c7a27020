// The networks measured and the hardware models fitted to them, as text.
#include <algorithm>
#include <cmath>

#include "flash/archive/table_text.hpp"
#include "flash/config/text.hpp"
#include "flash/core/machine.hpp"
#include "flash/stage/archived_hardware.hpp"
#include "stage_text.hpp"

namespace flash {
namespace {

using namespace table_text;

constexpr std::size_t most_remeasured = 6;  // that are listed

std::string outliers_text(const Table& measured) {
  double outliers = 0, repeats = 0;
  for (std::size_t row = 0; row < rows(&measured); ++row) {
    outliers += std::max(0.0, number(measured, "outliers", row));
    repeats += std::max(0.0, number(measured, "repeats", row));
  }
  return outliers > 0 ? format("  %.0f of %.0f timed passes were far out and left out\n", outliers, repeats)
                      : "";
}

// "Measured on: AMD EPYC, 2 cores, ...", a line each.
std::string machines_text(const ArchiveContents& archive) {
  std::string out;
  const Table* machines = archive.find("machines");
  for (std::size_t row = 0; row < rows(machines); ++row) {
    const Machine machine{.processor = text(*machines, "processor", row),
                          .cores = static_cast<int>(number(*machines, "cores", row)),
                          .memory_mib = static_cast<std::int64_t>(number(*machines, "memory_mib", row)),
                          .kernel = text(*machines, "kernel", row),
                          .governor = text(*machines, "governor", row),
                          .libraries = text(*machines, "libraries", row)};
    std::string line = "Measured on: " + to_text(machine);
    if (rows(machines) > 1) line += format(" (%.0f networks)", number(*machines, "networks", row));
    out += wrapped(line, "");
  }
  return out;
}

// "  2 networks were far from what the others let expect: measured again ..., a line each.
std::string remeasured_text(const Table& measured) {
  std::string lines;
  std::size_t count = 0;
  for (std::size_t row = 0; row < rows(&measured); ++row) {
    const double first = number(measured, "latency_ms_first", row);
    const double again = number(measured, "latency_ms_again", row);
    if (std::isnan(first) || std::isnan(again)) continue;
    if (++count <= most_remeasured)
      lines += "    " + named(measured, row) + format(": %.4g ms, again %.4g ms\n", first, again);
  }
  if (count == 0) return "";
  if (count > most_remeasured) lines += format("    and %zu more\n", count - most_remeasured);
  return format(
             "  %zu of them lay far from what the others let expect and were measured again; the smaller counts:\n",
             count) +
         lines;
}

}  // namespace

namespace {

// What is rounding alone is no error.
double percent_of(double error) { return error < 1e-9 ? 0 : 100 * error; }

// Of two networks with the same value it may be anything.
std::string r2_text(double r2) { return r2 < -99 ? " < -99" : cell(r2, 6, 4); }

}  // namespace

std::string hardware_text(const ArchiveContents& archive) {
  std::string target;
  const Table* measured = hardware_table(archive, target);
  if (measured == nullptr || rows(measured) == 0) return "";
  if (all_missing(*measured) && rows(archive.find("compressed")) > 0) return "";  // to compress was all
  std::string out = "\nHardware target " + target + ": " + states(*measured) + "\n";
  out += machines_text(archive) + remeasured_text(*measured);
  for (const ArchivedModel& model : archived_models_of_metrics(archive)) {
    for (const auto& [part, quality] : {std::pair{"fit", model.fit}, std::pair{"holdout", model.holdout}}) {
      if (quality.networks == 0) continue;
      out += format("  %-7s model, %-8s %3zu networks: R2 %s, MAPE %s %%, at most %s %%, Spearman %s\n",
                    model.metric.c_str(), part, quality.networks, r2_text(quality.r2).c_str(),
                    cell(percent_of(quality.mape), 5, 3).c_str(),
                    cell(percent_of(quality.max_error), 5, 3).c_str(), cell(quality.spearman, 6, 4).c_str());
    }
  }
  return out + outliers_text(*measured);
}

}  // namespace flash

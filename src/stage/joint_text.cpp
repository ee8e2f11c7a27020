#include "joint_text.hpp"

#include <algorithm>
#include <cmath>

#include "flash/archive/table_text.hpp"
#include "flash/config/text.hpp"
#include "flash/stage/joint.hpp"
#include "stage_text.hpp"

namespace flash {

std::string joint_report(const ArchiveContents& archive) {
  using namespace table_text;
  const Table* table = archive.find("compressed/cells");
  if (rows(table) == 0) return "";
  std::string out = "\nCompression as variables: networks with a form for each cell, truly compressed\n";
  double off = 0, bytes_off = 0;
  constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::size_t samples = 0, confirmed = 0, smallest = none, best = none;
  for (std::size_t row = 0; row < rows(table); ++row) {
    if (text(*table, "stage", row) == compress_samples_name) {
      ++samples;
      continue;
    }
    const std::string network = text(*table, "network", row), cells = text(*table, "cells", row);
    out += wrapped(
        network + ": " + cells + (number(*table, "holds", row) == 1 ? ": holds" : ": does not hold"), "  ");
    if (const std::string error = text(*table, "error", row); !error.empty()) {
      out += wrapped("failed: " + error, "    ");
      continue;
    }
    const double predicted = number(*table, "accuracy_predicted", row),
                 accuracy = number(*table, "accuracy", row);
    const double bytes = number(*table, "file_bytes", row),
                 bytes_predicted = number(*table, "file_bytes_predicted", row);
    out += format(
        "    accuracy %% predicted %.2f, judged %.2f (dense %.2f), test %.2f; bytes predicted %.0f, written %.0f\n",
        100 * predicted, 100 * accuracy, 100 * number(*table, "accuracy_dense", row),
        100 * number(*table, "test_accuracy", row), bytes_predicted, bytes);
    if (const double energy = number(*table, "energy_mj", row); std::isfinite(energy))
      out += format(
          "    by the target's model: latency ms predicted %.4g, of the file %.4g; energy mJ %.4g, %.4g\n",
          number(*table, "latency_predicted", row), number(*table, "latency_ms", row),
          number(*table, "energy_predicted", row), energy);
    out += "    " + text(*table, "file", row) + "\n";
    off += std::abs(predicted - accuracy);
    bytes_off += std::abs(bytes_predicted / bytes - 1);
    ++confirmed;
    if (number(*table, "holds", row) != 1) continue;
    if (smallest == none || bytes < number(*table, "file_bytes", smallest)) smallest = row;
    if (best == none || accuracy > number(*table, "accuracy", best)) best = row;
  }
  const auto say = [&](const char* what, std::size_t row) {
    if (row != none)
      out +=
          wrapped(std::string(what) + text(*table, "network", row) + ": " + text(*table, "cells", row), "  ");
  };
  say("Smallest file that holds: ", smallest);
  say("Most accurate that holds: ", best);
  if (confirmed > 0 && best == none)
    out += "  None of these is what the job asks for: more samples, or other bounds.\n";
  if (confirmed > 0)
    out +=
        format("  Off on average: accuracy %.2f points, bytes %.1f %%; models by %zu compressed samples.\n",
               100 * off / static_cast<double>(confirmed), 100 * bytes_off / static_cast<double>(confirmed),
               samples);
  return out;
}

}  // namespace flash

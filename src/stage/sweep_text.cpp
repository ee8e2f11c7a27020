// The best of all configurations, as text: a line a constraint set.
#include <cinttypes>
#include <cmath>
#include <map>

#include "flash/archive/table_text.hpp"
#include "flash/stage/archived_predictor.hpp"
#include "stage_text.hpp"

namespace flash {

using namespace table_text;

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
  const bool by_score = judges_by_score(archive);
  bool any_outside = false;
  std::string out =
      std::string("\nExhaustive sweep: the best of all configurations\n") +
      format("  %-12s %14s %13s %13s%11s%11s%11s%8s\n", "constraints", "configurations", "feasible",
             "best id", by_score ? "NN-Degree" : "accuracy %", "latency ms", objective_name(*top), "core-s");
  for (std::size_t row = 0; row < rows(top); ++row) {
    if (number(*top, "rank_order", row) != 1) continue;
    const std::string set = text(*top, "constraints", row);
    const Total& total = totals[set];
    out += format("  %-12s %14" PRIu64 " %13" PRIu64 " %13" PRIu64, set.c_str(), total.count, total.feasible,
                  whole(*top, "id", row));
    const bool outside = number(*top, "extrapolated", row) == 1;
    any_outside |= outside;
    out += cell((by_score ? 1 : 100) * number(*top, "accuracy", row), 11, 4) +
           cell(number(*top, "latency_ms", row), 11, 4) +
           cell(shown_objective(*top, number(*top, "objective", row)), 11, 5) + cell(total.seconds, 8, 2) +
           (outside ? " *" : "") + "\n    " + text(*top, "network", row);
    if (const double parameters = number(*top, "parameters", row); std::isfinite(parameters))
      out += format(": %.0f parameters, %.3g million multiply-accumulates", parameters,
                    number(*top, "macs", row) / 1e6);
    out += "\n";
  }
  if (any_outside) out += "  * extrapolated: outside what was measured on the target\n";
  return out;
}

}  // namespace flash

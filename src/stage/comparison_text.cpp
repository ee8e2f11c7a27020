// The comparison of search methods, as text: a table a constraint set.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "flash/archive/table_text.hpp"
#include "flash/config/text.hpp"
#include "flash/predict/verdict.hpp"
#include "flash/stage/archived_predictor.hpp"
#include "stage_text.hpp"

namespace flash {
namespace {

using namespace table_text;

constexpr double rounding = 1e-12;  // a gap that is only rounding is none

struct Quartile {
  const char* suffix;
  const char* label;  // of its line
};
constexpr Quartile median{"_median", ""};
constexpr std::array<Quartile, 2> quartiles{{{"_q1", "quartile 1"}, {"_q3", "quartile 3"}}};

double figure(const Table& summary, const std::string& name, const Quartile& quartile, std::size_t row) {
  return number(summary, (name + quartile.suffix).c_str(), row);
}

double gap(const Table& summary, const Quartile& quartile, std::size_t row) {
  const double value = figure(summary, "gap", quartile, row);
  return std::abs(value) < rounding ? 0 : value;
}

double gap_random(const Table& summary, const Quartile& quartile, std::size_t row) {
  const double value = figure(summary, "gap_random", quartile, row);
  return std::abs(value) < rounding ? 0 : value;
}

std::string speedup_cell(const Table& summary, const Quartile& quartile, std::size_t row) {
  const double value = figure(summary, "speedup_rl", quartile, row);
  const bool bound = number(summary, "speedup_rl_bounds", row) > 0;
  return std::isfinite(value) && bound ? format("%10s", format(">%.3g", value).c_str()) : cell(value, 10, 3);
}

std::string figures_text(const Table& summary, const Quartile& quartile, std::size_t row,
                         const std::string& within) {
  const auto value = [&](const char* name) { return figure(summary, name, quartile, row); };
  return cell(shown_objective(summary, value("objective")), 10, 5) +
         cell(100 * gap(summary, quartile, row), 8, 3) +
         cell(100 * gap_random(summary, quartile, row), 8, 3) + cell(value("evaluations"), 7, 6) +
         cell(value("seconds"), 9, 3) + format("%5s", within.c_str()) + cell(value("evaluations_1pc"), 8, 6) +
         cell(value("seconds_1pc"), 9, 3) + speedup_cell(summary, quartile, row) + "\n";
}

std::string method_text(const Table& summary, std::size_t row, bool with_quartiles) {
  const double runs = number(summary, "runs", row);
  const auto of_runs = [&](const char* column) {
    return format("%.0f/%.0f", number(summary, column, row), runs);
  };
  std::string out = format("  %-17s%6s", text(summary, "method", row).c_str(), of_runs("found").c_str()) +
                    figures_text(summary, median, row, of_runs("within_1pc"));
  if (runs < 2 || !with_quartiles) return out;
  for (const Quartile& quartile : quartiles)
    out += format("    %-21s", quartile.label) + figures_text(summary, quartile, row, "");
  return out;
}

struct Bound {
  const char* column;  // of table constraints
  const char* text;
  const char* units;
};
constexpr std::array<Bound, 4> bounds{{{"accuracy_min", "accuracy >=", ""},
                                       {"latency_max_ms", "latency <=", " ms"},
                                       {"energy_max_mj", "energy <=", " mJ"},
                                       {"area_max_mm2", "area <=", " mm2"}}};

// "hardware: latency <= 0.4 ms, area <= 12 mm2"
std::string bounds_text(const ArchiveContents& archive, const std::string& set) {
  const Table* table = archive.find("constraints");
  std::string out = set;
  for (std::size_t row = 0; row < rows(table); ++row) {
    if (text(*table, "name", row) != set) continue;
    for (const Bound& bound : bounds) {
      const double value = number(*table, bound.column, row);
      if (!std::isfinite(value)) continue;
      out += (out == set ? ": " : ", ") + format("%s %.4g%s", bound.text, value, bound.units);
    }
  }
  return out;
}

// The best first: by median gap, then by time; what found nothing last.
void sort_methods(const Table& summary, std::vector<std::size_t>& order) {
  const auto key = [&](std::size_t row) {
    const double median_gap = gap(summary, median, row);
    return std::pair{std::isnan(median_gap) ? std::numeric_limits<double>::infinity() : median_gap,
                     figure(summary, "seconds", median, row)};
  };
  std::ranges::stable_sort(order, {}, key);
}

}  // namespace

std::string comparison_text(const ArchiveContents& archive, const ReportOptions& options) {
  const Table* summary = archive.find("compare/summary");
  if (rows(summary) == 0) return "";
  std::vector<std::pair<std::string, std::vector<std::size_t>>> sets;
  bool any_bound = false;
  const Grounds grounds = archived_grounds(archive);
  for (std::size_t row = 0; row < rows(summary); ++row) {
    const std::string set = text(*summary, "constraints", row);
    if (sets.empty() || sets.back().first != set) sets.push_back({set, {}});
    sets.back().second.push_back(row);
    any_bound |= number(*summary, "speedup_rl_bounds", row) > 0;
  }
  std::string out = "\nComparison of search methods: medians over seeds";
  out += options.quartiles ? ", with quartiles below\n" : " (--quartiles: with quartiles)\n";
  for (auto& [set, order] : sets) {
    const double optimum = shown_objective(*summary, number(*summary, "optimum", order.front()));
    out += "\n" +
           wrapped("Constraints " + bounds_text(archive, set) +
                       (std::isfinite(optimum) ? "; " + optimum_words(grounds) + format(": %.6g", optimum)
                                               : "; " + infeasible_words(grounds)),
                   "") +
           format("%89s%10s\n", "within 1 % of the optimum", "speed-up") +
           format("  %-17s%6s%10s%8s%8s%7s%9s%5s%8s%9s%10s\n", "method", "found", objective_name(*summary),
                  "gap %", "/random", "evals", "seconds", "runs", "evals", "seconds", "REINFORCE");
    sort_methods(*summary, order);
    for (const std::size_t row : order) out += method_text(*summary, row, options.quartiles);
  }
  if (any_bound) out += "  > at least: REINFORCE never came that far, its whole time is set against it\n";
  return out;
}

}  // namespace flash

// The networks trained and the predictors of accuracy fitted to them, as text.
#include <algorithm>
#include <cmath>

#include "flash/archive/table_text.hpp"
#include "stage_text.hpp"

namespace flash {
namespace {

using namespace table_text;

std::string samples_text(const Table& table) {
  bool any = false;
  for (std::size_t row = 0; row < rows(&table); ++row) any |= text(table, "state", row) != "missing";
  if (!any) return "No network was trained.\n";
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

}  // namespace

std::string training_text(const ArchiveContents& archive) {
  std::string out;
  if (const Table* samples = archive.find("samples")) out += samples_text(*samples);
  if (const Table* predictor = archive.find("predictor")) out += predictor_text(*predictor);
  return out;
}

}  // namespace flash

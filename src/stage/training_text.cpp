// The networks trained and the predictors of accuracy fitted to them, as text.
#include <algorithm>
#include <cmath>

#include "flash/archive/table_text.hpp"
#include "flash/config/text.hpp"
#include "flash/predict/verdict.hpp"
#include "flash/stage/archived_predictor.hpp"
#include "stage_text.hpp"

namespace flash {
namespace {

using namespace table_text;

std::string refined_text(const Table& table) {
  std::size_t refined = 0, ended = 0;
  double rounds = 0;
  for (std::size_t row = 0; row < rows(&table); ++row) {
    refined += number(table, "round", row) > 0;
    rounds = std::max(rounds, number(table, "round", row));
    ended += text(table, "state", row) == "ended";
  }
  const std::string why = attribute(table.attributes, "refinement_ended");
  if (refined == 0 && why.empty()) return "";
  std::string out =
      format("%zu of them in %.0f %s of refinement", refined, rounds, rounds == 1 ? "round" : "rounds");
  if (!why.empty()) out += ", which ended since " + why;
  if (ended > 0) out += format("; %zu trainings were not worth their end", ended);
  return wrapped(out, "  ");
}

std::string noise_text(const Table& table) {
  const double noise = attribute(table, "noise");
  if (!std::isfinite(noise)) return "";
  std::string out = "* Noise: trained again from another seed, a network's accuracy " +
                    format("strays by %.1f points (pooled over %.0f repeats)", 100 * noise,
                           attribute(table, "noise_freedom"));
  const double most = attribute(table, "best_correlation");
  if (std::isfinite(most))
    out += format(": with single trainings nothing could correlate better than %.2f", most);
  return wrapped(out, "  ");
}

// Which they are, and what the chip costs.
std::string accuracies_text(const Table& table) {
  const std::string words = attribute(table.attributes, "accuracies");
  if (words.empty() || all_missing(table)) return "";
  return wrapped("* " + words, "  ");
}

// Nothing where a run was there to compress alone.
std::string samples_text(const Table& table, const ArchiveContents& archive) {
  if (all_missing(table)) return rows(archive.find("compressed")) > 0 ? "" : "No network was trained.\n";
  std::string out = "Trained networks: " + states(table) + "\n";
  std::vector<std::pair<double, double>> range;
  for (std::size_t row = 0; row < rows(&table); ++row) {
    if (text(table, "state", row) == "done")
      range.emplace_back(number(table, "accuracy", row), number(table, "nn_degree", row));
    if (text(table, "state", row) == "failed") {
      out += wrapped("failed: " + named(table, row) + ": " + text(table, "error", row), "  ");
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
  return out + accuracies_text(table) + refined_text(table) + noise_text(table);
}

std::string name_of(const Table& table, std::size_t row) {
  const std::string name = text(table, "predictor", row);
  return name == "additive" ? "additive score [ours]" : theta_words(name);
}

// What is used, why, and whether it is worth anything.
std::string used_text(const Table& table, std::size_t row, const ArchiveContents& archive) {
  std::string out = format("    %.0f samples", number(table, "samples", row));
  if (text(table, "predictor", row) != "additive")
    out += format("; a = %.6g, b = %.6g, c = %.6g", number(table, "a", row), number(table, "b", row),
                  number(table, "c", row));
  out += "\n";
  if (const std::string choice = text(table, "choice", row); !choice.empty())
    out += wrapped("* " + choice, "  ");
  const auto figures = archived_predictor(archive);
  if (!figures) return out;
  if (const std::string doubt = verdict(*figures); !doubt.empty())
    return out + wrapped("Verdict: " + doubt, "  ");
  std::string good = "Verdict: it is better than the mean: " + merit(*figures);
  const double band = number(table, "band_loo", row);
  if (std::isfinite(band))
    good += format(
        "; of 100 networks that it has not seen about 95 come within %.1f points of what it "
        "predicts (of the mean: within %.1f)",
        100 * band, 100 * number(table, "band_mean", row));
  return out + wrapped(good, "  ");
}

std::string predictor_text(const Table& table, const ArchiveContents& archive) {
  if (rows(&table) == 0) return "";
  std::string out =
      "\nAccuracy predictors; errors in percentage points. theta(g) = 1/(a + exp(b/g + c)) [reconstructed]\n"
      "  predictor                  fit RMSE  leave-one-out   hold-out  Spearman   Kendall\n";
  double mean = 0;
  std::string used;
  for (std::size_t row = 0; row < rows(&table); ++row) {
    const bool is_used = number(table, "used", row) == 1;
    out += format("%c %-25s", is_used ? '*' : ' ', name_of(table, row).c_str());
    out += cell(100 * number(table, "rmse_fit", row), 10, 3) +
           cell(100 * number(table, "rmse_loo", row), 15, 3) +
           cell(100 * number(table, "rmse_holdout", row), 11, 3) +
           cell(number(table, "spearman", row), 10, 3) + cell(number(table, "kendall", row), 10, 3) + "\n";
    if (!is_used) continue;
    mean = number(table, "rmse_loo_mean", row);
    used = used_text(table, row, archive);
  }
  return out + format("  %-35s", "the mean of the other networks") + cell(100 * mean, 15, 3) + "\n" + used;
}

}  // namespace

std::string training_text(const ArchiveContents& archive) {
  std::string out;
  if (const Table* samples = archive.find("samples")) out += samples_text(*samples, archive);
  if (const Table* predictor = archive.find("predictor")) out += predictor_text(*predictor, archive);
  return out;
}

}  // namespace flash

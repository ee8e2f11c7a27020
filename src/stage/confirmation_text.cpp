// What was confirmed, as text: each network promised and found, and what the predictions were worth.
#include <algorithm>
#include <cmath>

#include "flash/archive/table_text.hpp"
#include "flash/config/text.hpp"
#include "stage_text.hpp"

namespace flash {
namespace {

using namespace table_text;

std::string percent(double share, int width) {
  return std::isfinite(share) ? format("%*.1f", width, 100 * share) : cell(share, width, 3);
}

// "best (hardware)": of the first set the word alone.
std::string why(const Table& table, std::size_t row) {
  const std::string role = text(table, "role", row);
  const std::string method = text(table, "method", row), set = text(table, "constraints", row);
  if (!method.empty()) return method;
  return set == text(table, "constraints", 0) ? role : role + " of " + set;
}

std::string holds(const Table& table, std::size_t row) {
  if (text(table, "constraints", row) == "none") return "-";  // nothing is asked of it
  if (!std::isfinite(number(table, "objective_true", row))) return "?";
  const double violation = number(table, "violation_true", row);
  if (number(table, "meets", row) == 1) return "yes";
  return violation > 0 ? format("%.0f %% over", 100 * violation) : "?";  // what is bounded was not measured
}

std::string row_text(const Table& table, std::size_t row) {
  std::string network = text(table, "network", row), out;
  constexpr std::size_t width = 27;
  if (network.size() > width) {  // in a line of its own, whole, as --network takes it
    out.append("  ").append(network).append("\n");
    network.clear();
  }
  out += format("  %-27s %-17s", network.c_str(), why(table, row).c_str());
  out += percent(number(table, "accuracy", row), 6) + percent(number(table, "test_accuracy", row), 7) +
         percent(number(table, "test_accuracy_expected", row), 7);
  out += cell(number(table, "latency_ms", row), 9, 3) + cell(number(table, "latency_ms_true", row), 9, 3);
  return out + "  " + holds(table, row) + "\n";
}

std::string failures(const Table& trainings) {
  std::string out;
  for (std::size_t row = 0; row < rows(&trainings); ++row)
    if (text(trainings, "state", row) == "failed")
      out +=
          wrapped("failed: " + text(trainings, "network", row) + ": " + text(trainings, "error", row), "  ");
  return out;
}

std::string unmeasured(const Table& table) {
  std::string out;
  for (std::size_t row = 0; row < rows(&table); ++row)
    if (text(table, "measured", row) == "missing")
      out += (out.empty() ? "" : ", ") +
             (has_numbers(table, "id") ? id(table, "id", row) : text(table, "network", row));
  if (out.empty()) return "";
  return "  not measured: " + out +
         "; of a table, `flash confirm JOB -o RUN --emit DIR` writes what to measure\n";
}

std::string worth(const Table& table) {
  const auto figure = [&](const char* name) { return attribute(table, name); };
  std::string out;
  if (std::isfinite(figure("rmse")))
    out += format("  Accuracy: predictions are off by %.1f points (root mean square), on average by %+.1f",
                  100 * figure("rmse"), 100 * figure("bias")) +
           (std::isfinite(figure("noise"))
                ? format(";\n  one network's trainings differ by %.1f points (standard deviation)",
                         100 * figure("noise"))
                : "") +
           ".\n";
  if (std::isfinite(figure("spearman"))) {
    out += format("  Rank correlation of promised and found accuracy %.2f", figure("spearman"));
    if (std::isfinite(figure("spearman_low")))
      out += format(" (95 %%: %.2f to %.2f)", figure("spearman_low"), figure("spearman_high"));
    if (std::isfinite(figure("spearman_objective")))
      out += format(", objective %.2f", figure("spearman_objective"));
    out += ".\n";
  }
  if (std::isfinite(figure("latency_ratio")))
    out += format("  Latency: measured / predicted %.2f in the median.\n", figure("latency_ratio"));
  if (std::isfinite(figure("regret")))
    out += figure("regret") <= 0
               ? "  No confirmed network that meets the constraints is better than the models' best.\n"
               : format("  The models' best is %.1f %% behind the best of these in the objective.\n",
                        100 * figure("regret"));
  return out;
}

// "  w1 d5: latency 1.2 ms, annealed 1.1; energy ...": of a chip whose tiles were placed anew, a line a network.
std::string placed_text(const ArchiveContents& archive) {
  const Table* table = archive.find("confirmed/placed");
  if (rows(table) == 0) return "";
  std::string
      out =
          "  Tiles annealed; models and search saw them in order of the layers, as do the columns above\n"
          "                                in order annealed\n",
      before;
  for (std::size_t row = 0; row < rows(table); ++row) {
    if (const std::string network = text(*table, "network", row); network != before) {
      out.append("  ").append(network).append("\n");
      before = network;
    }
    const std::string what = text(*table, "metric", row), unit = text(*table, "unit", row);
    out += format("    %-25s", (unit == "1" ? what : what + " [" + unit + "]").c_str()) +
           cell(number(*table, "in_order", row), 10, 4) + cell(number(*table, "annealed", row), 9, 4) + "\n";
  }
  return out;
}

}  // namespace

std::string confirmation_text(const ArchiveContents& archive) {
  const Table* table = archive.find("confirmed");
  if (rows(table) == 0) return "";
  std::string out = "\nConfirmed: chosen by the models, then trained and measured\n";
  out += format("  %-27s %-17s%21s%18s\n", "", "", "accuracy %", "latency ms");
  out += format("  %-27s %-17s%6s%7s%7s%9s%9s  %s\n", "network", "why", "model", "found", "again", "model",
                "found", "holds");
  for (std::size_t row = 0; row < rows(table); ++row) out += row_text(*table, row);
  out += "  again: what another training is expected to have; the best that was found was lucky, too\n";
  if (const Table* trainings = archive.find("confirmed/trainings")) out += failures(*trainings);
  return out + unmeasured(*table) + worth(*table) + placed_text(archive);
}

// "  networks/network-17.pt, .onnx, .weights.pt, .py, .json": a line a network.
std::string kept_text(const ArchiveContents& archive) {
  const Table* files = archive.find("confirmed/files");
  if (rows(files) == 0) return "";
  std::string out =
      "\nKept networks, in the run's directory; NAME.py and NAME.weights.pt are to train on with";
  std::string before;
  std::string stem;
  for (std::size_t row = 0; row < rows(files); ++row) {
    const std::string network = id(*files, "id", row);
    const std::string file = text(*files, "file", row);
    if (row == 0 || network != before) {
      stem = file.substr(0, file.find('.'));
      out += "\n  " + file;
    } else {
      out += ", " + (file.starts_with(stem) ? file.substr(stem.size()) : file);
    }
    before = network;
  }
  return out + "\n";
}

}  // namespace flash

// What was compressed, as text.
#include <algorithm>
#include <cmath>
#include <utility>

#include "flash/archive/table_text.hpp"
#include "flash/config/text.hpp"
#include "flash/predict/student_t.hpp"
#include "flash/stage/compression.hpp"
#include "stage_text.hpp"

namespace flash {
namespace {

using namespace table_text;

std::string percent(double share) {
  return std::isfinite(share) ? format("%8.2f", 100 * share) : cell(share, 8, 2);
}

// A kept weight's bits and nothing else, as papers count.
double weight_data(const Table& layers, const std::string& network, double training) {
  double bits = 0;
  for (std::size_t row = 0; row < rows(&layers); ++row)
    if (text(layers, "network", row) == network && number(layers, "training", row) == training)
      bits += number(layers, "kept", row) * number(layers, "bits", row);
  return bits / 8;
}

struct Macs {
  double all = 0, kept = 0;
  double ratio() const { return kept > 0 ? all / kept : 1; }
};
Macs of_convolutions(const Table& layers, const std::string& network, double training) {
  Macs macs;
  for (std::size_t row = 0; row < rows(&layers); ++row) {
    if (text(layers, "network", row) != network || number(layers, "training", row) != training ||
        text(layers, "kind", row) != "convolution")
      continue;
    macs.all += number(layers, "macs", row);
    macs.kept += number(layers, "macs_kept", row);
  }
  return macs;
}

// "    on digital, dense in 8 bits over this: latency 1.9x, energy 2.4x, area 1.0x (0.012 mJ)"
std::string on_targets(const Table* targets, const std::string& network, double training) {
  std::string out;
  for (std::size_t row = 0; row < rows(targets); ++row) {
    if (text(*targets, "network", row) != network || number(*targets, "training", row) != training) continue;
    out += format("    on %-8s", text(*targets, "target", row).c_str());
    struct Cost {
      const char *name, *column, *unit;
    };
    for (const Cost& cost : {Cost{"latency", "latency_ms", "ms"}, Cost{"energy", "energy_mj", "mJ"},
                             Cost{"area", "area_mm2", "mm2"}}) {
      const double value = number(*targets, cost.column, row);
      const double dense = number(*targets, (std::string(cost.column) + "_dense").c_str(), row);
      out += format("  %s %.4g %s (%s)", cost.name, value, cost.unit, in_comparison(dense, value).c_str());
    }
    out += "\n";
  }
  return out;
}

// "    compacted     85 tiles; activations: energy 3.1x less ..."
std::string on_wires(const Table* sent, const std::string& network, double training) {
  std::string out;
  const auto of = [&](std::size_t row) {
    return text(*sent, "network", row) == network && number(*sent, "training", row) == training;
  };
  for (std::size_t row = 0, dense = 0; row < rows(sent); ++row) {
    if (!of(row)) continue;
    const std::string form = text(*sent, "form", row), placer = text(*sent, "placer", row);
    if (form == "dense" && placer == "in_order") {
      dense = row;
      const double tiles = number(*sent, "tiles", row);
      out += format("    on the wires: dense on %.0f tiles, %.1f a layer%s\n", tiles,
                    tiles / number(*sent, "layers", row),
                    tiles > number(*sent, "layers", row) ? "" : ": with one there is little to gain");
      continue;
    }
    out += format("      %-10s%5.0f tiles %-8s", form.c_str(), number(*sent, "tiles", row),
                  placer == "anneal" ? "annealed" : "in order");
    for (const std::string suffix : {"", "_all"}) {
      const auto both = [&](const char* column) {
        const std::string name = column + suffix;
        return std::pair(number(*sent, name.c_str(), dense), number(*sent, name.c_str(), row));
      };
      const auto [energy, energy_now] = both("energy_mj");
      const auto [latency, latency_now] = both("latency_ms");
      out += (suffix.empty() ? "; activations: energy " : "; with partial sums: energy ") +
             in_comparison(energy, energy_now) + ", latency " + in_comparison(latency, latency_now) +
             ", EDP " + in_comparison(energy * latency, energy_now * latency_now);
    }
    out += "\n";
  }
  return out;
}

// Each network and seed is its own pair; by Student's t.
std::string lost_on_average(double sum, double squares, std::size_t count) {
  const auto n = static_cast<double>(count);
  const double mean = sum / n, variance = std::max(0.0, squares - n * mean * mean) / (n - 1);
  const double reach = student_t_two_sided(0.95, static_cast<int>(count) - 1) * std::sqrt(variance / n);
  return format("  Lost on average: %.2f points (95 %% interval, paired: %.2f to %.2f).\n", 100 * mean,
                100 * (mean - reach), 100 * (mean + reach));
}

}  // namespace

std::string in_comparison(double dense, double compressed) {
  return dense < compressed ? format("%.2fx more", compressed / dense)
                            : format("%.2fx less", dense / compressed);
}

std::string compression_text(const ArchiveContents& archive) {
  const Table* table = archive.find("compressed");
  const Table* layers = archive.find("compressed/layers");
  if (rows(table) == 0) return "";
  std::string out = "\nCompressed: accuracy % of the test images, size of the whole file\n";
  out += format("  %-24s%8s%8s%8s%9s%8s%8s%10s\n", "network", "dense", "file", "bytes", "smaller", "kept",
                "MACs", "weights");
  double sum = 0;
  double squares = 0;
  bool tested = false;  // by images that have judged nothing
  std::size_t good = 0;
  for (std::size_t row = 0; row < rows(table); ++row) {
    const std::string network = text(*table, "network", row), error = text(*table, "error", row);
    const double training = number(*table, "training", row);
    if (!error.empty()) {
      out += wrapped("failed: " + network + ": " + error, "  ");
      continue;
    }
    const double bytes = number(*table, "file_bytes", row), dense = 4 * number(*table, "parameters", row);
    double weights = 0;
    const double kept = number(*table, "kept", row);
    for (std::size_t k = 0; k < rows(layers); ++k)
      if (text(*layers, "network", k) == network && number(*layers, "training", k) == training)
        weights += number(*layers, "weights", k);
    std::string first = network;
    if (first.size() > 24) {
      out.append("  ").append(first).append("\n");
      first.clear();
    }
    out += format("  %-24s", first.c_str());
    out += percent(number(*table, "test_accuracy_dense", row)) +
           percent(number(*table, "test_accuracy", row)) +
           format("%8.0f%8.1fx%7.1fx%7.1fx", bytes, dense / bytes, weights / kept,
                  of_convolutions(*layers, network, training).ratio());
    // Of a decomposition the papers count otherwise: there are no weights of so many bits.
    out += text(*table, "method", row) == "smartdeal"
               ? format("%10s\n", "-")
               : format("%9.0fx\n", 4 * weights / weight_data(*layers, network, training));
    out += "    " + text(*table, "file", row) + "\n" +
           on_targets(archive.find("compressed/targets"), network, training) +
           on_wires(archive.find("compressed/communication"), network, training);
    const double lost = number(*table, "test_accuracy_dense", row) - number(*table, "test_accuracy", row);
    sum += lost;
    squares += lost * lost;
    tested = tested || number(*table, "accuracy", row) != number(*table, "test_accuracy", row);
    ++good;
  }
  if (good > 1) out += lost_on_average(sum, squares, good);
  if (good > 0 && !tested)
    out += "  Test images have chosen the epochs (data.validation_share = 0): these accuracies flatter.\n";
  return out +
         "  smaller: bytes of all parameters in single precision over the file's; kept: weights over those kept;\n"
         "  MACs: of the convolutions; weights: single precision over kept weights' bits alone, without their\n"
         "  places, as papers count [ours]. On targets: modelled, against the dense network in 8 bits.\n"
         "  `flash run-network FILE` runs a file, and so does NumPy alone.\n";
}

}  // namespace flash

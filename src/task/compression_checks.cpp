#include "flash/task/compression_checks.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <utility>
#include <vector>

#include "flash/core/error.hpp"

namespace flash {
namespace {

using Fault = std::optional<CompressionFault>;

std::string shown(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

// One decimal, never above what it stands for.
std::string rounded_down(double value) { return shown(std::floor(10 * value) / 10); }

[[noreturn]] void fail_with(const CompressionFault& fault) {
  throw Error(ExitCode::bad_job, "compress." + fault.key + ": " + fault.what);
}

// Collects the first thing that does not hold.
class Needs {
 public:
  void operator()(bool holds, const char* key, std::string what) {
    if (!holds && !fault_) fault_ = CompressionFault{key, std::move(what)};
  }
  const Fault& fault() const { return fault_; }

 private:
  Fault fault_;
};

struct Layer {
  std::int64_t weights = 0;
  std::int64_t reuse = 0;  // multiplications a weight
  bool convolution = false;
  double keep = 0;  // 0: the method's choice
};
std::vector<Layer> layers_of(const CompressionSettings& settings, const NetworkGraph& graph) {
  std::vector<Layer> layers;
  for (const NetworkGraph::Node& node : graph.nodes()) {
    const Operator& op = node.op;
    if (!op.has_matrix()) continue;
    layers.push_back(
        {op.weights(), std::int64_t{op.side_out} * op.side_out, op.kind == Operator::Kind::convolution, 0});
  }
  for (const LayerCompression& own : settings.layers)
    if (own.layer >= 0 && static_cast<std::size_t>(own.layer) < layers.size())
      layers[static_cast<std::size_t>(own.layer)].keep = own.keep;
  return layers;
}

// What a layer that is told so keeps; 0 of others.
std::int64_t told_weights(const Layer& layer) {
  if (!(layer.keep > 0)) return 0;
  return std::max<std::int64_t>(1, std::llround(layer.keep * static_cast<double>(layer.weights)));
}

// The most that convolutions' multiplications can come down by, every layer keeping a weight: what the ratio wants kept
// goes first to linear layers, then to convolutions with the fewest multiplications a weight.
double most_macs_ratio(const CompressionSettings& settings, std::vector<Layer> layers) {
  std::int64_t weights = 0, taken = 0, macs = 0;
  for (const Layer& layer : layers) {
    weights += layer.weights;
    if (layer.convolution) macs += layer.reuse * layer.weights;
  }
  std::int64_t left = 0;  // multiplications
  for (const Layer& layer : layers) {
    const std::int64_t kept = std::max<std::int64_t>(1, told_weights(layer));
    taken += kept;
    if (layer.convolution) left += layer.reuse * kept;
  }
  std::erase_if(layers, [](const Layer& layer) { return layer.keep > 0; });
  std::ranges::sort(layers, {}, [](const Layer& layer) { return std::pair(layer.convolution, layer.reuse); });
  std::int64_t wanted = std::llround(static_cast<double>(weights) / settings.ratio) - taken;
  for (const Layer& layer : layers) {
    const std::int64_t more = std::clamp<std::int64_t>(wanted, 0, layer.weights - 1);
    wanted -= more;
    if (layer.convolution) left += layer.reuse * more;
  }
  return left > 0 ? static_cast<double>(macs) / static_cast<double>(left) : 0;
}

}  // namespace

Fault compression_fault(const CompressionSettings& settings) {
  Needs need;
  const auto bits_of_weights = [](int bits) { return (bits >= 1 && bits <= 8) || bits == 32; };
  const bool deals = settings.method == "smartdeal";
  const bool in_groups = prunes_groups(settings);
  need(
      settings.method == "admm" || settings.method == "magnitude" || deals || in_groups, "method",
      "the method is admm, magnitude or smartdeal, or of a chip cannon, cannon-scratch, blocks, filter or random");
  need(settings.sparsity >= 0 && settings.sparsity < 1, "sparsity", "is a share of 0 to below 1");
  need(!in_groups || settings.sparsity > 0, "sparsity",
       "method " + settings.method + " prunes to a sparsity; give one above 0");
  need(settings.sparsity == 0 || in_groups || settings.method == "magnitude", "sparsity",
       "is for method magnitude and those of a chip; give a ratio");
  need(settings.sparsity == 0 || settings.layers.empty(), "layers", "cannot be told beside a sparsity");
  need(settings.sparsity == 0 || (settings.groups == "none" && settings.macs_ratio == 1), "groups",
       "and macs_ratio have no place beside a sparsity; leave them at none and 1");
  need(settings.lambda >= 0, "lambda", "is 0 or more");
  need(settings.alpha >= 0, "alpha", "is 0 or more");
  need(settings.groups == "none" || settings.groups == "filters" || settings.groups == "rows", "groups",
       "groups are none, filters or rows");
  need(bits_of_weights(settings.bits), "bits", "weights have 1 to 8 bits, or 32: not quantised");
  need(settings.ratio >= 1, "ratio", "a ratio is 1 or more");
  need(settings.macs_ratio >= 1, "macs_ratio", "a ratio is 1 or more");
  const std::string dealt = "method smartdeal has ";
  need(!deals || settings.groups == "none", "groups", dealt + "groups of its own; leave it at none");
  need(!deals || settings.macs_ratio == 1, "macs_ratio",
       dealt + "no ratio of multiplications; leave it at 1");
  need(!deals || settings.bits == 4, "bits", dealt + "4 bits a coefficient; leave it at 4");
  need(settings.variant == "retrain" || (deals && settings.variant == "switch"), "variant",
       settings.variant == "switch" ? "switch is for method smartdeal" : "the variant is retrain or switch");
  need(settings.block_rows >= 1, "block_rows", "a block has a row at least");
  need(settings.threshold >= 0 && settings.threshold < 8, "threshold",
       "is 0 or more and below 8 root mean squares");
  need(settings.row_threshold >= 0 && settings.row_threshold < 8, "row_threshold",
       "is 0 or more and below 8 root mean squares");
  need(settings.group_rows >= 1, "group_rows", "a group has a row at least");
  need(settings.group_columns >= 1, "group_columns", "a group has a column at least");
  need((settings.bias_bits >= 2 && settings.bias_bits <= 16) || settings.bias_bits == 32, "bias_bits",
       "biases have 2 to 16 bits, or 32: not quantised");
  need(settings.epochs >= 1, "epochs", "there is an epoch at least");
  need(settings.stages >= 1, "stages", "there is a stage at least");
  need(settings.rounds >= 1, "rounds", "there is a round at least");
  need(settings.rho > 0, "rho", "is above 0");
  need(settings.rho_end >= settings.rho, "rho_end",
       "is " + shown(settings.rho_end) + ", less than rho = " + shown(settings.rho) + ": rho does not fall");
  need(settings.learning_rate > 0, "learning_rate", "is above 0");
  need(settings.distil >= 0 && settings.distil <= 1, "distil", "is a share of 0 to 1");
  std::vector<int> told;
  for (const LayerCompression& layer : settings.layers) {
    const std::string which = "layer " + std::to_string(layer.layer) + " ";
    need(std::ranges::find(told, layer.layer) == told.end(), "layers",
         which + "stands there twice; say all of it once");
    told.push_back(layer.layer);
    need(layer.keep >= 0 && layer.keep <= 1, "layers", which + "keeps a share of 0 to 1");
    need(layer.break_even >= 0 && layer.break_even <= 1, "layers", which + "has a break-even of 0 to 1");
    need(layer.keep == 0 || layer.keep == 1 || layer.keep <= layer.break_even, "layers",
         which + "is to keep a share above its break-even, where it gains nothing: keep fewer, or all (1)");
    need(layer.part >= -1 && (layer.part == -1 || layer.keep > 0), "layers",
         which + "is of a part, whose layers keep a share together");
    need(layer.bits == 0 || bits_of_weights(layer.bits), "layers",
         which + "has 1 to 8 bits of its own, or 32");
    need(layer.bits == 0 || settings.bits < 32, "layers",
         which + "has bits of its own, but with bits = 32 no weight is quantised");
    need(!deals || layer.bits == 0 || layer.keep == 0, "layers",
         which + "has bits of its own: with method smartdeal it keeps all weights");
  }
  return need.fault();
}

bool layers_say_all(const CompressionSettings& settings, const NetworkGraph& graph) {
  return std::ranges::all_of(layers_of(settings, graph), [](const Layer& layer) { return layer.keep > 0; });
}

Fault compression_fault(const CompressionSettings& settings, const NetworkGraph& graph) {
  const std::vector<Layer> layers = layers_of(settings, graph);
  const auto count = static_cast<std::int64_t>(layers.size());
  Needs need;
  for (const LayerCompression& own : settings.layers)
    need(own.layer >= 0 && own.layer < count, "layers",
         "there is no layer " + std::to_string(own.layer) + ": the network has " + std::to_string(count) +
             " with weights, from 0");
  std::int64_t weights = 0, told = 0, others = 0;
  for (const Layer& layer : layers) {
    weights += layer.weights;
    told += told_weights(layer);
    others += layer.keep > 0 ? 0 : 1;
  }
  need(layers_say_all(settings, graph) ||
           static_cast<double>(weights) / settings.ratio >= static_cast<double>(count),
       "ratio",
       "a ratio of " + shown(settings.ratio) + " would empty a layer: the network has " +
           std::to_string(weights) + " weights in " + std::to_string(count) + " layers, so that at most " +
           std::to_string(weights / std::max<std::int64_t>(1, count)) + " is possible");
  need(others == 0 || std::llround(static_cast<double>(weights) / settings.ratio) >= told + others, "ratio",
       "a ratio of " + shown(settings.ratio) +
           " cannot be reached: the layers that are told what they keep have " + std::to_string(told) +
           " of " + std::to_string(weights) + " weights, so that at most " +
           rounded_down(static_cast<double>(weights) /
                        static_cast<double>(std::max<std::int64_t>(1, told + others))) +
           " is possible");
  const double most = most_macs_ratio(settings, layers);
  need(most == 0 || settings.macs_ratio <= std::max(1.0, most), "macs_ratio",
       "a ratio of " + shown(settings.macs_ratio) + " cannot be reached: with " +
           (layers_say_all(settings, graph) ? "layers as they are told"
                                            : "a ratio of " + shown(settings.ratio)) +
           " the multiplications of the convolutions come down by " + rounded_down(most) + " at most");
  need(layers.empty() || std::ranges::count(settings.layers, 0.0, &LayerCompression::break_even) < count,
       "target",
       "no layer gains on " + (settings.target.empty() ? "the target" : settings.target) +
           ", so that nothing is left to prune: all break-evens are 0");
  return need.fault();
}

void check_compression(const CompressionSettings& settings) {
  if (const Fault fault = compression_fault(settings)) fail_with(*fault);
}

void check_compression(const CompressionSettings& settings, const NetworkGraph& graph) {
  check_compression(settings);
  if (const Fault fault = compression_fault(settings, graph)) fail_with(*fault);
}

}  // namespace flash

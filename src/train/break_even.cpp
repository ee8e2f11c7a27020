#include "flash/train/break_even.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "device.hpp"
#include "flash/core/clock.hpp"
#include "flash/core/processor.hpp"
#include "flash/core/random.hpp"
#include "flash/fcn/runtime.hpp"
#include "flash/train/inference_graph.hpp"
#include "flash/train/torchscript_export.hpp"
#include "inference_module.hpp"

namespace flash {
namespace {

constexpr double shortest_turn = 1e-3;  // s
constexpr int most_passes = 1000;
constexpr std::size_t most_lanes = 16;  // images that the sparse runtime takes at once
constexpr int warming_passes = 3;       // TorchScript takes note of kinds, compiles, runs
constexpr std::uint64_t value_stream = std::uint64_t{5} << 56;

std::vector<float> random_values(std::size_t count, Philox& random) {
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(random.normal());
  return values;
}

// So many of the weights, at random places.
std::vector<float> pruned(std::vector<float> weights, double share, Philox& random) {
  const auto all = weights.size();
  const auto count =
      std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(share * static_cast<double>(all))));
  for (std::size_t k = 0; k + count < all; ++k) {  // the first places of a random order lose theirs
    std::swap(weights[k], weights[k + random.below(all - k)]);
    weights[k] = 0;
  }
  for (std::size_t k = all; k > 1; --k) std::swap(weights[k - 1], weights[random.below(k)]);
  return weights;
}

struct Contestant {
  std::function<void()> pass;
  int passes = 1;
  std::vector<double> turns{};  // ms a pass

  void warm_up() {
    double quickest = 1e300;
    for (int k = 0; k < warming_passes; ++k) {
      const Stopwatch watch;
      pass();
      quickest = std::min(quickest, watch.seconds());
    }
    const double wanted = std::ceil(shortest_turn / std::max(quickest, 1e-9));
    passes = static_cast<int>(std::clamp(wanted, 1.0, static_cast<double>(most_passes)));
  }
  void take_turn() {
    const Stopwatch watch;
    for (int k = 0; k < passes; ++k) pass();
    turns.push_back(1e3 * watch.seconds() / passes);
  }
  double median() {
    std::ranges::sort(turns);
    const std::size_t half = turns.size() / 2;
    return turns.size() % 2 == 1 ? turns[half] : (turns[half - 1] + turns[half]) / 2;
  }
};

std::function<void()> dense_pass(const Operator& op, std::vector<float> weights, int batch, Philox& random) {
  const bool flat = op.kind == Operator::Kind::linear;
  const std::int64_t inputs = flat ? std::int64_t{op.in} * op.side_in * op.side_in : op.in;
  std::vector<std::int64_t> shape{op.out, flat ? inputs : op.in / op.groups};
  if (!flat) shape.insert(shape.end(), {op.kernel, op.kernel});
  const at::Tensor weight = at::from_blob(weights.data(), shape).clone();
  InferenceGraph graph(inputs, flat ? 1 : op.side_in);
  if (flat)
    graph.linear(InferenceGraph::input, weight, at::zeros({op.out}));
  else
    graph.convolution(InferenceGraph::input, weight, at::zeros({op.out}), op.stride, op.padding, op.groups);
  torch::jit::Module module = load_for_inference(torchscript_file(graph), at::kCPU);
  std::vector<std::int64_t> of_images{batch, inputs};
  if (!flat) of_images.insert(of_images.end(), {op.side_in, op.side_in});
  const at::Tensor images = at::empty(of_images, at::kFloat);
  for (std::int64_t k = 0; k < images.numel(); ++k)
    images.data_ptr<float>()[k] = static_cast<float>(random.normal());
  return [module, inputs = std::vector<c10::IValue>{images}]() mutable {
    const at::NoGradGuard no_grad;
    module.forward(inputs);
  };
}

std::function<void()> sparse_pass(const Operator& op, const std::vector<float>& weights, int batch,
                                  Philox& random) {
  const auto images = static_cast<std::size_t>(batch);
  const std::size_t lanes = std::min(images, most_lanes), rest = images % lanes;
  const auto side = static_cast<std::size_t>(op.side_in);
  std::vector<float> in = random_values(static_cast<std::size_t>(op.in) * side * side * lanes, random);
  std::vector<float> out(static_cast<std::size_t>(op.values_out()) * lanes);
  std::vector<float> bias(static_cast<std::size_t>(op.out));
  auto all_images = [images, lanes, rest, in, out, bias](const auto& run) mutable {
    const auto some = [&](std::size_t count) {
      run(std::span<const float>(in).first(in.size() / lanes * count), bias, count,
          std::span(out).first(out.size() / lanes * count));
    };
    for (std::size_t k = 0; k < images / lanes; ++k) some(lanes);
    if (rest > 0) some(rest);
  };
  if (op.kind == Operator::Kind::convolution)
    return [all_images, layer = SparseConvolution(op, weights)]() mutable {
      all_images([&](auto... arguments) { layer.run(arguments...); });
    };
  const auto rows = static_cast<std::size_t>(op.out);
  return [all_images, matrix = SparseMatrix(weights, rows, weights.size() / rows)]() mutable {
    all_images([&](auto... arguments) { multiply(matrix, arguments...); });
  };
}

LayerBreakEven measure(const Operator& op, const BreakEvenSettings& settings, Philox& random) {
  const std::vector<float> weights = random_values(static_cast<std::size_t>(op.weights()), random);
  std::vector<Contestant> all{{dense_pass(op, weights, settings.batch, random)}};
  for (const double share : settings.shares)
    all.push_back({sparse_pass(op, pruned(weights, share, random), settings.batch, random)});
  for (Contestant& each : all) each.warm_up();
  for (int k = 0; k < settings.repeats; ++k)
    for (Contestant& each : all) each.take_turn();
  LayerBreakEven layer{std::string(name(op.kind)), op.weights(), all.front().median()};
  for (std::size_t k = 0; k < settings.shares.size(); ++k)
    layer.sparse.push_back({settings.shares[k], all[k + 1].median()});
  layer.break_even = crossing(layer.dense_ms, layer.sparse);
  return layer;
}

}  // namespace

BreakEvenResult measure_break_evens(const NetworkGraph& graph, const BreakEvenSettings& settings,
                                    std::uint64_t seed) {
  check_break_even(settings);
  set_up_libtorch(1);
  Philox random(seed, value_stream);
  BreakEvenResult result;
  result.device = processor_name();
  for (const NetworkGraph::Node& node : graph.nodes())
    if (node.op.has_matrix()) result.layers.push_back(measure(node.op, settings, random));
  return result;
}

}  // namespace flash

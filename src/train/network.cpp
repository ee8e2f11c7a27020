#include "flash/train/network.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>
#include <ranges>
#include <utility>

#include "blocked_convolution.hpp"
#include "flash/core/error.hpp"
#include "initialiser.hpp"

namespace flash {
namespace {

using Kind = Operator::Kind;

// Multiplications of blocked convolutions a multiplication that counts, up to which they are the quicker ones.
constexpr double most_padding = 1.5;

}  // namespace

std::vector<at::Tensor> Parameters::all() const {
  std::vector<at::Tensor> list = weights;
  list.insert(list.end(), norms_and_biases.begin(), norms_and_biases.end());
  return list;
}

std::int64_t Parameters::count() const {
  std::int64_t count = 0;
  for (const at::Tensor& tensor : all()) count += tensor.numel();
  return count;
}

BuiltNetwork::BuiltNetwork(NetworkGraph graph, std::uint64_t seed, const at::Device& device)
    : graph_(std::move(graph)), trained_(graph_.nodes().size()), statistics_(graph_.nodes().size() + 1) {
  plan();
  initialise(seed, device);
}

// What a gather reads, or a whole value.
Reading BuiltNetwork::reading_of(std::size_t node) const {
  const NetworkGraph::Node& of = graph_.nodes()[node];
  std::vector<Reading::Tap> taps;
  for (std::size_t r = 0; r < of.reads.size(); ++r) {
    std::vector<int> columns = of.columns.empty() ? std::vector<int>() : of.columns[r];
    taps.push_back({of.reads[r], graph_.channels(of.reads[r]), std::move(columns)});
  }
  return Reading(std::move(taps));
}

void BuiltNetwork::plan() {
  const std::vector<NetworkGraph::Node>& nodes = graph_.nodes();
  const std::vector<std::size_t> readers = graph_.readers();
  const auto follows = [&](std::size_t k, Kind kind) {  // alone
    return k + 1 < nodes.size() && nodes[k + 1].op.kind == kind && nodes[k + 1].reads.front() == k + 1 &&
           readers[k + 1] == 1;
  };
  for (std::size_t k = 0; k < nodes.size(); ++k) {
    Step step;
    if (nodes[k].op.kind == Kind::gather || nodes[k].op.kind == Kind::norm)
      step.reading.push_back(reading_of(k));
    if (nodes[k].op.kind == Kind::gather && follows(k, Kind::norm)) ++k;
    step.node = k;
    if (nodes[k].op.kind == Kind::norm && follows(k, Kind::relu)) {
      step.relu = true;
      ++k;
    }
    step.puts_out = k + 1;
    steps_.push_back(std::move(step));
  }
  const auto reads = [&](const Step& step) {
    if (step.reading.empty()) return nodes[step.node].reads;
    std::vector<Value> values;
    for (const Reading::Tap& tap : step.reading.front().taps()) values.push_back(tap.output);
    return values;
  };
  std::vector<Step*> last(nodes.size() + 1);
  for (Step& step : steps_)
    for (const Value value : reads(step)) last[value] = &step;
  for (Value value = 0; value < last.size(); ++value)
    if (last[value] != nullptr) last[value]->done.push_back(value);
  std::vector<bool> wanted(nodes.size() + 1);
  wanted.back() = true;
  for (Step& step : std::views::reverse(steps_)) {
    step.matters = wanted[step.puts_out];
    if (!step.matters) continue;
    for (const Value value : reads(step)) wanted[value] = true;
  }
}

BuiltNetwork::~BuiltNetwork() = default;

void BuiltNetwork::use_quickest_layout() {
  const int block = preferred_block();
  const int least_blocks =
      block == 8 ? 4 : 0;  // AVX2's convolutions hold as many blocks of results in registers
  if (block == 0 || !parameters_.weights.front().is_cpu()) return;
  // Channels that fill blocks up are multiplied too.
  double macs = 0, padded_macs = 0;
  const auto filled = [block](int channels) {
    return static_cast<double>((channels + block - 1) / block * block);
  };
  for (const NetworkGraph::Node& node : graph_.nodes()) {
    const Operator& op = node.op;
    if (op.kind != Kind::convolution) continue;
    if (op.groups > 1 || op.out < least_blocks * block || op.bias) return;
    const double a_pair = static_cast<double>(op.kernel * op.kernel) * op.side_out * op.side_out;
    macs += a_pair * op.in * op.out;
    padded_macs += a_pair * (op.in <= 4 ? op.in : filled(op.in)) * filled(op.out);
  }
  if (padded_macs > most_padding * macs) return;
  for (const NetworkGraph::Node& node : graph_.nodes()) blocked_.emplace_back(node.op, block);
}

void BuiltNetwork::initialise(std::uint64_t seed, const at::Device& device) {
  Initialiser initialiser(seed, device, parameters_);
  for (std::size_t k = 0; k < graph_.nodes().size(); ++k) {
    const Operator& op = graph_.nodes()[k].op;
    Trained& trained = trained_[k];
    if (op.kind == Kind::convolution)
      trained.weight = initialiser.convolution(op.out, op.in / op.groups, op.kernel, op.groups);
    if (op.kind == Kind::convolution && op.bias) trained.bias = initialiser.bias(op.out);
    if (op.kind == Kind::linear) {
      const Initialiser::Linear linear = initialiser.linear(op.out, op.in, op.side_in);
      trained.weight = linear.weight;
      trained.bias = linear.bias;
    }
    if (op.kind == Kind::norm) trained.norm = initialiser.norm(op.out);
  }
  // A channel has the same statistics whichever norm reads it, so they are kept where it is put out.
  for (const Step& step : steps_) {
    if (graph_.nodes()[step.node].op.kind != Kind::norm) continue;
    for (const Reading::Tap& tap : step.reading.front().taps()) {
      Statistics& statistics = statistics_[tap.output];
      if (statistics.mean.defined()) continue;
      statistics.mean = initialiser.running_statistic(tap.width, 0.0);
      statistics.variance = initialiser.running_statistic(tap.width, 1.0);
    }
  }
}

at::Tensor BuiltNetwork::forward(const at::Tensor& images, bool training) {
  macs_ = 0;
  std::vector<Output> values(graph_.nodes().size() + 1);
  values[NetworkGraph::image] = attach_statistics(NetworkGraph::image, images, training);
  for (const Step& step : steps_) {
    const at::AutoGradMode gradients(step.matters && at::GradMode::is_enabled());
    values[step.puts_out] = attach_statistics(step.puts_out, run(step, values, training), training);
    for (const Value value : step.done) values[value] = {};
  }
  return values.back().values.flatten(1);
}

Output BuiltNetwork::attach_statistics(Value value, const at::Tensor& values, bool training) const {
  const Statistics& running = statistics_[value];
  auto gradient = std::make_shared<GradientSum>();
  if (!running.mean.defined()) return {values, {}, {}, std::move(gradient)};
  if (!training)
    return {values, running.mean, (running.variance + norm_epsilon).rsqrt(), std::move(gradient)};
  const ChannelStatistics batch = channel_statistics(values, graph_.channels(value));
  const at::NoGradGuard no_grad;
  running.mean.lerp_(batch.mean, running_momentum);
  running.variance.lerp_(batch.unbiased_variance, running_momentum);
  return {values, batch.mean, batch.inv_std, std::move(gradient)};
}

// Features are channels of images of one pixel.
at::Tensor BuiltNetwork::run(const Step& step, const std::vector<Output>& values, bool training) {
  const NetworkGraph::Node& node = graph_.nodes()[step.node];
  const Trained& trained = trained_[step.node];
  at::Tensor x = values[node.reads.front()].values;
  switch (node.op.kind) {
    case Kind::convolution:
      if (!blocked_.empty()) return convolve_blocked(step.node, x);
      break;
    case Kind::norm:
    case Kind::gather:
    case Kind::relu:
    case Kind::relu6:
    case Kind::add:
    case Kind::zero:
      break;
    default:  // what makes an image small: there is little left to convert
      x = from_blocks(x, node.op.in);
  }
  switch (node.op.kind) {
    case Kind::convolution:
    case Kind::linear:
      return convolve(node.op, trained, x);
    case Kind::norm:
      return gather_norm(values, step.reading.front(), trained.norm, step.relu, training);
    case Kind::gather:
      return gather(values, step.reading.front());
    case Kind::relu:
      return at::relu(x);
    case Kind::elu:
      return at::elu(x);
    case Kind::relu6:
      return at::hardtanh(x, 0, 6);
    case Kind::hard_sigmoid:
      return at::hardsigmoid(x);
    case Kind::hard_swish:
      return at::hardswish(x);
    case Kind::add:
      return add(node, values);
    case Kind::scale:
      return x * values[node.reads.back()].values;
    case Kind::zero:
      return at::zeros_like(x);
    case Kind::average_pool:
      return at::avg_pool2d(x, node.op.kernel, node.op.stride, node.op.padding, /*ceil_mode=*/false,
                            /*count_include_pad=*/false);
    case Kind::resize:
      return at::upsample_bilinear2d(x, {node.op.side_out, node.op.side_out}, /*align_corners=*/false);
    case Kind::max_pool:
      return at::max_pool2d(x, node.op.kernel, node.op.stride, node.op.padding);
    case Kind::flatten:
      return x.flatten(1).unsqueeze(-1).unsqueeze(-1);
  }
  throw Error(ExitCode::internal, "an operator of unknown kind");
}

// Blocked where any of them is. Lanes that fill a block up are zero and stay so.
at::Tensor BuiltNetwork::add(const NetworkGraph::Node& node, const std::vector<Output>& values) {
  const auto is_blocked = [](const at::Tensor& x) { return x.dim() == 5; };
  std::int64_t block = 0;
  for (const Value value : node.reads)
    if (is_blocked(values[value].values)) block = values[value].values.size(4);
  const auto laid_out = [&](const at::Tensor& x) {
    return block == 0 || is_blocked(x) ? x : to_blocks(x, static_cast<int>(block));
  };
  at::Tensor sum = laid_out(values[node.reads.front()].values);
  for (std::size_t r = 1; r < node.reads.size(); ++r) {
    const Value value = node.reads[r];
    const int width = graph_.channels(value), count = std::min({width, node.op.reach, node.op.in});
    at::Tensor part = values[value].values;
    if (count < width) {
      std::vector<int> columns(static_cast<std::size_t>(count));
      std::iota(columns.begin(), columns.end(), 0);
      part = gather(values, Reading({{value, width, std::move(columns)}}));
    }
    part = laid_out(part);
    const std::int64_t missing = sum.size(1) - part.size(1);
    if (missing > 0)
      part = block == 0 ? at::constant_pad_nd(part, {0, 0, 0, 0, 0, missing})
                        : at::constant_pad_nd(part, {0, 0, 0, 0, 0, 0, 0, missing});
    sum = sum + part;
  }
  return sum;
}

at::Tensor BuiltNetwork::convolve(const Operator& op, const Trained& trained, const at::Tensor& x) {
  const int stride = op.stride;
  const int padding = op.padding;
  if (op.kernel == 1 && stride > 1 && padding == 0) {
    // Of few channels, channels last, oneDNN 2.6's gradients of these overrun their memory.
    Operator whole = op;
    whole.stride = 1;
    const at::Tensor read = x.slice(2, 0, c10::nullopt, stride).slice(3, 0, c10::nullopt, stride);
    return convolve(whole, trained, read.contiguous(x.suggest_memory_format()));
  }
  // at::conv2d leaves oneDNN for small inputs of batch 1, for a loop ten times slower: a latency would then
  // fall where skips push a layer over that limit.
  const bool direct =
      x.device().is_cpu() && !at::GradMode::is_enabled() && at::globalContext().userEnabledMkldnn();
  const at::Tensor y =
      direct
          ? at::mkldnn_convolution(x, trained.weight,
                                   trained.bias.defined() ? c10::make_optional(trained.bias) : c10::nullopt,
                                   c10::IntArrayRef({padding, padding}), c10::IntArrayRef({stride, stride}),
                                   c10::IntArrayRef({1, 1}), op.groups)
          : at::conv2d(x, trained.weight, trained.bias, stride, padding, /*dilation=*/1, op.groups);
  macs_ += trained.weight.numel() * y.size(2) * y.size(3);
  return y;
}

at::Tensor BuiltNetwork::convolve_blocked(std::size_t node, const at::Tensor& x) {
  const at::Tensor& weight = trained_[node].weight;
  const at::Tensor y = blocked_[node](x, weight);
  macs_ += weight.numel() * y.size(2) * y.size(3);
  return y;
}

std::int64_t BuiltNetwork::count_macs() {
  const at::NoGradGuard no_grad;
  const at::Tensor& any = parameters_.weights.front();
  forward(at::zeros({1, graph_.channels(), graph_.side(), graph_.side()}, any.options().requires_grad(false)),
          false);
  return macs_;
}

std::unique_ptr<BuiltNetwork> build_network(const Space& space, const Point& point, std::uint64_t seed,
                                            const at::Device& device) {
  auto network = std::make_unique<BuiltNetwork>(space.lower(point, seed), seed, device);
  // The search believes in the costs that come from topology alone.
  const std::int64_t counted = space.counts(point).parameters;
  if (network->parameters().count() != counted)
    throw Error(ExitCode::internal, "the built network has " + std::to_string(network->parameters().count()) +
                                        " parameters, its topology " + std::to_string(counted));
  return network;
}

}  // namespace flash

#include "flash/fcn/runtime.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "limits.hpp"

namespace flash {
namespace {

using Kind = Operator::Kind;
using Values = std::vector<float>;

constexpr std::size_t most_lanes = 16;
constexpr std::size_t most_values = std::size_t{1} << 26;  // of an activation with its lanes

// f of each value.
template <class F>
void each(const Values& in, Values& out, const F& f) {
  std::ranges::transform(in, out.begin(), f);
}

float hard_sigmoid(float x) { return std::min(6.0F, std::max(0.0F, x + 3)) / 6; }

struct Shape {
  std::size_t channels, side, lanes;
  std::size_t row() const { return side * lanes; }
  std::size_t plane() const { return side * row(); }
};

void pool(const Operator& op, const Values& in, std::size_t lanes, Values& out) {
  const Shape from{static_cast<std::size_t>(op.in), static_cast<std::size_t>(op.side_in), lanes};
  const Shape to{from.channels, static_cast<std::size_t>(op.side_out), lanes};
  const bool largest = op.kind == Kind::max_pool;
  for (std::size_t c = 0; c < to.channels; ++c)
    for (int y = 0; y < op.side_out; ++y)
      for (int x = 0; x < op.side_out; ++x) {
        const int top = y * op.stride - op.padding, left = x * op.stride - op.padding;
        const int y0 = std::max(top, 0), y1 = std::min(top + op.kernel, op.side_in);
        const int x0 = std::max(left, 0), x1 = std::min(left + op.kernel, op.side_in);
        float* sum = &out[c * to.plane() + static_cast<std::size_t>(y) * to.row() +
                          static_cast<std::size_t>(x) * lanes];
        std::fill(sum, sum + lanes, largest ? -std::numeric_limits<float>::infinity() : 0.0F);
        for (int v = y0; v < y1; ++v)
          for (int u = x0; u < x1; ++u) {
            const float* value = &in[c * from.plane() + static_cast<std::size_t>(v) * from.row() +
                                     static_cast<std::size_t>(u) * lanes];
            for (std::size_t k = 0; k < lanes; ++k)
              sum[k] = largest ? std::max(sum[k], value[k]) : sum[k] + value[k];
          }
        const auto count = static_cast<float>((y1 - y0) * (x1 - x0));
        if (!largest)
          for (std::size_t k = 0; k < lanes; ++k) sum[k] /= count;
      }
}

// Between the middles of pixels.
void resize(const Operator& op, const Values& in, std::size_t lanes, Values& out) {
  const Shape from{static_cast<std::size_t>(op.in), static_cast<std::size_t>(op.side_in), lanes};
  const Shape to{from.channels, static_cast<std::size_t>(op.side_out), lanes};
  struct Between {
    std::size_t low, high;
    float share;
  };
  std::vector<Between> at;
  const float scale = static_cast<float>(op.side_in) / static_cast<float>(op.side_out);
  for (int x = 0; x < op.side_out; ++x) {
    const float place = std::max(0.0F, (static_cast<float>(x) + 0.5F) * scale - 0.5F);
    const auto low = std::min(static_cast<std::size_t>(place), from.side - 1);
    at.push_back({low, std::min(low + 1, from.side - 1), place - static_cast<float>(low)});
  }
  for (std::size_t c = 0; c < to.channels; ++c)
    for (std::size_t y = 0; y < to.side; ++y)
      for (std::size_t x = 0; x < to.side; ++x)
        for (std::size_t k = 0; k < lanes; ++k) {
          const auto value = [&](std::size_t v, std::size_t u) {
            return in[c * from.plane() + v * from.row() + u * lanes + k];
          };
          const Between v = at[y], u = at[x];
          const float top = value(v.low, u.low) * (1 - u.share) + value(v.low, u.high) * u.share;
          const float bottom = value(v.high, u.low) * (1 - u.share) + value(v.high, u.high) * u.share;
          out[c * to.plane() + y * to.row() + x * lanes + k] = top * (1 - v.share) + bottom * v.share;
        }
}

}  // namespace

struct SparseRuntime::Layer {
  std::optional<SparseConvolution> convolution;
  SparseMatrix linear;
  Values first, second;  // bias; scale and shift
};

SparseRuntime::SparseRuntime(const CompressedNetwork& network)
    : network_(&network), last_reader_(network.nodes.size() + 1) {
  const std::vector<NetworkGraph::Node>& nodes = network.graph.nodes();
  std::size_t largest = values_per_image();
  for (std::size_t k = 0; k < nodes.size(); ++k) {
    largest = std::max(largest, static_cast<std::size_t>(fcn_limits::laid_out_values(nodes[k].op)));
    last_reader_[k + 1] = k;  // nobody, so far
    const Operator& op = nodes[k].op;
    const CompressedNode& node = network.nodes[k];
    Layer layer;
    if (op.kind == Kind::convolution) layer.convolution.emplace(op, node.weights.dense());
    if (op.kind == Kind::linear)
      layer.linear = SparseMatrix(node.weights.dense(), node.weights.rows, node.weights.columns);
    for (std::size_t i = 0; i < node.first.size(); ++i) layer.first.push_back(node.first.at(i));
    for (std::size_t i = 0; i < node.second.size(); ++i) layer.second.push_back(node.second.at(i));
    layers_.push_back(std::move(layer));
    for (const NetworkGraph::Value value : nodes[k].reads) last_reader_[value] = k;
  }
  if (most_lanes * largest <= most_values) lanes_ = most_lanes;
}

SparseRuntime::~SparseRuntime() = default;

std::size_t SparseRuntime::classes() const {
  const Operator& op = network_->graph.nodes().back().op;
  return static_cast<std::size_t>(op.values_out());
}

std::size_t SparseRuntime::values_per_image() const {
  const auto side = static_cast<std::size_t>(network_->graph.side());
  return static_cast<std::size_t>(network_->graph.channels()) * side * side;
}

void SparseRuntime::run(std::size_t k, std::vector<Values>& values, std::size_t lanes) const {
  const NetworkGraph::Node& node = network_->graph.nodes()[k];
  const Operator& op = node.op;
  const Layer& layer = layers_[k];
  const Values& in = values[node.reads.front()];
  Values out(static_cast<std::size_t>(op.values_out()) * lanes);
  const std::size_t plane =
      static_cast<std::size_t>(op.side_out) * static_cast<std::size_t>(op.side_out) * lanes;
  switch (op.kind) {
    case Kind::convolution:
      layer.convolution->run(in, layer.first, lanes, out);
      break;
    case Kind::linear:
      multiply(layer.linear, in, layer.first, lanes, out);
      break;
    case Kind::norm:
      for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = in[i] * layer.first[i / plane] + layer.second[i / plane];
      break;
    case Kind::relu:
      each(in, out, [](float x) { return std::max(x, 0.0F); });
      break;
    case Kind::elu:
      each(in, out, [](float x) { return x > 0 ? x : std::expm1(x); });
      break;
    case Kind::relu6:
      each(in, out, [](float x) { return std::min(6.0F, std::max(x, 0.0F)); });
      break;
    case Kind::hard_sigmoid:
      each(in, out, hard_sigmoid);
      break;
    case Kind::hard_swish:
      each(in, out, [](float x) { return x * hard_sigmoid(x); });
      break;
    case Kind::gather: {
      auto to = out.begin();
      for (std::size_t r = 0; r < node.reads.size(); ++r) {
        const Values& from = values[node.reads[r]];
        if (node.columns.empty() || node.columns[r].empty()) {
          to = std::ranges::copy(from, to).out;
          continue;
        }
        for (const int column : node.columns[r]) {
          const auto first =
              from.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(column) * plane);
          to = std::copy(first, first + static_cast<std::ptrdiff_t>(plane), to);
        }
      }
      break;
    }
    case Kind::add:
      out = in;
      for (std::size_t r = 1; r < node.reads.size(); ++r) {
        const Values& more = values[node.reads[r]];
        const std::size_t count =
            std::min({more.size(), out.size(), static_cast<std::size_t>(op.reach) * plane});
        for (std::size_t i = 0; i < count; ++i) out[i] += more[i];
      }
      break;
    case Kind::scale:
      for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = in[i] * values[node.reads.back()][i / plane * lanes + i % lanes];
      break;
    case Kind::zero:
      break;
    case Kind::average_pool:
    case Kind::max_pool:
      pool(op, in, lanes, out);
      break;
    case Kind::resize:
      resize(op, in, lanes, out);
      break;
    case Kind::flatten:
      out = in;
      break;
  }
  values[k + 1] = std::move(out);
}

std::vector<float> SparseRuntime::logits(std::span<const float> images, std::size_t count) const {
  const std::size_t size = values_per_image();
  std::vector<float> logits;
  for (std::size_t first = 0; first < count;) {
    const std::size_t lanes = count - first >= lanes_ ? lanes_ : 1;
    std::vector<Values> values(layers_.size() + 1);
    values[0].resize(size * lanes);
    for (std::size_t lane = 0; lane < lanes; ++lane)
      for (std::size_t i = 0; i < size; ++i) values[0][i * lanes + lane] = images[(first + lane) * size + i];
    for (std::size_t k = 0; k < layers_.size(); ++k) {
      run(k, values, lanes);
      for (const NetworkGraph::Value value : network_->graph.nodes()[k].reads)
        if (last_reader_[value] == k) values[value] = {};
      if (last_reader_[k + 1] == k && k + 1 < layers_.size()) values[k + 1] = {};
    }
    for (std::size_t lane = 0; lane < lanes; ++lane)
      for (std::size_t c = 0; c < classes(); ++c) logits.push_back(values.back()[c * lanes + lane]);
    first += lanes;
  }
  return logits;
}

std::vector<float> SparseRuntime::logits(std::span<const std::uint8_t> images, std::size_t count) const {
  const std::size_t size = values_per_image();
  const std::size_t plane = size / static_cast<std::size_t>(network_->graph.channels());
  std::vector<float> normalised(size * count);
  for (std::size_t i = 0; i < normalised.size(); ++i) {
    const std::size_t channel = i % size / plane;
    normalised[i] =
        (static_cast<float>(images[i]) / 255.0F - network_->mean[channel]) / network_->deviation[channel];
  }
  return logits(std::span<const float>(normalised), count);
}

std::size_t SparseRuntime::right(std::span<const std::uint8_t> images,
                                 std::span<const std::uint16_t> labels) const {
  constexpr std::size_t batch = 1'024;
  std::size_t right = 0;
  const std::size_t size = values_per_image();
  const auto of_image = static_cast<std::ptrdiff_t>(classes());
  for (std::size_t first = 0; first < labels.size(); first += batch) {
    const std::size_t count = std::min(batch, labels.size() - first);
    const std::vector<float> all = logits(images.subspan(first * size, count * size), count);
    auto row = all.begin();
    for (std::size_t k = 0; k < count; ++k, row += of_image)
      right += std::max_element(row, row + of_image) - row == labels[first + k] ? 1 : 0;
  }
  return right;
}

}  // namespace flash

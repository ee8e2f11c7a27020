#include "deal_weights.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>

#include "flash/compress/smart_deal.hpp"

namespace flash {
namespace {

constexpr int default_width = 3;
constexpr double basis_rate = 10;  // of the learning rate, a share of a layer's bases a step [ours]
constexpr double switching_basis_rate = 20;
constexpr double a_vote = 0.5;  // root mean squares, at the phase's first learning rate [ours]

}  // namespace

DealWeights::DealWeights(const BuiltNetwork& network, const CompressionSettings& settings)
    : settings_(settings) {
  for (const NetworkGraph::Node& node : network.graph().nodes()) {
    const Operator& op = node.op;
    if (!op.has_matrix()) continue;
    const std::size_t number = layers_.size();
    Layer layer;
    layer.weight = network.parameters().weights[number];
    layer.rows = static_cast<std::size_t>(op.out);
    layer.columns = static_cast<std::size_t>(op.weights() / op.out);
    layer.width = static_cast<std::size_t>(op.kernel > 1 ? op.kernel : default_width);
    layer.of_row = (layer.columns + layer.width - 1) / layer.width;
    for (const LayerCompression& own : settings.layers) {
      if (own.layer != static_cast<int>(number)) continue;
      layer.forced_keep = own.keep;
      layer.bits = own.bits;
    }
    layer.kept.assign(layer.rows * layer.of_row, 1);
    // Blocks are of the same sizes whatever the weights are: checkpoints have a size before they are read.
    decompose(layer);
    std::ranges::fill(layer.kept, std::uint8_t{1});
    layers_.push_back(std::move(layer));
  }
  renew_masks();
}

void DealWeights::begin(const CompressionPhase& phase) {
  using Kind = CompressionPhase::Kind;
  if (phase.kind == Kind::retrain) prune(phase.ratio);
  decomposes_ = phase.kind == Kind::decompose;
  end_epoch();
  fixed_ = phase.kind == Kind::settle || phase.kind == Kind::switch_;
  switches_ = phase.kind == Kind::switch_;
  if (!fixed_) return;
  for (const Layer& layer : layers_) write(layer);
}

void DealWeights::prune(double ratio) {
  std::vector<std::vector<float>> values;
  std::vector<KeptWeights> allowed;
  std::vector<std::size_t> keep(layers_.size(), 0), free;
  std::size_t all = 0, taken = 0;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const Layer& layer = layers_[l];
    values.push_back(row_major(layer.weight));
    const std::vector<float> mask = row_major(layer.mask);
    allowed.emplace_back(mask.size());
    std::ranges::transform(mask, allowed.back().begin(),
                           [](float m) { return static_cast<std::uint8_t>(m != 0 ? 1 : 0); });
    all += values.back().size();
    if (layer.bits > 0) keep[l] = values.back().size();
    if (layer.forced_keep > 0)
      keep[l] = std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(
                                             layer.forced_keep * static_cast<double>(values.back().size()))));
    if (keep[l] == 0) free.push_back(l);
    taken += keep[l];
  }
  std::vector<LayerWeights> sharing;
  for (const std::size_t l : free) sharing.push_back({values[l], allowed[l], 1});
  const auto wanted = static_cast<std::size_t>(std::lround(static_cast<double>(all) / ratio));
  const std::vector<std::size_t> shares =
      shares_of_layers(sharing, std::max(free.size(), wanted > taken ? wanted - taken : 0));
  for (std::size_t k = 0; k < free.size(); ++k) keep[free[k]] = shares[k];
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    Layer& layer = layers_[l];
    if (layer.bits > 0) continue;
    const WeightGroups groups{layer.rows, layer.columns, static_cast<std::size_t>(settings_.group_rows),
                              layer.width};
    const KeptWeights kept = largest_groups(values[l], groups, keep[l], allowed[l]);
    for (std::size_t row = 0; row < layer.kept.size(); ++row)
      layer.kept[row] = kept[row / layer.of_row * layer.columns + row % layer.of_row * layer.width];
  }
  renew_masks();
  hold(0);
}

void DealWeights::renew_masks() {
  const at::NoGradGuard no_grad;
  for (Layer& layer : layers_) {
    std::vector<float> mask(layer.rows * layer.columns);
    for (std::size_t row = 0; row < layer.rows; ++row)
      for (std::size_t c = 0; c < layer.columns; ++c)
        mask[row * layer.columns + c] = static_cast<float>(layer.kept[row * layer.of_row + c / layer.width]);
    layer.mask = laid_out(std::move(mask), layer.weight);
  }
}

void DealWeights::decompose(Layer& layer) const {
  std::vector<float> values = row_major(layer.weight);
  if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); }))
    return;  // the loss will say so
  if (layer.bits > 0) {
    layer.levels = nearest_levels(values, KeptWeights(values.size(), 1), layer.bits);
    layer.levels.step = static_cast<double>(static_cast<float>(layer.levels.step));
    layer.fine = std::move(values);
    return;
  }
  ShiftAddMatrix deal = smart_deal(values, layer.columns,
                                   {.width = static_cast<int>(layer.width),
                                    .block_rows = static_cast<std::size_t>(settings_.block_rows),
                                    .threshold = settings_.threshold,
                                    .row_threshold = settings_.row_threshold},
                                   layer.kept);
  deal.sharing = static_cast<std::size_t>(settings_.group_rows);
  for (const ShiftAddMatrix::Block& block : deal.blocks)
    for (std::size_t row = 0; row < block.rows; ++row) {  // what is pruned stays so
      const auto first = block.powers.begin() + static_cast<std::ptrdiff_t>(row * layer.width);
      if (std::all_of(first, first + static_cast<std::ptrdiff_t>(layer.width),
                      [](std::int8_t power) { return power == 0; }))
        layer.kept[block.first + row] = 0;
    }
  layer.deal = DealTraining(std::move(deal), layer.columns);
}

CompressedMatrix DealWeights::matrix_of(const Layer& layer) {
  if (layer.bits > 0)
    return levels_matrix(layer.rows, layer.columns, layer.fine, KeptWeights(layer.fine.size(), 1),
                         layer.levels);
  CompressedMatrix matrix;
  matrix.form = CompressedMatrix::Form::shift_add;
  matrix.rows = layer.rows;
  matrix.columns = layer.columns;
  matrix.shift_add = layer.deal.matrix();
  return matrix;
}

void DealWeights::write(const Layer& layer) {
  const at::NoGradGuard no_grad;
  at::Tensor weight = layer.weight.detach();
  weight.copy_(laid_out(matrix_of(layer).dense(), weight));
}

void DealWeights::end_epoch() {
  if (!decomposes_) return;
  for (Layer& layer : layers_) {
    decompose(layer);
    write(layer);
  }
  renew_masks();
}

void DealWeights::add_gradients() {
  const at::NoGradGuard no_grad;
  for (Layer& layer : layers_) {
    at::Tensor gradient = layer.weight.mutable_grad();
    gradient.mul_(layer.mask);
    if (!fixed_ || layer.bits > 0) continue;
    layer.gradient = row_major(gradient);
    if (switches_) gradient.zero_();
  }
}

void DealWeights::hold(double rate) {
  const at::NoGradGuard no_grad;
  for (Layer& layer : layers_) {
    at::Tensor weight = layer.weight.detach();
    if (!fixed_) {
      weight.mul_(layer.mask);
      continue;
    }
    std::vector<float> change = row_major(weight);
    const std::vector<float> before = matrix_of(layer).dense();
    for (std::size_t k = 0; k < change.size(); ++k) change[k] -= before[k];
    if (layer.bits > 0) {
      for (std::size_t k = 0; k < change.size(); ++k) layer.fine[k] += change[k];
    } else if (switches_) {
      layer.deal.step(layer.gradient, switching_basis_rate * rate, a_vote * settings_.learning_rate / rate);
    } else {
      layer.deal.follow(change);
      layer.deal.step(layer.gradient, basis_rate * rate, 0);
    }
    write(layer);
  }
}

std::vector<at::Tensor> DealWeights::state() {
  std::vector<float> numbers{fixed_ ? 1.0F : 0.0F, switches_ ? 1.0F : 0.0F, decomposes_ ? 1.0F : 0.0F};
  const auto put = [&](const auto& values) {
    for (const auto value : values) numbers.push_back(static_cast<float>(value));
  };
  for (const Layer& layer : layers_) {
    put(layer.kept);
    put(layer.deal.state());
    put(layer.fine);
    numbers.push_back(static_cast<float>(layer.levels.step));
  }
  numbers_ = at::tensor(numbers);
  return {numbers_};
}

void DealWeights::restore() {
  const float* number = numbers_.data_ptr<float>();
  fixed_ = *number++ != 0;
  switches_ = *number++ != 0;
  decomposes_ = *number++ != 0;
  const auto get = [&](auto& values) {
    for (auto& value : values) value = static_cast<std::remove_reference_t<decltype(value)>>(*number++);
  };
  for (Layer& layer : layers_) {
    get(layer.kept);
    number = layer.deal.restore(number);
    get(layer.fine);
    layer.levels = {layer.bits, static_cast<double>(*number++)};
  }
  renew_masks();
}

}  // namespace flash

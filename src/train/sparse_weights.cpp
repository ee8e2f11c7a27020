#include "sparse_weights.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "flash/core/error.hpp"

namespace flash {
namespace {

constexpr int halvings = 60;

KeptWeights as_kept(const std::vector<float>& mask) {
  KeptWeights kept(mask.size());
  std::ranges::transform(mask, kept.begin(),
                         [](float m) { return m != 0 ? std::uint8_t{1} : std::uint8_t{0}; });
  return kept;
}

}  // namespace

SparseWeights::SparseWeights(const BuiltNetwork& network, const CompressionSettings& settings)
    : settings_(settings) {
  const at::NoGradGuard no_grad;
  const std::vector<at::Tensor>& weights = network.parameters().weights;
  for (std::size_t node = 0; node < network.graph().nodes().size(); ++node) {
    const Operator& op = network.graph().nodes()[node].op;
    if (!op.has_matrix()) continue;
    const std::size_t number = layers_.size();
    Layer layer;
    layer.weight = weights[number];
    layer.mask = at::ones_like(layer.weight).detach();
    layer.z = at::zeros_like(layer.weight).detach();
    layer.u = at::zeros_like(layer.weight).detach();
    layer.fixed = at::zeros_like(layer.weight).detach();
    layer.node = node;
    layer.keep = static_cast<std::size_t>(op.weights());
    layer.reuse = std::int64_t{op.side_out} * op.side_out;
    layer.convolution = op.kind == Operator::Kind::convolution;
    layer.bits = settings.bits;
    for (const LayerCompression& own : settings.layers) {
      if (own.layer != static_cast<int>(number)) continue;
      layer.forced_keep = own.keep;
      layer.part = own.part;
      layer.break_even = own.break_even;
      if (own.bits > 0) layer.bits = own.bits;
    }
    layer.groups.rows = static_cast<std::size_t>(op.out);
    layer.groups.columns = static_cast<std::size_t>(op.weights() / op.out);
    if (settings.groups == "filters") layer.groups.group_columns = layer.groups.columns;
    if (settings.groups ==
        "rows") {  // a row of a crossbar's array: an input of as many outputs as it has columns
      layer.groups.group_rows = static_cast<std::size_t>(settings.group_rows);
      layer.groups.group_columns = static_cast<std::size_t>(settings.group_columns);
    }
    layers_.push_back(std::move(layer));
  }
}

std::vector<std::size_t> SparseWeights::shares_of_parts(const std::vector<LayerWeights>& layers,
                                                        double ratio) const {
  std::vector<std::size_t> keep(layers_.size());
  const double progress = settings_.ratio > 1 ? std::log(ratio) / std::log(settings_.ratio) : 1;
  std::map<int, std::vector<std::size_t>> parts;
  for (std::size_t l = 0; l < layers_.size(); ++l)
    if (layers_[l].part >= 0) parts[layers_[l].part].push_back(l);
  for (const auto& [part, members] : parts) {
    std::vector<LayerWeights> together;
    double all = 0;
    for (const std::size_t l : members) {
      together.push_back(layers[l]);
      all += static_cast<double>(layers[l].weights.size());
    }
    const double share = std::pow(layers_[members.front()].forced_keep, progress);
    const std::vector<std::size_t> chosen = shares_of_layers(
        together, std::max(members.size(), static_cast<std::size_t>(std::lround(share * all))));
    for (std::size_t k = 0; k < members.size(); ++k) keep[members[k]] = chosen[k];
  }
  return keep;
}

// By LAMP, each score divided by 1 + price * multiplications a weight; the least price at which the convolutions'
// multiplications are few enough [ours]. Layers that are dense, or told how many to keep, leave the others the rest.
std::vector<std::size_t> SparseWeights::shares(const std::vector<LayerWeights>& layers, double ratio,
                                               const std::vector<bool>& dense) const {
  std::vector<std::size_t> keep = shares_of_parts(layers, ratio);
  std::vector<LayerWeights> free;
  std::vector<std::size_t> of_free;
  std::size_t taken = 0;
  double macs = 0, weights = 0;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const auto all = static_cast<double>(layers[l].weights.size());
    weights += all;
    if (layers_[l].convolution) macs += static_cast<double>(layers_[l].reuse) * all;
    if (!dense[l] && layers_[l].forced_keep <= 0) {
      free.push_back(layers[l]);
      of_free.push_back(l);
      continue;
    }
    if (dense[l])
      keep[l] = layers[l].weights.size();
    else if (layers_[l].part < 0)
      keep[l] = std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(layers_[l].forced_keep * all)));
    taken += keep[l];
  }
  const auto wanted = static_cast<std::size_t>(std::lround(weights / ratio));
  const std::size_t count = std::max(free.size(), wanted > taken ? wanted - taken : 0);
  const auto at_price = [&](double price) {
    for (std::size_t k = 0; k < free.size(); ++k)
      free[k].price =
          1 + price * static_cast<double>(layers_[of_free[k]].convolution ? layers_[of_free[k]].reuse : 0);
    const std::vector<std::size_t> chosen = shares_of_layers(free, count);
    double left = 0;
    for (std::size_t k = 0; k < free.size(); ++k) keep[of_free[k]] = chosen[k];
    for (std::size_t l = 0; l < layers_.size(); ++l)
      if (layers_[l].convolution)
        left += static_cast<double>(layers_[l].reuse) * static_cast<double>(keep[l]);
    return macs / std::max(left, 1.0);
  };
  if (at_price(0) >= settings_.macs_ratio || macs == 0) return keep;
  double low = 0, high = 1;
  while (high < 1e9 && at_price(high) < settings_.macs_ratio) high *= 4;
  for (int k = 0; k < halvings; ++k) {
    const double middle = (low + high) / 2;
    (at_price(middle) < settings_.macs_ratio ? low : high) = middle;
  }
  at_price(high);
  return keep;
}

// Which layers stay dense is decided by what is to be reached in the end: on the way there more is kept. One that was
// pruned in an earlier stage gets its weights back, from 0.
void SparseWeights::choose_counts(double ratio) {
  std::vector<std::vector<float>> values;
  std::vector<KeptWeights> allowed;
  std::vector<LayerWeights> weights;
  std::vector<LayerGain> gains;
  std::size_t all = 0;
  for (const Layer& layer : layers_) {
    values.push_back(row_major(layer.weight));
    allowed.push_back(as_kept(row_major(layer.mask)));
    all += values.back().size();
    gains.push_back({values.back().size(), layer.forced_keep > 0 ? 1 : layer.break_even});
  }
  for (std::size_t l = 0; l < layers_.size(); ++l) weights.push_back({values[l], allowed[l], 1});
  ChosenCounts chosen = settle_dense(
      gains, [&](const std::vector<bool>& dense) { return shares(weights, settings_.ratio, dense); });
  check_gain(chosen, static_cast<std::size_t>(std::lround(static_cast<double>(all) / settings_.ratio)));
  if (ratio < settings_.ratio) chosen.keep = shares(weights, ratio, chosen.dense);
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    layers_[l].keep = chosen.keep[l];
    if (chosen.dense[l]) layers_[l].mask.fill_(1);
  }
}

void SparseWeights::check_gain(const ChosenCounts& chosen, std::size_t wanted) const {
  if (std::ranges::find(chosen.dense, true) == chosen.dense.end()) return;
  std::size_t kept = 0;
  bool prunes = false;
  std::string break_evens;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    kept += chosen.keep[l];
    prunes = prunes || (!chosen.dense[l] && layers_[l].forced_keep <= 0);
    break_evens.append(l == 0 ? "" : ", ").append(Json(layers_[l].break_even).dump());
  }
  if (prunes && kept <= wanted) return;
  const std::string target = settings_.target.empty() ? "the target" : settings_.target;
  std::string text = "at a ratio of ";
  text.append(Json(settings_.ratio).dump());
  if (prunes)
    text.append(" the layers that gain nothing on ")
        .append(target)
        .append(" stay dense, and the others cannot make up for it: ")
        .append(std::to_string(kept))
        .append(" weights would be kept, not ")
        .append(std::to_string(wanted));
  else
    text.append(" no layer gains on ").append(target).append(", so that nothing is left to prune");
  throw Error(ExitCode::bad_job, text.append("; break-evens of the layers: ").append(break_evens));
}

KeptWeights SparseWeights::project(const Layer& layer, const std::vector<float>& values) const {
  const KeptWeights allowed = as_kept(row_major(layer.mask));
  return settings_.groups == "none" ? largest(values, layer.keep, allowed)
                                    : largest_groups(values, layer.groups, layer.keep, allowed);
}

void SparseWeights::begin(const CompressionPhase& phase) {
  switch (phase.kind) {
    case CompressionPhase::Kind::search:
      begin_search(phase.ratio);
      break;
    case CompressionPhase::Kind::retrain:
      if (!sparse_search_) begin_search(phase.ratio);
      prune();
      break;
    case CompressionPhase::Kind::quantise:
      begin_quantise();
      break;
    default:
      begin_snap(phase.share);
  }
}

void SparseWeights::begin_search(double ratio) {
  const at::NoGradGuard no_grad;
  choose_counts(ratio);
  round_ = 0;
  sparse_search_ = true;
  for (Layer& layer : layers_) {
    layer.z.copy_(layer.weight * laid_out(as_floats(project(layer, row_major(layer.weight))), layer.weight));
    layer.u.zero_();
  }
}

void SparseWeights::prune() {
  const at::NoGradGuard no_grad;
  for (Layer& layer : layers_)
    layer.mask.copy_(laid_out(as_floats(project(layer, row_major(layer.weight))), layer.weight));
  release();
  hold(0);
}

// The step in single precision, as files and checkpoints keep it.
Levels SparseWeights::levels_of(const Layer& layer, const at::Tensor& values) {
  if (layer.bits == 32) return {32, 0};  // stays as trained in a network whose other layers are quantised
  Levels levels = nearest_levels(row_major(values), as_kept(row_major(layer.mask)), layer.bits);
  levels.step = static_cast<double>(static_cast<float>(levels.step));
  return levels;
}

at::Tensor SparseWeights::levelled(const Layer& layer, const at::Tensor& values) {
  if (layer.levels.bits == 32) return values * layer.mask;
  const float step = static_cast<float>(layer.levels.step);
  const double most = 1 << (layer.levels.bits - 1);
  // As Levels::code: halves down, never 0.
  const at::Tensor codes = (values.abs() / step - 0.5).ceil().clamp(1, most);
  return at::where(values < 0, -codes, codes) * step * layer.mask;
}

void SparseWeights::begin_quantise() {
  const at::NoGradGuard no_grad;
  round_ = 0;
  level_search_ = true;
  for (Layer& layer : layers_) {
    layer.levels = levels_of(layer, layer.weight);
    layer.z.copy_(levelled(layer, layer.weight));
    layer.u.zero_();
  }
}

void SparseWeights::begin_snap(double share) {
  const at::NoGradGuard no_grad;
  level_search_ = false;
  for (Layer& layer : layers_) {
    if (layer.bits == 32) continue;
    const KeptWeights kept = as_kept(row_major(layer.mask));
    const bool first = layer.fixed.sum().item<float>() == 0;
    if (first) layer.levels = levels_of(layer, layer.weight);
    const at::Tensor on_levels = levelled(layer, layer.weight);
    // Those nearest to their levels: the largest of minus the distance.
    std::vector<float> near = row_major((layer.weight - on_levels).abs());
    float farthest = 0;
    for (const float distance : near) farthest = std::max(farthest, distance);
    for (float& distance : near) distance = farthest - distance + 1;
    const auto all = static_cast<double>(std::ranges::count(kept, std::uint8_t{1}));
    const KeptWeights fixed = largest(near, static_cast<std::size_t>(std::lround(share * all)), kept);
    layer.fixed.copy_(laid_out(as_floats(fixed), layer.weight));
    layer.z.copy_(on_levels);
  }
  hold(0);
}

void SparseWeights::release() {
  sparse_search_ = level_search_ = false;
  for (Layer& layer : layers_) layer.fixed.zero_();
}

void SparseWeights::add_gradients() {
  const at::NoGradGuard no_grad;
  for (const Layer& layer : layers_) {
    at::Tensor gradient = layer.weight.mutable_grad();
    if (sparse_search_ || level_search_) gradient.add_(layer.weight - layer.z + layer.u, rho());
    gradient.mul_(layer.mask);
  }
}

void SparseWeights::hold(double /*rate*/) {
  const at::NoGradGuard no_grad;
  for (const Layer& layer : layers_) {
    at::Tensor weight = layer.weight.detach();
    weight.copy_(at::where(layer.fixed > 0, layer.z, weight * layer.mask));
  }
}

double SparseWeights::end_round() {
  const at::NoGradGuard no_grad;
  double off = 0, size = 0;
  const double now = rho();
  ++round_;
  for (Layer& layer : layers_) {
    const at::Tensor both = (layer.weight + layer.u) * layer.mask;
    if (level_search_) {
      layer.levels = levels_of(layer, both);
      layer.z.copy_(levelled(layer, both));
    } else {
      layer.z.copy_(both * laid_out(as_floats(project(layer, row_major(both))), layer.weight));
    }
    layer.u.copy_((both - layer.z) * (now / rho()));
    off += (layer.weight - layer.z).square().sum().item<double>();
    size += layer.weight.square().sum().item<double>();
  }
  return size > 0 ? std::sqrt(off / size) : 0;
}

double SparseWeights::rho() const {
  const double steps = std::max(1, settings_.rounds - 1);
  return settings_.rho * std::pow(settings_.rho_end / settings_.rho, std::min(round_ / steps, 1.0));
}

std::vector<at::Tensor> SparseWeights::state() {
  std::vector<float> numbers{static_cast<float>(round_), sparse_search_ ? 1.0F : 0.0F,
                             level_search_ ? 1.0F : 0.0F};
  std::vector<at::Tensor> tensors;
  for (const Layer& layer : layers_) {
    for (const at::Tensor& tensor : {layer.mask, layer.z, layer.u, layer.fixed}) tensors.push_back(tensor);
    numbers.push_back(static_cast<float>(layer.keep));
    numbers.push_back(static_cast<float>(layer.levels.step));
  }
  numbers_ = at::tensor(numbers);
  tensors.push_back(numbers_);
  return tensors;
}

void SparseWeights::restore() {
  const float* number = numbers_.data_ptr<float>();
  round_ = static_cast<int>(number[0]);
  sparse_search_ = number[1] != 0;
  level_search_ = number[2] != 0;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    layers_[l].keep = static_cast<std::size_t>(number[3 + 2 * l]);
    layers_[l].levels = {layers_[l].bits, static_cast<double>(number[4 + 2 * l])};
  }
}

CompressedMatrix SparseWeights::matrix(std::size_t layer) const {
  const Layer& of = layers_[layer];
  const KeptWeights kept = as_kept(row_major(of.mask));
  std::vector<float> values = row_major(of.weight);
  if (of.levels.step > 0) return levels_matrix(of.groups.rows, of.groups.columns, values, kept, of.levels);
  CompressedMatrix matrix;
  matrix.rows = of.groups.rows;
  matrix.columns = of.groups.columns;
  for (std::size_t k = 0; k < values.size(); ++k) matrix.values.push_back(kept[k] != 0 ? values[k] : 0.0F);
  return matrix;
}

}  // namespace flash

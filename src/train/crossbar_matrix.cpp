#include "crossbar_matrix.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "adc_kernel.hpp"
#include "flash/core/random.hpp"

namespace flash {
namespace {

constexpr std::int64_t most_sums = 1 << 21;    // of one go: what caches still hold
constexpr std::int64_t calibration_chunk = 4;  // images
constexpr std::uint64_t stuck_stream = std::uint64_t{6} << 56, write_stream = std::uint64_t{7} << 56;
// Rows whose products of 4-bit inputs and 8-bit weights single precision sums exactly: 2^24 / (15 * 128).
constexpr std::int64_t exact_rows = 8'000;
constexpr std::array<double, 8> clipped_shares{0, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2};

at::Tensor last_channels(const at::Tensor& x) { return x.contiguous(at::MemoryFormat::ChannelsLast); }

}  // namespace

AdcLadder fitted_ladder(const std::vector<std::int64_t>& histogram, int adc_bits) {
  std::int64_t total = 0;
  for (const std::int64_t count : histogram) total += count;
  if (total == 0) return {};
  const auto quantile = [&](double share, bool from_above) {
    const auto most = static_cast<std::int64_t>(share * static_cast<double>(total));
    std::int64_t passed = 0;
    const std::size_t size = histogram.size();
    for (std::size_t k = 0; k < size; ++k) {
      const std::size_t sum = from_above ? size - 1 - k : k;
      passed += histogram[sum];
      if (passed > most) return static_cast<float>(sum);
    }
    return 0.0F;
  };
  const auto last = static_cast<float>((1 << adc_bits) - 1);
  AdcLadder best;
  double least = std::numeric_limits<double>::infinity();
  for (const double below : clipped_shares)
    for (const double above : clipped_shares) {
      const float low = quantile(below, false), high = quantile(above, true);
      if (high < low) continue;
      const AdcLadder ladder{low, std::max(1.0F, (high - low) / last)};
      double error = 0;
      for (std::size_t k = 0; k < histogram.size(); ++k) {
        if (histogram[k] == 0) continue;
        const float sum = static_cast<float>(k);
        const float level = std::floor(std::clamp((sum - low) / ladder.step, 0.0F, last) + 0.5F);
        const double off = static_cast<double>(sum - (low + ladder.step * level));
        error += static_cast<double>(histogram[k]) * off * off;
      }
      if (error < least) least = error, best = ladder;
    }
  return best;
}

CrossbarMatrix::CrossbarMatrix(const InferenceGraph::Node& node, ActivationScale input,
                               const ChipArithmetic& chip, std::uint64_t seed)
    : chip_(chip),
      input_(input),
      seed_(seed),
      groups_(node.groups),
      stride_(node.stride),
      padding_(node.padding),
      flat_(node.kind == InferenceGraph::Kind::linear) {
  const double most = (1 << chip.activation_bits) - 1;
  if (chip.activation_bits != 8) {  // the range is the same
    input_.scale = static_cast<float>(static_cast<double>(input.scale) * 255 / most);
    input_.zero = static_cast<std::uint8_t>(std::nearbyint(input.zero * most / 255));
  }
  const WholeMatrix whole = in_whole_numbers(node, input_.scale, chip.weight_bits);
  codes_ = whole.codes.to(at::kFloat);
  if (flat_) codes_ = codes_.view({codes_.size(0), -1, 1, 1});
  out_ = codes_.size(0);
  offset_ = chip.pairs ? 0 : 1 << (chip.weight_bits - 1);
  const int bits = chip.pairs ? chip.weight_bits - 1 : chip.weight_bits;
  slices_ = (bits + chip.cell_bits - 1) / chip.cell_bits * (chip.pairs ? 2 : 1);
  scale_ = whole.scale.to(at::kDouble) * static_cast<double>(input_.scale);
  constant_ = whole.bias.to(at::kDouble) - codes_.to(at::kDouble).flatten(1).sum(1) * int{input_.zero};
  write_cells(codes_, seed);
}

// Rows of input channel k lie at k * taps .. (k + 1) * taps, so that a channel may lie in two crossbars.
void CrossbarMatrix::write_cells(const at::Tensor& codes, std::uint64_t seed) {
  const std::int64_t in = codes.size(1), taps = codes.size(2) * codes.size(3), rows = in * taps;
  const double full = (1 << chip_.cell_bits) - 1;
  const at::Tensor biased = (codes.to(at::kInt) + static_cast<std::int64_t>(offset_)).contiguous();
  at::Tensor levels = at::empty({slices_, out_, rows});
  float* to = levels.data_ptr<float>();
  const int* from = biased.data_ptr<int>();
  Philox stuck(seed, stuck_stream), written(seed, write_stream);
  for (std::int64_t s = 0; s < slices_; ++s)
    for (std::int64_t k = 0; k < out_ * rows; ++k, ++to) {
      const int value = std::max(0, worth_of(s) > 0 ? from[k] : -from[k]);
      *to = static_cast<float>((value >> first_bit(s)) & ((1 << chip_.cell_bits) - 1));
      if (chip_.stuck_off + chip_.stuck_on > 0) {
        const double drawn = stuck.uniform();
        if (drawn < chip_.stuck_off)
          *to = 0;
        else if (drawn < chip_.stuck_off + chip_.stuck_on)
          *to = static_cast<float>(full);
      }
      if (chip_.write_noise > 0)  // no conductance is negative
        *to *= static_cast<float>(std::max(0.0, 1 + chip_.write_noise * written.normal()));
    }
  held_ = at::full(codes.sizes(), -static_cast<double>(offset_));
  for (std::int64_t s = 0; s < slices_; ++s) held_ += levels[s].view(codes.sizes()) * worth_of(s);
  const bool squared = chip_.read_noise > 0 && (chip_.cell_bits > 1 || chip_.write_noise > 0);
  for (std::int64_t first = 0; first < rows; first += chip_.crossbar_rows) {
    const std::int64_t last = std::min(rows, first + chip_.crossbar_rows);
    Tile tile;
    tile.rows = last - first;
    tile.first_channel = groups_ > 1 ? 0 : first / taps;
    tile.channels = groups_ > 1 ? in : (last + taps - 1) / taps - tile.first_channel;
    at::Tensor own = at::zeros_like(levels);
    own.slice(2, first, last).copy_(levels.slice(2, first, last));
    own = own.view({slices_ * out_, in, codes.size(2), codes.size(3)});
    const std::int64_t at_once = groups_ > 1 ? 1 : slices_;  // outputs of a group stay side by side
    for (std::int64_t s = 0; s < slices_; s += at_once) {
      Part part;
      part.levels = last_channels(
          own.narrow(0, s * out_, at_once * out_).narrow(1, tile.first_channel, tile.channels).clone());
      if (squared) part.squares = part.levels.square();
      part.first_slice = s, part.slices = at_once;
      tile.parts.push_back(std::move(part));
    }
    // As converters have it: 2^bits steps are the full scale, so that the greatest sum is one step too much.
    const float step =
        std::max(1.0F, static_cast<float>(static_cast<double>(tile.rows) * full / (1 << chip_.adc_bits)));
    tile.ladders.assign(static_cast<std::size_t>(slices_), {0, step});
    tiles_.push_back(std::move(tile));
  }
}

// Of pairs the second half of the slices holds what is negative.
int CrossbarMatrix::first_bit(std::int64_t slice) const {
  return static_cast<int>(chip_.pairs ? slice % (slices_ / 2) : slice) * chip_.cell_bits;
}

double CrossbarMatrix::worth_of(std::int64_t slice) const {
  return std::ldexp(chip_.pairs && slice >= slices_ / 2 ? -1 : 1, first_bit(slice));
}

at::Tensor CrossbarMatrix::codes_of(const at::Tensor& x) const {
  const double most = (1 << chip_.activation_bits) - 1;
  at::Tensor q = ((x / input_.scale).round() + static_cast<float>(input_.zero)).clamp(0, most);
  if (flat_) q = q.view({q.size(0), -1, 1, 1});
  if (padding_ > 0) q = at::constant_pad_nd(q, {padding_, padding_, padding_, padding_}, int{input_.zero});
  return last_channels(q);
}

at::Tensor CrossbarMatrix::convolve(const at::Tensor& q, const at::Tensor& weight) const {
  // at::conv2d leaves oneDNN for small inputs, for a loop ten times slower; sums of whole numbers are the same.
  if (at::globalContext().userEnabledMkldnn())
    return last_channels(
        at::mkldnn_convolution(q, weight, c10::nullopt, {0, 0}, {stride_, stride_}, {1, 1}, groups_));
  return last_channels(
      at::conv2d(q, weight, c10::nullopt, {stride_, stride_}, at::IntArrayRef({0, 0}), {1, 1}, groups_));
}

// Each of these sums is exact in single precision.
at::Tensor CrossbarMatrix::whole_sums(const at::Tensor& q, const at::Tensor& weight) const {
  const at::Tensor high = (q / 16).floor(), low = q - high * 16;
  const std::int64_t taps = weight.size(2) * weight.size(3), in = weight.size(1);
  const std::int64_t chunk = groups_ > 1 ? in : std::max<std::int64_t>(1, exact_rows / taps);
  at::Tensor sums;
  for (std::int64_t first = 0; first < in; first += chunk) {
    const std::int64_t count = std::min(chunk, in - first);
    const at::Tensor part = last_channels(weight.narrow(1, first, count));
    const auto of = [&](const at::Tensor& inputs) {
      return convolve(groups_ > 1 ? inputs : last_channels(inputs.narrow(1, first, count)), part)
          .to(at::kDouble);
    };
    const at::Tensor sum = of(high) * 16 + of(low);
    sums = sums.defined() ? sums + sum : sum;
  }
  return sums;
}

template <class Each>
void CrossbarMatrix::each_read(const at::Tensor& q, const Tile& tile, const Each& each) const {
  const at::Tensor read = groups_ > 1 ? q : q.narrow(1, tile.first_channel, tile.channels);
  for (int bit = 0; bit < chip_.activation_bits; ++bit) {
    const at::Tensor driven = last_channels((read / static_cast<double>(1 << bit)).floor().remainder(2));
    for (const Part& part : tile.parts) {
      const at::Tensor sums = convolve(driven, part.levels);
      at::Tensor squares;
      if (chip_.read_noise > 0) squares = part.squares.defined() ? convolve(driven, part.squares) : sums;
      each(bit, part, sums, squares);
    }
  }
}

void CrossbarMatrix::calibrate(const at::Tensor& x) {
  if (chip_.adc_whole_range) return;
  const at::NoGradGuard no_grad;
  const at::Tensor q = codes_of(x);
  const auto most = static_cast<std::size_t>((1 << chip_.cell_bits) - 1);
  for (Tile& tile : tiles_) {
    std::vector<std::vector<std::int64_t>> histograms(
        static_cast<std::size_t>(slices_),
        std::vector<std::int64_t>(static_cast<std::size_t>(tile.rows) * most * 2 + 1));
    for (std::int64_t first = 0; first < q.size(0); first += calibration_chunk)
      each_read(q.narrow(0, first, std::min(calibration_chunk, q.size(0) - first)), tile,
                [&](int, const Part& part, const at::Tensor& sums, const at::Tensor&) {
                  const float* from = sums.data_ptr<float>();
                  const std::int64_t positions = sums.numel() / (part.slices * out_);
                  for (std::int64_t p = 0; p < positions; ++p)
                    for (std::int64_t s = 0; s < part.slices; ++s) {
                      std::vector<std::int64_t>& histogram =
                          histograms[static_cast<std::size_t>(part.first_slice + s)];
                      for (std::int64_t o = 0; o < out_; ++o, ++from)
                        ++histogram[std::min(static_cast<std::size_t>(*from + 0.5F), histogram.size() - 1)];
                    }
                });
    for (std::size_t s = 0; s < histograms.size(); ++s)
      tile.ladders[s] = fitted_ladder(histograms[s], chip_.adc_bits);
  }
  correct(x);
}

// Converters that are too coarse err in the mean too, by a share of the weights' offset, which is far larger than
// what they stand for. One gain, since all outputs have the same converters, and a shift for each output.
void CrossbarMatrix::correct(const at::Tensor& x) {
  const auto in_units = [&](const at::Tensor& y) {
    return (y.to(at::kDouble).reshape({x.size(0), out_, -1}) / scale_.view({1, -1, 1}))
        .transpose(0, 1)
        .flatten(1);
  };
  const at::Tensor got = in_units(product(x, /*draw=*/~std::uint64_t{2})), wanted = in_units(exact(x));
  const at::Tensor got_mean = got.mean(1, true), wanted_mean = wanted.mean(1, true);
  const double variance = (got - got_mean).square().sum().item<double>();
  if (variance > 0) gain_ = ((got - got_mean) * (wanted - wanted_mean)).sum().item<double>() / variance;
  shift_ = (wanted_mean - gain_ * got_mean).flatten();
}

bool CrossbarMatrix::is_exact() const {
  if (chip_.read_noise > 0 || chip_.write_noise > 0) return false;
  const double full = (1 << chip_.cell_bits) - 1, last = (1 << chip_.adc_bits) - 1;
  return std::ranges::all_of(tiles_, [&](const Tile& tile) {
    return static_cast<double>(tile.rows) * full <= last &&
           std::ranges::all_of(tile.ladders, [](const AdcLadder& l) {
             return l == AdcLadder{0, 1};
           });
  });
}

// Without the offset of the weights. [N, out, H, W], channels last, double.
at::Tensor CrossbarMatrix::column_sums(const at::Tensor& q) const {
  const at::Tensor ones = at::ones({groups_, codes_.size(1), codes_.size(2), codes_.size(3)});
  const at::Tensor inputs = convolve(q, ones).to(at::kDouble);
  return last_channels((inputs.repeat_interleave(out_ / groups_, 1) * -static_cast<double>(offset_))
                           .expand({-1, out_, -1, -1})
                           .clone());
}

at::Tensor CrossbarMatrix::finished(const at::Tensor& sums, const at::Tensor& like) const {
  const at::Tensor y = (sums + constant_.view({1, -1, 1, 1})) * scale_.view({1, -1, 1, 1});
  const at::Tensor single = y.to(at::kFloat);
  return like.dim() == 2 ? single.flatten(1) : single;
}

// Sums with their constants as the digital scale and shift leave them.
at::Tensor CrossbarMatrix::corrected(const at::Tensor& sums) const {
  if (!shift_.defined()) return sums;
  const at::Tensor constant = constant_.view({1, -1, 1, 1});
  return (sums + constant) * gain_ + shift_.view({1, -1, 1, 1}) - constant;
}

at::Tensor CrossbarMatrix::exact(const at::Tensor& x) const {
  return finished(whole_sums(codes_of(x), codes_), x);
}

at::Tensor CrossbarMatrix::product(const at::Tensor& x, std::uint64_t draw) const {
  const at::NoGradGuard no_grad;
  const at::Tensor all = codes_of(x);
  if (is_exact()) return finished(corrected(whole_sums(all, held_)), x);
  const std::int64_t places = std::max<std::int64_t>(1, all.size(2) / stride_ * (all.size(3) / stride_));
  const std::int64_t chunk = std::max<std::int64_t>(1, most_sums / (slices_ * out_ * places));
  std::vector<at::Tensor> results;
  for (std::int64_t first = 0; first < all.size(0); first += chunk) {
    const at::Tensor q = last_channels(all.narrow(0, first, std::min(chunk, all.size(0) - first)));
    at::Tensor result = column_sums(q);
    for (std::size_t t = 0; t < tiles_.size(); ++t)
      each_read(q, tiles_[t],
                [&](int bit, const Part& part, const at::Tensor& sums, const at::Tensor& squares) {
                  std::array<double, 16> worth{};
                  for (std::int64_t s = 0; s < part.slices; ++s)
                    worth[static_cast<std::size_t>(s)] = std::ldexp(worth_of(part.first_slice + s), bit);
                  AdcRead read;
                  read.sums = sums.data_ptr<float>();
                  if (squares.defined()) read.squares = squares.data_ptr<float>();
                  read.slices = part.slices, read.out = out_;
                  read.positions = sums.numel() / (part.slices * out_);
                  read.ladders = tiles_[t].ladders.data() + part.first_slice;
                  read.worth = worth.data();
                  read.last_level = static_cast<float>((1 << chip_.adc_bits) - 1);
                  read.noise = static_cast<float>(chip_.read_noise);
                  const auto place = (static_cast<std::uint64_t>(first) << 24) + (std::uint64_t{t} << 8) +
                                     static_cast<std::uint64_t>(bit * 16) +
                                     static_cast<std::uint64_t>(part.first_slice);
                  read.key = static_cast<std::uint32_t>(mix(seed_ ^ mix(draw ^ mix(place))));
                  convert_columns(read, result.data_ptr<double>());
                });
    results.push_back(result);
  }
  return finished(corrected(results.size() == 1 ? results.front() : at::cat(results)), x);
}

double CrossbarMatrix::equivalent_noise(const at::Tensor& x, std::uint64_t draw) const {
  const at::NoGradGuard no_grad;
  const at::Tensor off =
      (product(x, draw) - exact(x)).to(at::kDouble).reshape({x.size(0), out_, -1}) / scale_.view({1, -1, 1});
  const at::Tensor q = codes_of(x) - static_cast<float>(input_.zero);
  const at::Tensor ones = at::ones({groups_, codes_.size(1), codes_.size(2), codes_.size(3)});
  const double power = convolve(last_channels(q.square()), ones).to(at::kDouble).mean().item<double>();
  if (power <= 0) return 0;
  return std::sqrt(off.square().mean().item<double>() / power) / ((1 << (chip_.weight_bits - 1)) - 1);
}

}  // namespace flash

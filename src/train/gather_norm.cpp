#include "flash/train/gather_norm.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>

#include "gather_kernels.hpp"

namespace flash {
namespace {

using torch::autograd::variable_list;

// Rows a thread takes at a time. Sums are kept apart for each such block and added in order, so that the
// number of threads changes no digit.
constexpr std::int64_t block_rows = 4096;

std::int64_t rows_of(const at::Tensor& values) { return values.numel() / values.size(1); }

at::Tensor channels_last(const at::Tensor& values) {
  return values.contiguous(at::MemoryFormat::ChannelsLast);
}

at::Tensor new_rows_like(const at::Tensor& values, std::int64_t channels) {
  return at::empty({values.size(0), channels, values.size(2), values.size(3)},
                   values.options().memory_format(at::MemoryFormat::ChannelsLast));
}

// work(begin, end) on blocks of rows.
template <class Work>
void for_rows(std::int64_t rows, const Work& work) {
  at::parallel_for(0, rows, block_rows, [&](std::int64_t begin, std::int64_t end) {
    work(static_cast<std::size_t>(begin), static_cast<std::size_t>(end));
  });
}

// Two sums a channel over all rows: work(sums, more_sums, begin, end) adds those of a block.
template <class Work>
std::vector<double> sum_rows(std::int64_t rows, std::int64_t channels, const Work& work) {
  const std::int64_t blocks = (rows + block_rows - 1) / block_rows;
  const auto size = static_cast<std::size_t>(2 * channels);
  std::vector<double> partial(static_cast<std::size_t>(blocks) * size);
  at::parallel_for(0, blocks, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t block = first; block < last; ++block) {
      double* sums = partial.data() + static_cast<std::size_t>(block) * size;
      const std::int64_t begin = block * block_rows;
      work(sums, sums + channels, static_cast<std::size_t>(begin),
           static_cast<std::size_t>(std::min(rows, begin + block_rows)));
    }
  });
  for (std::size_t k = size; k < partial.size(); ++k) partial[k % size] += partial[k];
  partial.resize(size);
  return partial;
}

// The tensors that the taps read, in their order.
variable_list tapped(const std::vector<Output>& outputs, const Reading& reading) {
  variable_list values;
  for (const Reading::Tap& tap : reading.taps()) values.push_back(outputs[tap.output].values);
  return values;
}

// The channels read of the taps' tensors, by library calls.
at::Tensor joined(const variable_list& values, const Reading& reading) {
  const at::Tensor positions = at::tensor(reading.positions()).to(values.front().device());
  return at::cat(values, 1).index_select(1, positions);
}

std::vector<kernels::Piece> pieces_of(const variable_list& values, const Reading& reading) {
  std::vector<kernels::Piece> pieces;
  for (std::size_t p = 0; p < values.size(); ++p) {
    const Reading::Tap& tap = reading.taps()[p];
    const auto width = static_cast<std::size_t>(values[p].size(1));
    const bool all = tap.columns.empty();
    pieces.push_back({values[p].data_ptr<float>(), width, all ? nullptr : tap.columns.data(),
                      all ? width : tap.columns.size()});
  }
  return pieces;
}

// One of the outputs' statistics for each channel read.
at::Tensor gather_statistic(const std::vector<Output>& outputs, const Reading& reading,
                            at::Tensor Output::*member) {
  const at::Tensor& first = outputs[reading.taps().front().output].*member;
  at::Tensor gathered = at::empty({reading.channels()}, first.options());
  float* to = gathered.data_ptr<float>();
  for (const Reading::Tap& tap : reading.taps()) {
    const at::Tensor& from = outputs[tap.output].*member;
    const float* values = from.data_ptr<float>();
    if (tap.columns.empty())
      to = std::copy_n(values, from.numel(), to);
    else
      for (const int column : tap.columns) *to++ = values[column];
  }
  return gathered;
}

// The backward half. dy is the gradient of the result y; of a channel x with n rows, with r = 1 / standard
// deviation,
//   d gamma = r * sum dy (x - mean),  d beta = sum dy,
//   dx = gamma r * (dy - sum dy / n - (x - mean) r^2 * (sum dy (x - mean)) / n)
// (Ioffe and Szegedy 2015); with running statistics dx = gamma r * dy.
struct GatherNormBackward : public torch::autograd::Node {
  Reading reading;
  variable_list values;  // detached: a node that owns its own output would never be freed
  at::Tensor scale;      // gamma * inv_std; undefined where there is no norm
  at::Tensor mean, inv_std;
  at::Tensor result;  // y, where ReLU was applied
  bool training = false;

  explicit GatherNormBackward(Reading r) : reading(std::move(r)) {}

  variable_list apply(variable_list&& gradients) override {
    const auto channels = static_cast<std::size_t>(reading.channels());
    const std::int64_t rows = rows_of(values.front());
    const at::Tensor dy = channels_last(gradients.front());
    const float* dy_data = dy.data_ptr<float>();
    const float* y = result.defined() ? result.data_ptr<float>() : nullptr;
    const std::vector<kernels::Piece> pieces = pieces_of(values, reading);

    at::Tensor d_gamma, d_beta;
    std::vector<float> a(channels, 1.0F), b(channels, 0.0F), c(channels, 0.0F);
    if (scale.defined()) {
      const float* mean_data = mean.data_ptr<float>();
      const float* inv_std_data = inv_std.data_ptr<float>();
      const float* scale_data = scale.data_ptr<float>();
      const std::vector<double> sums = sum_rows(
          rows, reading.channels(), [&](double* sum, double* product, std::size_t begin, std::size_t end) {
            kernels::gradient_sums(pieces, channels, mean_data, y, dy_data, sum, product, begin, end);
          });
      d_gamma = at::empty_like(scale);
      d_beta = at::empty_like(scale);
      for (std::size_t k = 0; k < channels; ++k) {
        const double r = static_cast<double>(inv_std_data[k]);
        const double gamma_r = static_cast<double>(scale_data[k]);
        d_gamma.data_ptr<float>()[k] = static_cast<float>(r * sums[channels + k]);
        d_beta.data_ptr<float>()[k] = static_cast<float>(sums[k]);
        a[k] = scale_data[k];
        if (!training) continue;
        const double slope = -gamma_r * r * r * sums[channels + k] / static_cast<double>(rows);
        b[k] = static_cast<float>(slope);
        c[k] = static_cast<float>(-gamma_r * sums[k] / static_cast<double>(rows) -
                                  slope * static_cast<double>(mean_data[k]));
      }
    }

    variable_list d_values;
    std::vector<float*> d_data;
    for (const at::Tensor& value : values) {
      d_values.push_back(new_rows_like(value, value.size(1)));
      d_data.push_back(d_values.back().data_ptr<float>());
    }
    for_rows(rows, [&](std::size_t begin, std::size_t end) {
      kernels::scatter_gradient(pieces, channels, a.data(), b.data(), c.data(), y, dy_data, d_data, begin,
                                end);
    });
    if (scale.defined()) {
      d_values.push_back(d_gamma);
      d_values.push_back(d_beta);
    }
    return d_values;
  }

  void release_variables() override {
    values.clear();
    result.reset();
  }
};

// Runs the forward kernel; the backward node is made only where somebody will ask for gradients.
at::Tensor gather_on_cpu(const std::vector<Output>& outputs, const Reading& reading, const Affine* norm,
                         bool relu, bool training) {
  const variable_list inputs = tapped(outputs, reading);
  variable_list values;
  for (const at::Tensor& input : inputs) values.push_back(channels_last(input.detach()));

  const auto channels = static_cast<std::size_t>(reading.channels());
  at::Tensor scale, mean, inv_std;
  std::vector<float> factor(channels, 1.0F), shift(channels, 0.0F);
  if (norm != nullptr) {
    mean = gather_statistic(outputs, reading, &Output::mean);
    inv_std = gather_statistic(outputs, reading, &Output::inv_std);
    scale = norm->gamma.detach() * inv_std;
    const at::Tensor offset = norm->beta.detach() - mean * scale;
    std::copy_n(scale.data_ptr<float>(), channels, factor.data());
    std::copy_n(offset.data_ptr<float>(), channels, shift.data());
  }
  at::Tensor y = new_rows_like(values.front(), reading.channels());
  float* y_data = y.data_ptr<float>();
  const std::vector<kernels::Piece> pieces = pieces_of(values, reading);
  for_rows(rows_of(y), [&](std::size_t begin, std::size_t end) {
    kernels::gather_affine(pieces, channels, factor.data(), shift.data(), relu, y_data, begin, end);
  });

  variable_list differentiable = inputs;
  if (norm != nullptr) differentiable.insert(differentiable.end(), {norm->gamma, norm->beta});
  bool wanted = false;
  for (const at::Tensor& input : differentiable) wanted = wanted || input.requires_grad();
  if (at::GradMode::is_enabled() && wanted) {
    const std::shared_ptr<GatherNormBackward> node(new GatherNormBackward(reading),
                                                   torch::autograd::deleteNode);
    node->set_next_edges(torch::autograd::collect_next_edges(differentiable));
    node->values = std::move(values);
    node->scale = scale;
    node->mean = mean;
    node->inv_std = inv_std;
    if (relu) node->result = y.detach();
    node->training = training;
    torch::autograd::set_history(y, node);
  }
  return y;
}

}  // namespace

Reading::Reading(std::vector<Tap> taps) : taps_(std::move(taps)) {
  for (const Tap& tap : taps_)
    channels_ += tap.columns.empty() ? tap.width : static_cast<std::int64_t>(tap.columns.size());
}

std::vector<std::int64_t> Reading::positions() const {
  std::vector<std::int64_t> positions;
  std::int64_t base = 0;
  for (const Tap& tap : taps_) {
    if (tap.columns.empty())
      for (std::int64_t k = 0; k < tap.width; ++k) positions.push_back(base + k);
    for (const int column : tap.columns) positions.push_back(base + column);
    base += tap.width;
  }
  return positions;
}

ChannelStatistics channel_statistics(const at::Tensor& values) {
  const at::NoGradGuard no_grad;
  const std::int64_t rows = rows_of(values);
  const double to_unbiased = rows > 1 ? static_cast<double>(rows) / static_cast<double>(rows - 1) : 1.0;
  if (!values.is_cpu()) {
    const auto [variance, mean] = at::var_mean(values, {0, 2, 3}, /*unbiased=*/false);
    return {mean, (variance + norm_epsilon).rsqrt(), variance * to_unbiased};
  }
  const at::Tensor x = channels_last(values.detach());
  const std::int64_t channels = x.size(1);
  const auto width = static_cast<std::size_t>(channels);
  const float* data = x.data_ptr<float>();
  // Squares about the first row instead of zero: no digits cancel where the mean is far from zero.
  const std::vector<double> sums =
      sum_rows(rows, channels, [&](double* sum, double* square, std::size_t begin, std::size_t end) {
        kernels::channel_sums(data, width, data, sum, square, begin, end);
      });
  ChannelStatistics statistics{at::empty({channels}), at::empty({channels}), at::empty({channels})};
  for (std::size_t k = 0; k < width; ++k) {
    const double distance = sums[k] / static_cast<double>(rows);
    const double variance = std::max(0.0, sums[width + k] / static_cast<double>(rows) - distance * distance);
    statistics.mean.data_ptr<float>()[k] = static_cast<float>(static_cast<double>(data[k]) + distance);
    statistics.inv_std.data_ptr<float>()[k] = static_cast<float>(1.0 / std::sqrt(variance + norm_epsilon));
    statistics.unbiased_variance.data_ptr<float>()[k] = static_cast<float>(variance * to_unbiased);
  }
  return statistics;
}

at::Tensor gather_norm(const std::vector<Output>& outputs, const Reading& reading, const Affine& norm,
                       bool relu, bool training) {
  return norm.gamma.is_cpu() ? gather_on_cpu(outputs, reading, &norm, relu, training)
                             : gather_norm_composed(outputs, reading, norm, relu, training);
}

at::Tensor gather(const std::vector<Output>& outputs, const Reading& reading) {
  return outputs[reading.taps().front().output].values.is_cpu()
             ? gather_on_cpu(outputs, reading, nullptr, false, false)
             : gather_composed(outputs, reading);
}

at::Tensor gather_composed(const std::vector<Output>& outputs, const Reading& reading) {
  return joined(tapped(outputs, reading), reading);
}

at::Tensor gather_norm_composed(const std::vector<Output>& outputs, const Reading& reading,
                                const Affine& norm, bool relu, bool training) {
  at::Tensor mean, variance;  // not read in training: batch norm takes the batch's
  if (!training) {
    const auto select = [&](at::Tensor Output::*member) {
      variable_list rows;
      for (const Reading::Tap& tap : reading.taps())
        rows.push_back((outputs[tap.output].*member).view({1, -1, 1, 1}));
      return joined(rows, reading).flatten();
    };
    mean = select(&Output::mean);
    variance = select(&Output::inv_std).pow(-2) - norm_epsilon;
  }
  const at::Tensor y =
      at::batch_norm(gather_composed(outputs, reading), norm.gamma, norm.beta, mean, variance, training,
                     /*momentum=*/0.0, norm_epsilon, /*cudnn_enabled=*/true);
  return relu ? at::relu(y) : y;
}

}  // namespace flash

#include "flash/train/gather_norm.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>

#include "gather_kernels.hpp"
#include "panels.hpp"

namespace flash {
namespace {

using torch::autograd::variable_list;

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

// One of the outputs' statistics for each channel read, zero for those that fill a panel up.
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
  std::vector<std::shared_ptr<GradientSum>> gradients;  // of the taps; nullptr: nobody asks for it
  at::Tensor scale;                                     // gamma * inv_std; undefined where there is no norm
  at::Tensor mean, inv_std;
  at::Tensor result;  // y, where ReLU was applied
  bool training = false;

  explicit GatherNormBackward(Reading r) : reading(std::move(r)) {}

  variable_list apply(variable_list&& incoming) override {
    const auto channels = size_of(reading.channels());
    const at::Tensor dy = in_order(incoming.front());
    const Layout layout(dy);
    const std::size_t padded = layout.padded_channels();
    const auto rows = static_cast<double>(layout.rows());
    const float* dy_data = dy.data_ptr<float>();
    const float* y = result.defined() ? result.data_ptr<float>() : nullptr;
    const std::vector<kernels::Panel> panels = panels_of(values, reading, layout, destinations());

    at::Tensor d_gamma, d_beta;
    std::vector<float> a(padded, scale.defined() ? 0.0F : 1.0F), b(padded, 0.0F), c(padded, 0.0F);
    if (scale.defined()) {
      const std::vector<float> means = filled_up(mean, padded);
      const float* inv_std_data = inv_std.data_ptr<float>();
      const float* scale_data = scale.data_ptr<float>();
      const std::vector<double> sums =
          sum_rows(layout, [&](double* sum, double* product, const kernels::Rows& part) {
            for (std::size_t p = 0; p < panels.size(); ++p) {
              const std::size_t at = layout.panel_at(part.image, p);
              const std::size_t lane = p * layout.lanes;
              kernels::gradient_sums(panels[p], part, means.data() + lane, y == nullptr ? nullptr : y + at,
                                     dy_data + at, sum + lane, product + lane);
            }
          });
      d_gamma = at::empty_like(scale);
      d_beta = at::empty_like(scale);
      for (std::size_t k = 0; k < channels; ++k) {
        const double r = static_cast<double>(inv_std_data[k]);
        const double gamma_r = static_cast<double>(scale_data[k]);
        d_gamma.data_ptr<float>()[k] = static_cast<float>(r * sums[padded + k]);
        d_beta.data_ptr<float>()[k] = static_cast<float>(sums[k]);
        a[k] = scale_data[k];
        if (!training) continue;
        const double slope = -gamma_r * r * r * sums[padded + k] / rows;
        b[k] = static_cast<float>(slope);
        c[k] = static_cast<float>(-gamma_r * sums[k] / rows - slope * static_cast<double>(means[k]));
      }
    }
    layout.for_chunks([&](std::size_t, const kernels::Rows& part) {
      for (std::size_t p = 0; p < panels.size(); ++p) {
        const std::size_t at = layout.panel_at(part.image, p);
        const std::size_t lane = p * layout.lanes;
        kernels::scatter_gradient(panels[p], part, a.data() + lane, b.data() + lane, c.data() + lane,
                                  y == nullptr ? nullptr : y + at, dy_data + at);
      }
    });

    variable_list d_values;
    for (const std::shared_ptr<GradientSum>& gradient : gradients) {
      const bool complete = gradient != nullptr && --gradient->readers == 0;
      d_values.push_back(complete ? std::move(gradient->values) : at::Tensor());
    }
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

 private:
  // Makes the gradients that no other reader has made yet.
  std::vector<Destination> destinations() const {
    std::vector<Destination> list(values.size());
    for (std::size_t p = 0; p < values.size(); ++p) {
      if (gradients[p] == nullptr) continue;
      at::Tensor& sum = gradients[p]->values;
      if (!sum.defined()) {
        const Reading::Tap& tap = reading.taps()[p];
        list[p].overwrites = tap.columns.empty() && size_of(tap.width) == Layout(values[p]).padded_channels();
        sum = at::empty_like(values[p]);
        if (!list[p].overwrites) sum.zero_();
      }
      list[p].gradient = sum.data_ptr<float>();
    }
    return list;
  }
};

// Runs the forward kernel; the backward node is made only where somebody will ask for gradients.
at::Tensor gather_on_cpu(const std::vector<Output>& outputs, const Reading& reading, const Affine* norm,
                         bool relu, bool training) {
  const variable_list inputs = tapped(outputs, reading);
  variable_list values;
  for (const at::Tensor& input : inputs) values.push_back(in_order(input.detach()));

  // Blocked where any tap is.
  std::size_t like = 0;
  while (like + 1 < values.size() && !is_blocked(values[like])) ++like;
  at::Tensor y = new_values(values[like], reading.channels());
  const Layout layout(y);
  const std::size_t padded = layout.padded_channels();

  at::Tensor scale, mean, inv_std;
  std::vector<float> factor(padded, 1.0F), shift(padded, 0.0F);
  if (norm != nullptr) {
    mean = gather_statistic(outputs, reading, &Output::mean);
    inv_std = gather_statistic(outputs, reading, &Output::inv_std);
    scale = norm->gamma.detach() * inv_std;
    factor = filled_up(scale, padded);
    shift = filled_up(norm->beta.detach() - mean * scale, padded);
  }
  float* y_data = y.data_ptr<float>();
  const std::vector<kernels::Panel> panels =
      panels_of(values, reading, layout, std::vector<Destination>(values.size()));
  layout.for_chunks([&](std::size_t, const kernels::Rows& part) {
    for (std::size_t p = 0; p < panels.size(); ++p) {
      const std::size_t lane = p * layout.lanes;
      kernels::gather_affine(panels[p], part, factor.data() + lane, shift.data() + lane, relu,
                             y_data + layout.panel_at(part.image, p));
    }
  });

  variable_list differentiable = inputs;
  if (norm != nullptr) differentiable.insert(differentiable.end(), {norm->gamma, norm->beta});
  bool wanted = false;
  for (const at::Tensor& input : differentiable) wanted = wanted || input.requires_grad();
  if (at::GradMode::is_enabled() && wanted) {
    const std::shared_ptr<GatherNormBackward> node(new GatherNormBackward(reading),
                                                   torch::autograd::deleteNode);
    node->set_next_edges(torch::autograd::collect_next_edges(differentiable));
    for (std::size_t p = 0; p < inputs.size(); ++p) {
      std::shared_ptr<GradientSum> gradient;
      if (inputs[p].requires_grad()) {
        gradient = outputs[reading.taps()[p].output].gradient;
        if (gradient == nullptr) gradient = std::make_shared<GradientSum>();
        ++gradient->readers;
      }
      node->gradients.push_back(std::move(gradient));
    }
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

ChannelStatistics channel_statistics(const at::Tensor& values, std::int64_t channels) {
  const at::NoGradGuard no_grad;
  if (!values.is_cpu()) {
    const auto [variance, mean] = at::var_mean(values, {0, 2, 3}, /*unbiased=*/false);
    const std::int64_t rows = values.numel() / channels;
    const double to_unbiased = rows > 1 ? static_cast<double>(rows) / static_cast<double>(rows - 1) : 1.0;
    return {mean, (variance + norm_epsilon).rsqrt(), variance * to_unbiased};
  }
  const at::Tensor x = in_order(values.detach());
  const Layout layout(x);
  const auto rows = static_cast<double>(layout.rows());
  const double to_unbiased = rows > 1 ? rows / (rows - 1) : 1.0;
  const std::size_t padded = layout.padded_channels();
  const float* data = x.data_ptr<float>();
  // Squares about the first row instead of zero: no digits cancel where the mean is far from zero.
  std::vector<float> origin(padded);
  for (std::size_t p = 0; p < layout.panels; ++p)
    std::copy_n(data + layout.panel_at(0, p), layout.lanes,
                origin.begin() + static_cast<std::ptrdiff_t>(p * layout.lanes));
  const std::vector<double> sums =
      sum_rows(layout, [&](double* sum, double* square, const kernels::Rows& part) {
        for (std::size_t p = 0; p < layout.panels; ++p) {
          const std::size_t lane = p * layout.lanes;
          kernels::channel_sums(data + layout.panel_at(part.image, p), layout.lanes, part.begin, part.end,
                                origin.data() + lane, sum + lane, square + lane);
        }
      });
  ChannelStatistics statistics{at::empty({channels}), at::empty({channels}), at::empty({channels})};
  for (std::size_t k = 0; k < size_of(channels); ++k) {
    const double distance = sums[k] / rows;
    const double variance = std::max(0.0, sums[padded + k] / rows - distance * distance);
    statistics.mean.data_ptr<float>()[k] = static_cast<float>(static_cast<double>(origin[k]) + distance);
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

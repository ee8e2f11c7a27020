// What a layer reads, in one differentiable operation: channels gathered from earlier outputs, batch norm,
// ReLU.
//
// Composed of library calls (cat, index_select, batch_norm, relu) this takes longer than the convolution that
// follows, above all backwards. Two facts make it cheap: a channel has the same batch statistics whichever
// layer reads it, so they are taken once, where it is put out; and with a pixel's channels side by side, gathering,
// norm and ReLU are one pass over the rows. Other devices than the CPU run the composed form, which is also the tests'
// reference. Outputs are channels last or, on the CPU, blocked (blocked_convolution.hpp); what is gathered from a
// blocked one is blocked.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace flash {

// The gradient of an output, where several gathers add to it in turns: each would else write all of it, mostly zeros,
// for the sum of all. Every gather that counts itself in must run backwards before whatever put the output out does.
struct GradientSum {
  at::Tensor values;
  int readers = 0;  // that have not added theirs yet
};

// The output of a layer, channels last or blocked, and its statistics. `mean` and `inv_std` (1 / sqrt(variance +
// epsilon)) are those of the batch in training and the running ones otherwise; undefined where no norm will
// read the output.
struct Output {
  at::Tensor values;                        // N x C x H x W, or N x ceil(C / block) x H x W x block
  at::Tensor mean;                          // C
  at::Tensor inv_std;                       // C
  std::shared_ptr<GradientSum> gradient{};  // nullptr: each gather gives the whole gradient
};

// Which channels of which outputs are read, in the order in which they lie side by side.
class Reading {
 public:
  struct Tap {
    std::size_t output = 0;
    std::int64_t width = 0;    // channels of that output
    std::vector<int> columns;  // those read, ascending; empty: every one
  };
  explicit Reading(std::vector<Tap> taps);

  const std::vector<Tap>& taps() const { return taps_; }
  std::int64_t channels() const { return channels_; }
  // The channels' positions in the concatenation of all taps' outputs.
  std::vector<std::int64_t> positions() const;

 private:
  std::vector<Tap> taps_;
  std::int64_t channels_ = 0;
};

// Trained scale and shift of a batch norm, one value a channel.
struct Affine {
  at::Tensor gamma;
  at::Tensor beta;
};

inline constexpr double norm_epsilon = 1e-5;

// Mean and 1 / sqrt(variance + epsilon) of each channel of the batch, without gradients: those flow through
// the norms that use them. Also the variance without bias, for running statistics.
struct ChannelStatistics {
  at::Tensor mean;
  at::Tensor inv_std;
  at::Tensor unbiased_variance;
};
ChannelStatistics channel_statistics(const at::Tensor& values, std::int64_t channels);

// relu(norm(gathered channels)); `relu` false leaves out the last step. In training the gradient counts the
// batch statistics' own dependence on the values, as batch norm's does.
at::Tensor gather_norm(const std::vector<Output>& outputs, const Reading& reading, const Affine& norm,
                       bool relu, bool training);
at::Tensor gather_norm_composed(const std::vector<Output>& outputs, const Reading& reading,
                                const Affine& norm, bool relu, bool training);

// The channels alone.
at::Tensor gather(const std::vector<Output>& outputs, const Reading& reading);
at::Tensor gather_composed(const std::vector<Output>& outputs, const Reading& reading);

}  // namespace flash

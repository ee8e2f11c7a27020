// The optimisers, on one flat vector of all parameters.
#pragma once

#include <ATen/core/Tensor.h>

#include "flash/task/training.hpp"
#include "flash/train/network.hpp"

namespace flash {

// Parameters and gradients become views into two flat tensors, so that a step is a handful of operations
// however many layers there are. Weight decay is added to the gradient, of weights alone, not of norms and
// biases.
class Optimiser {
 public:
  Optimiser(const Parameters& parameters, const TrainingSettings& settings);

  void clear_gradients();
  // SGD with Nesterov momentum (Sutskever et al. 2013, as LibTorch has it), or Adam (Kingma and Ba 2015, beta
  // 0.9 and 0.999, epsilon 1e-8).
  void step(double learning_rate);

  // All that steps change, flat: the parameters and their moments. After so many steps elsewhere, whose state
  // has been copied into these tensors, it goes on as that optimiser would.
  std::vector<at::Tensor> state() const;
  void go_on_after(std::int64_t steps) { steps_ = steps; }

 private:
  void step_sgd(double learning_rate);
  void step_adam(double learning_rate);
  bool adam_;
  double momentum_;
  double weight_decay_;
  std::int64_t steps_ = 0;
  at::Tensor values_, gradients_;
  at::Tensor decayed_values_, decayed_gradients_;  // the part with weight decay
  at::Tensor first_moment_, second_moment_;        // SGD: the first alone, its velocity
};

// The learning rate at a step out of `steps`: cosine from `initial` to 0 (Loshchilov and Hutter 2017), or
// constant.
double scheduled_rate(const std::string& schedule, double initial, std::int64_t step, std::int64_t steps);

}  // namespace flash

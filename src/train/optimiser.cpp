#include "flash/train/optimiser.hpp"

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>

namespace flash {
namespace {

constexpr double beta1 = 0.9;
constexpr double beta2 = 0.999;
constexpr double adam_epsilon = 1e-8;

}  // namespace

Optimiser::Optimiser(const Parameters& parameters, const TrainingSettings& settings)
    : adam_(settings.optimiser == "adam"),
      momentum_(settings.momentum),
      weight_decay_(settings.weight_decay) {
  const at::NoGradGuard no_grad;
  const std::vector<at::Tensor> list = parameters.all();  // weights first
  values_ = at::empty({parameters.count()}, list.front().options().requires_grad(false));
  gradients_ = at::zeros_like(values_);
  std::int64_t offset = 0;
  for (const at::Tensor& parameter : list) {
    // A view with the parameter's own strides keeps channels last.
    const at::Tensor view = values_.as_strided(parameter.sizes(), parameter.strides(), offset);
    view.copy_(parameter);
    parameter.set_data(view);
    parameter.mutable_grad() = gradients_.as_strided(parameter.sizes(), parameter.strides(), offset);
    offset += parameter.numel();
  }
  std::int64_t decayed = 0;
  for (const at::Tensor& weight : parameters.weights) decayed += weight.numel();
  decayed_values_ = values_.narrow(0, 0, decayed);
  decayed_gradients_ = gradients_.narrow(0, 0, decayed);
  first_moment_ = at::zeros_like(values_);
  if (adam_) second_moment_ = at::zeros_like(values_);
}

void Optimiser::clear_gradients() { gradients_.zero_(); }

void Optimiser::step(double learning_rate) {
  const at::NoGradGuard no_grad;
  ++steps_;
  if (weight_decay_ != 0.0) decayed_gradients_.add_(decayed_values_, weight_decay_);
  adam_ ? step_adam(learning_rate) : step_sgd(learning_rate);
}

std::vector<at::Tensor> Optimiser::state() const {
  std::vector<at::Tensor> tensors{values_, first_moment_};
  if (adam_) tensors.push_back(second_moment_);
  return tensors;
}

void Optimiser::step_sgd(double learning_rate) {
  first_moment_.mul_(momentum_).add_(gradients_);
  values_.add_(gradients_.add_(first_moment_, momentum_), -learning_rate);
}

void Optimiser::step_adam(double learning_rate) {
  first_moment_.lerp_(gradients_, 1.0 - beta1);
  second_moment_.mul_(beta2).addcmul_(gradients_, gradients_, 1.0 - beta2);
  const double correction1 = 1.0 - std::pow(beta1, static_cast<double>(steps_));
  const double correction2 = 1.0 - std::pow(beta2, static_cast<double>(steps_));
  const at::Tensor deviation = second_moment_.sqrt().div_(std::sqrt(correction2)).add_(adam_epsilon);
  values_.addcdiv_(first_moment_, deviation, -learning_rate / correction1);
}

double scheduled_rate(const std::string& schedule, double initial, std::int64_t step, std::int64_t steps) {
  if (schedule != "cosine") return initial;
  const double done = static_cast<double>(step) / static_cast<double>(steps);
  return 0.5 * initial * (1.0 + std::cos(std::numbers::pi * done));
}

}  // namespace flash

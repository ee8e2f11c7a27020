// Each optimiser against its formula, written out for one value at a time.
#include "flash/train/optimiser.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

namespace flash {
namespace {

struct Setup {
  Parameters parameters;
  at::Tensor target;

  Setup() {
    at::manual_seed(4);
    parameters.weights = {at::randn({2, 3, 3, 3}).contiguous(at::MemoryFormat::ChannelsLast),
                          at::randn({4, 2, 1, 1})};
    parameters.norms_and_biases = {at::randn({5})};
    for (const at::Tensor& parameter : parameters.all()) parameter.set_requires_grad(true);
  }
  // Gradient of value v: 2 v + 1, times what varies with the step.
  void backward(int step) const {
    at::Tensor loss = at::zeros({});
    for (const at::Tensor& parameter : parameters.all())
      loss = loss + (parameter * parameter + parameter).sum();
    (loss * (step + 1.0)).backward();
  }
};

// Runs the optimiser and, beside it, reference(v, gradient, decayed, step, state) on every value.
template <class Reference>
void compare(const TrainingSettings& settings, const Reference& reference) {
  const Setup setup;
  std::vector<std::vector<double>> values;
  std::vector<at::Tensor> before;
  for (const at::Tensor& parameter : setup.parameters.all()) before.push_back(parameter.detach().clone());
  Optimiser optimiser(setup.parameters, settings);
  std::vector<at::Tensor> expected;
  for (std::size_t p = 0; p < before.size(); ++p) {
    EXPECT_TRUE(at::equal(before[p], setup.parameters.all()[p])) << "flattening changed parameter " << p;
    expected.push_back(before[p].to(at::kDouble).contiguous().flatten());
  }
  std::vector<std::vector<std::array<double, 2>>> states;
  for (const at::Tensor& tensor : expected) states.emplace_back(static_cast<std::size_t>(tensor.numel()));
  for (int step = 0; step < 4; ++step) {
    optimiser.clear_gradients();
    setup.backward(step);
    optimiser.step(0.01);
    for (std::size_t p = 0; p < expected.size(); ++p)
      for (std::int64_t k = 0; k < expected[p].numel(); ++k) {
        double& v = expected[p].data_ptr<double>()[k];
        const double decay = p < setup.parameters.weights.size() ? settings.weight_decay : 0.0;
        const double gradient = (step + 1.0) * (2.0 * v + 1.0) + decay * v;
        reference(v, gradient, step, states[p][static_cast<std::size_t>(k)]);
      }
  }
  for (std::size_t p = 0; p < expected.size(); ++p) {
    const at::Tensor result = setup.parameters.all()[p].detach().to(at::kDouble).contiguous().flatten();
    EXPECT_TRUE(at::allclose(result, expected[p], 1e-4, 1e-5)) << "parameter " << p;
  }
}

TEST(Optimiser, SgdIsNesterovMomentum) {
  TrainingSettings settings;
  settings.momentum = 0.8;
  settings.weight_decay = 0.1;
  compare(settings, [](double& v, double gradient, int, std::array<double, 2>& state) {
    state[0] = 0.8 * state[0] + gradient;
    v -= 0.01 * (gradient + 0.8 * state[0]);
  });
}

TEST(Optimiser, AdamIsAdam) {
  TrainingSettings settings;
  settings.optimiser = "adam";
  settings.weight_decay = 0.1;
  compare(settings, [](double& v, double gradient, int step, std::array<double, 2>& state) {
    state[0] = 0.9 * state[0] + 0.1 * gradient;
    state[1] = 0.999 * state[1] + 0.001 * gradient * gradient;
    const double mean = state[0] / (1.0 - std::pow(0.9, step + 1));
    const double square = state[1] / (1.0 - std::pow(0.999, step + 1));
    v -= 0.01 * mean / (std::sqrt(square) + 1e-8);
  });
}

TEST(ScheduledRate, FallsFromInitialToZero) {
  EXPECT_DOUBLE_EQ(scheduled_rate("cosine", 0.2, 0, 100), 0.2);
  EXPECT_NEAR(scheduled_rate("cosine", 0.2, 50, 100), 0.1, 1e-15);
  EXPECT_NEAR(scheduled_rate("cosine", 0.2, 100, 100), 0.0, 1e-15);
  EXPECT_DOUBLE_EQ(scheduled_rate("constant", 0.2, 77, 100), 0.2);
}

}  // namespace
}  // namespace flash

#include "flash/joint/loss_model.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "flash/core/error.hpp"
#include "flash/core/random.hpp"

namespace flash {
namespace {

std::vector<CellOption> some_options() {
  return cell_options({"dense", "bits 4", "bits 2", "keep 0.5", "keep 0.25 bits 4", "keep 0.1 bits 3"});
}

// 12 networks x 4 samples of three cells, with a loss by hand and noise.
std::vector<LossSample> samples(double noise, double gain) {
  Philox random(3, 4);
  const std::vector<CellOption> options = some_options();
  std::vector<LossSample> list;
  for (int network = 0; network < 12; ++network) {
    std::vector<double> weights;
    for (int cell = 0; cell < 3; ++cell) weights.push_back(std::pow(10, 2 + 2 * random.uniform()));
    for (int i = 0; i < 4; ++i) {
      LossSample sample;
      sample.network = std::to_string(network);
      sample.cell_weights = weights;
      sample.loss = -gain + noise * (random.uniform() - 0.5);
      for (int cell = 0; cell < 3; ++cell) {
        const CellOption& option = options[random.below(options.size())];
        sample.options.push_back(option);
        sample.loss +=
            0.02 * std::log(1 / option.kept) + (option.bits < 32 ? 0.1 * std::pow(2, 1 - option.bits) : 0);
      }
      list.push_back(std::move(sample));
    }
  }
  return list;
}

TEST(LossModel, FindsWhatWasLost) {
  const LossFit fit = fit_loss(samples(0, 0.01));
  EXPECT_LT(fit.rmse_fit, 1e-6);
  EXPECT_LT(fit.rmse_left, 1e-6);
  EXPECT_GT(fit.rmse_mean, 0.01);
  EXPECT_FALSE(fit.no_better_than_mean());
  EXPECT_NEAR(fit.model.gain, 0.01, 1e-6);
  EXPECT_EQ(fit.networks, 12U);
  const CellOption option = cell_option("keep 0.25 bits 4");
  EXPECT_NEAR(fit.model(option, 1, 500), 0.02 * std::log(4) + 0.1 / 8, 1e-6);
  EXPECT_EQ(fit.model(cell_option("dense"), 0, 500), 0);
  const LossFit again = loss_fit_from_json(to_json(fit));
  EXPECT_EQ(again.model(option, 1, 500), fit.model(option, 1, 500));
}

// Whatever the noise: less kept or fewer bits never lose less, in smaller cells never less.
TEST(LossModel, RisesAsLessIsKept) {
  for (const double noise : {0.01, 0.1, 1.0}) {
    const LossFit fit = fit_loss(samples(noise, 0));
    for (std::size_t slot = 0; slot < 3; ++slot)
      for (const int bits : {32, 8, 4, 2, 1})
        for (const double kept : {1.0, 0.5, 0.1}) {
          const CellOption option{.kept = kept, .bits = bits};
          const double loss = fit.model(option, slot, 1000);
          EXPECT_GE(loss, 0);
          EXPECT_LE(loss, fit.model(CellOption{.kept = kept / 2, .bits = bits}, slot, 1000));
          EXPECT_LE(loss, fit.model(option, slot, 500));
          if (bits > 1) {
            EXPECT_LE(loss, fit.model(CellOption{.kept = kept, .bits = bits / 2}, slot, 1000));
          }
        }
  }
}

TEST(LossModel, RefusesWhatTellsNothing) {
  std::vector<LossSample> few = samples(0, 0);
  few.resize(3);
  EXPECT_THROW(fit_loss(few), Error);
  std::vector<LossSample> broken = samples(0, 0);
  broken[5].loss = std::nan("");
  EXPECT_THROW(fit_loss(broken), Error);
  Json json = to_json(fit_loss(samples(0, 0)));
  json["terms"]["magic"] = 1;
  EXPECT_THROW(loss_fit_from_json(json), Error);
}

// One network alone tells of no other one.
TEST(LossModel, OneNetworkHasNoErrorOfOthers) {
  std::vector<LossSample> one = samples(0, 0);
  for (LossSample& sample : one) sample.network = one.front().network;
  const LossFit fit = fit_loss(one);
  EXPECT_TRUE(std::isnan(fit.rmse_left));
  EXPECT_LT(fit.rmse_fit, 1e-6);
  EXPECT_TRUE(std::isnan(loss_fit_from_json(to_json(fit)).rmse_left));
}

}  // namespace
}  // namespace flash

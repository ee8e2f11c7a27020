// The analytic models follow the simulator: fitted on 150 networks, held against 50 others.
#include <gtest/gtest.h>

#include <filesystem>

#include "flash/hardware/hardware_model.hpp"
#include "networks.hpp"

namespace flash {
namespace {

void expect_fit(const Space& space, const ImcDesign& design, const std::string& what,
                double most_mape = 0.05) {
  constexpr std::size_t fitted = 150, held_out = 50;
  const std::vector<Point> networks = test::draw_networks(space, fitted + held_out, 2021);
  PerMetric<std::vector<double>> values;
  for (std::size_t i = 0; i < networks.size(); ++i) {
    const Measurement measurement = simulate(design, space, networks[i], i).measurement;
    for (const Metric metric : plain_fitted_metrics) values[metric].push_back(measurement[metric]);
  }
  const std::span<const Point> all(networks);
  const std::vector<std::string> names = feature_names(space, design.tiling);
  for (const Metric metric : plain_fitted_metrics) {
    const std::span<const double> measured(values[metric]);
    const MetricFit fit = fit_metric(
        names, fit_data(space, names, all.first(fitted), measured.first(fitted), design.tiling),
        fit_data(space, names, all.last(held_out), measured.last(held_out), design.tiling), design.tiling);
    EXPECT_LE(fit.holdout.mape, metric == Metric::area ? 0.01 : most_mape) << what << ", " << name(metric);
    std::printf("%-34s %-8s held out: MAPE %.2f %%, largest %.2f %%, R2 %.5f\n", what.c_str(),
                std::string(name(metric)).c_str(), 100 * fit.holdout.mape, 100 * fit.holdout.max_error,
                fit.holdout.r2);
    std::size_t within = 0;
    for (std::size_t i = fitted; i < all.size(); ++i) {
      const Prediction prediction = predict(fit.model, space, all[i]);
      within += std::abs(prediction.value - measured[i]) <= prediction.band;
    }
    EXPECT_GE(within, held_out * 4 / 5) << what << ", " << name(metric) << ": the 95 % band is too narrow";
    // As flash-search reads it: without the design.
    const MetricModel read = metric_model_from_json(Json::parse(to_json(fit.model).dump()));
    EXPECT_EQ(read(space, networks[0]), fit.model(space, networks[0]));
    // Exact branch and bound takes the least of a box at its lower corner.
    FeatureColumns columns(space, read.tiling);
    for (const Stratum* stratum : {&space.strata().front(), &space.strata().back()})
      for (std::size_t cell = 0; cell < space.cells(); ++cell)
        EXPECT_TRUE(std::ranges::is_sorted(read.slot_values(columns, *stratum, cell)));
  }
}

// The interval: the fitted model of the slowest layer, in a search's tables as on its own.
void expect_interval_fit(const Space& space, const ImcDesign& design, const std::string& what,
                         double most_mape = 0.05) {
  constexpr std::size_t fitted = 150, held_out = 50;
  std::vector<LayerTimes> networks;
  for (const Point& point : test::draw_networks(space, fitted + held_out, 2021)) {
    const ImcReport report = simulate(design, space, point, networks.size());
    LayerTimes& times = networks.emplace_back();
    times.network = point;
    for (const ImcLayer& layer : report.layers)
      times.layers.push_back(static_cast<double>(layer.cycles()) * report.period_ns * 1e-6);
    EXPECT_NEAR(std::ranges::max(times.layers), report.interval_ms, 1e-9 * report.interval_ms);
  }
  const std::span<const LayerTimes> all(networks);
  const MetricFit fit = fit_slowest_layer(space, all.first(fitted), all.last(held_out), design.tiling);
  EXPECT_LE(fit.holdout.mape, most_mape) << what;
  std::size_t within = 0;
  for (const LayerTimes& network : all.last(held_out)) {
    const Prediction prediction = predict(fit.model, space, network.network);
    within += std::abs(prediction.value - std::ranges::max(network.layers)) <= prediction.band;
  }
  EXPECT_GE(within, held_out * 4 / 5) << what << ": the 95 % band is too narrow";
  std::printf("%-34s interval held out: MAPE %.2f %%, largest %.2f %%, R2 %.5f, %zu of %zu within the band\n",
              what.c_str(), 100 * fit.holdout.mape, 100 * fit.holdout.max_error, fit.holdout.r2, within,
              held_out);
  const MetricModel read = metric_model_from_json(Json::parse(to_json(fit.model).dump()));
  EXPECT_EQ(read(space, networks[0].network), fit.model(space, networks[0].network));
  FeatureColumns columns(space, read.tiling);
  for (const Stratum* stratum : {&space.strata().front(), &space.strata().back()})
    for (std::size_t slot = 0; slot < space.cells(); ++slot)
      EXPECT_TRUE(std::ranges::is_sorted(read.slot_maxima(columns, *stratum, slot)));
}

ImcDesign other_design() {
  ImcDesign design;
  design.tiling.crossbar_rows = design.tiling.crossbar_columns = 128;
  design.tiling.link_bits = 64;
  design.tiling.cell_bits = 2;
  return design;
}

// Every design that ships. Wires as long as the chip's side are no sum over cells, and what leaks in all tiles while any
// works is less so: FIGURES.md has what that leaves.
TEST(ImcFit, FollowsDesignsThatShip) {
  for (const auto& entry : std::filesystem::directory_iterator(FLASH_SOURCE_DIR "/data/targets"))
    if (const std::string name = entry.path().filename(); name.starts_with("imc-"))
      expect_fit(test::preset_space("flash-63b"), read_imc_design(entry.path()), name,
                 name == "imc-32nm-hp.toml" ? 0.15 : 0.05);
}

TEST(ImcFit, FollowsTheIntervalOfDesignsThatShip) {
  for (const auto& entry : std::filesystem::directory_iterator(FLASH_SOURCE_DIR "/data/targets"))
    if (const std::string name = entry.path().filename(); name.starts_with("imc-"))
      expect_interval_fit(test::preset_space("flash-63b"), read_imc_design(entry.path()), name, 0.1);
}

TEST(ImcFit, FollowsTheIntervalOfOtherSpaces) {
  for (const char* preset : {"shapes-mini", "cifar-small"})
    for (const Block block : {Block::regular, Block::depthwise})
      expect_interval_fit(test::preset_space(preset, block), {},
                          std::string(preset) + (block == Block::regular ? "" : " depthwise"));
  expect_interval_fit(test::preset_space("mnist-mlp"), {}, "mnist-mlp", 0.1);
}

TEST(ImcFit, FollowsTheDefaultDesign) {
  for (const char* preset : {"flash-63b", "shapes-mini", "cifar-small"})
    expect_fit(test::preset_space(preset), {}, preset);
}

// One result a layer: a few hundred cycles, of which the places on the mesh decide a large part.
TEST(ImcFit, FollowsFullyConnectedNetworks) {
  expect_fit(test::preset_space("mnist-mlp"), {}, "mnist-mlp", 0.1);
}

TEST(ImcFit, FollowsDepthwiseBlocks) {
  for (const char* preset : {"flash-63b", "shapes-mini", "cifar-small"})
    expect_fit(test::preset_space(preset, Block::depthwise), {}, std::string(preset) + " depthwise");
}

TEST(ImcFit, FollowsSmallerCrossbarsWiderLinksDenserCells) {
  for (const char* preset : {"flash-63b", "shapes-mini", "cifar-small"})
    expect_fit(test::preset_space(preset), other_design(), std::string(preset) + " 128, 64 bits, 2 a cell");
}

TEST(ImcFit, FollowsADesignThatWaitsForItsNetwork) {
  ImcDesign design;
  design.tiling.link_bits = 16;
  design.tiling.packet_flits = 4;
  expect_fit(test::preset_space("flash-63b"), design, "flash-63b 16 bits, packets of 4");
}

TEST(ImcFit, FollowsADesignWithoutPowerGating) {
  ImcDesign design;
  design.leakage.idle = 1;
  expect_fit(test::preset_space("flash-63b"), design, "flash-63b no power gating");
}

}  // namespace
}  // namespace flash

#include "flash/train/host_latency.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "flash/core/error.hpp"
#include "tiny.hpp"

namespace flash {
namespace {

TEST(HostLatency, IsPositiveForEveryFamily) {
  HostMeasurementSettings settings;
  settings.repeats = 5;
  settings.batch = 2;
  for (const CellSpace& definition :
       {tiny_space(), tiny_space("dense-cells", Block::depthwise), tiny_space("mlp-cells")}) {
    const Space space(definition);
    const HostMeasurement measured = measure_host_latency(space, space.point(0), settings, 1);
    EXPECT_GT(measured.latency_ms, 0.0);
    EXPECT_TRUE(std::isfinite(measured.latency_ms));
    EXPECT_GE(measured.latency_ms_iqr, 0.0);
    EXPECT_EQ(measured.repeats, 5);
    const double peak = measured.peak_memory_mib;
    EXPECT_TRUE(std::isnan(peak) || (peak > 10 && peak < 20'000)) << peak;  // LibTorch alone is larger
    EXPECT_TRUE(std::isnan(measured.energy_mj) || measured.energy_mj > 0);
  }
}

TEST(HostLatency, NeedsNoWarmUp) {
  HostMeasurementSettings settings;
  settings.repeats = 1;
  settings.warmup = 0;
  const Space space(tiny_space());
  const HostMeasurement measured = measure_host_latency(space, space.point(0), settings, 1);
  EXPECT_GT(measured.latency_ms, 0.0);
  EXPECT_EQ(measured.latency_ms_iqr, 0.0);
}

TEST(HostLatency, LeavesOutliersOutAndCountsThem) {
  // Quartiles 11 and 16.5, so that all above 16.5 + 3 * 5.5 is far out.
  const HostMeasurement summary = summarise_timings({12, 500, 10, 11, 10, 13, 12, 11, 20, 90, 12});
  EXPECT_EQ(summary.repeats, 11);
  EXPECT_EQ(summary.outliers, 2);
  EXPECT_EQ(summary.latency_ms, 12);  // of the nine others
  EXPECT_EQ(summary.latency_ms_iqr, 1);
  EXPECT_EQ(summarise_timings({3}).latency_ms, 3);
  EXPECT_EQ(summarise_timings({3, 3, 3, 3}).outliers, 0);
}

TEST(HostLatency, RefusesSettingsThatCannotBe) {
  const Space space(tiny_space());
  const auto refused = [&](auto change) {
    HostMeasurementSettings settings;
    change(settings);
    try {
      measure_host_latency(space, space.point(0), settings, 1);
    } catch (const Error& error) {
      return error.code() == ExitCode::bad_job;
    }
    return false;
  };
  EXPECT_TRUE(refused([](HostMeasurementSettings& s) { s.batch = 0; }));
  EXPECT_TRUE(refused([](HostMeasurementSettings& s) { s.threads = 0; }));
  EXPECT_TRUE(refused([](HostMeasurementSettings& s) { s.repeats = 0; }));
  EXPECT_TRUE(refused([](HostMeasurementSettings& s) { s.warmup = -1; }));
  EXPECT_TRUE(refused([](HostMeasurementSettings& s) { s.device = "tpu"; }));
}

}  // namespace
}  // namespace flash

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
  for (const SpaceDefinition& definition :
       {tiny_space(), tiny_space(Family::dense_cells, Block::depthwise), tiny_space(Family::mlp_cells)}) {
    const Space space(definition);
    const HostMeasurement measured = measure_host_latency(space, space.configuration(0), settings, 1);
    EXPECT_GT(measured.latency_ms, 0.0);
    EXPECT_TRUE(std::isfinite(measured.latency_ms));
    EXPECT_GE(measured.latency_ms_iqr, 0.0);
    EXPECT_EQ(measured.repeats, 5);
  }
}

TEST(HostLatency, NeedsNoWarmUp) {
  HostMeasurementSettings settings;
  settings.repeats = 1;
  settings.warmup = 0;
  const Space space(tiny_space());
  const HostMeasurement measured = measure_host_latency(space, space.configuration(0), settings, 1);
  EXPECT_GT(measured.latency_ms, 0.0);
  EXPECT_EQ(measured.latency_ms_iqr, 0.0);
}

TEST(HostLatency, RefusesSettingsThatCannotBe) {
  const Space space(tiny_space());
  const auto refused = [&](auto change) {
    HostMeasurementSettings settings;
    change(settings);
    try {
      measure_host_latency(space, space.configuration(0), settings, 1);
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

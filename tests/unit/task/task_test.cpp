#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "flash/core/error.hpp"
#include "flash/task/host_measurement.hpp"
#include "flash/task/training.hpp"

namespace flash {
namespace {

// Every key of `whole` taken away, and given a value of a type that no key has, must be an error that names
// it.
template <class Read>
void expect_strict(const Json& whole, Read read) {
  for (const auto& [key, value] : whole.items()) {
    for (const bool missing : {true, false}) {
      Json damaged = whole;
      if (missing)
        damaged.erase(key);
      else
        damaged[key] = Json::object();
      try {
        read(damaged);
        ADD_FAILURE() << "accepted damage at " << key;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::bad_data);
        EXPECT_THAT(error.what(), testing::HasSubstr("'" + key + "'"));
      }
    }
  }
  EXPECT_THROW(read(Json(nullptr)), Error);
  EXPECT_THROW(read(Json::array()), Error);
}

Json again(const Json& json) { return Json::parse(json.dump()); }

TrainingResult example() {
  TrainingResult result;
  result.ok = true;
  result.accuracy = 0.1 + 0.2;  // survives to the last bit
  result.train_loss = 1.0 / 3;
  result.parameters = std::numeric_limits<std::int64_t>::max();
  result.macs = 1'000'000'007;
  result.learning_rate = 0.05 / 3;
  result.tries = 2;
  result.seconds = 12.25;
  result.curve = {{1, 2.1, 0.2, 0.5}, {2, 1.9, 0.3, 0.6}};
  return result;
}

TEST(TrainingSettingsJson, ComesBackWhole) {
  TrainingSettings settings;
  settings.optimiser = "adam";
  settings.learning_rate = 1e-3;
  settings.flip = false;
  settings.device = "cuda:1";
  const Json json = to_json(settings);
  EXPECT_EQ(to_json(training_settings_from_json(again(json))), json);
  EXPECT_EQ(training_settings_from_json(json).device, "cuda:1");
}

TEST(TrainingSettingsJson, IsStrict) {
  const Json json = to_json(TrainingSettings{});
  expect_strict(json, training_settings_from_json);
  for (const Json& epochs : {Json(1.5), Json("3"), Json(true), Json(3'000'000'000), Json(-3'000'000'000),
                             Json(std::numeric_limits<std::uint64_t>::max())}) {
    Json damaged = json;
    damaged["epochs"] = epochs;
    EXPECT_THROW(training_settings_from_json(damaged), Error) << epochs;
  }
  Json damaged = json;
  damaged["flip"] = 1;
  EXPECT_THROW(training_settings_from_json(damaged), Error);
  damaged = json;
  damaged["learning_rate"] = nullptr;  // settings have no absent numbers
  EXPECT_THROW(training_settings_from_json(damaged), Error);
}

TEST(TrainingSettingsJson, TakesWholeNumbersForRealOnes) {
  Json json = to_json(TrainingSettings{});
  json["learning_rate"] = 1;
  EXPECT_EQ(training_settings_from_json(json).learning_rate, 1.0);
}

TEST(TrainingResultJson, ComesBackToTheLastBit) {
  const TrainingResult result = example();
  const TrainingResult back = training_result_from_json(again(to_json(result)));
  EXPECT_EQ(back.accuracy, result.accuracy);
  EXPECT_EQ(back.train_loss, result.train_loss);
  EXPECT_EQ(back.parameters, result.parameters);
  ASSERT_EQ(back.curve.size(), 2u);
  EXPECT_EQ(back.curve[1].accuracy, 0.3);
  EXPECT_EQ(to_json(back), to_json(result));
}

TEST(TrainingResultJson, KeepsADivergedLossAsAbsent) {
  TrainingResult result = example();
  result.ok = false;
  result.failure = "loss became inf in epoch 2";
  result.train_loss = std::numeric_limits<double>::infinity();
  result.curve.back().train_loss = std::numeric_limits<double>::quiet_NaN();
  const Json json = to_json(result);
  EXPECT_TRUE(json["train_loss"].is_null());
  const TrainingResult back = training_result_from_json(again(json));
  EXPECT_TRUE(std::isnan(back.train_loss));
  EXPECT_TRUE(std::isnan(back.curve.back().train_loss));
  EXPECT_EQ(back.failure, result.failure);
}

TEST(TrainingResultJson, IsStrict) {
  const Json json = to_json(example());
  expect_strict(json, training_result_from_json);
  expect_strict(json["curve"][0], [&](const Json& record) {
    Json damaged = json;
    damaged["curve"][0] = record;
    return training_result_from_json(damaged);
  });
}

TEST(HostMeasurementJson, ComesBackWholeAndIsStrict) {
  HostMeasurementSettings settings;
  settings.batch = 8;
  settings.device = "cuda";
  EXPECT_EQ(to_json(host_measurement_settings_from_json(again(to_json(settings)))), to_json(settings));
  expect_strict(to_json(settings), host_measurement_settings_from_json);

  const HostMeasurement measurement{1.0 / 7, 0.01, 2.5, 300.25, 20, 3};
  const HostMeasurement back = host_measurement_from_json(again(to_json(measurement)));
  EXPECT_EQ(back.latency_ms, measurement.latency_ms);
  EXPECT_EQ(back.latency_ms_iqr, measurement.latency_ms_iqr);
  EXPECT_EQ(back.energy_mj, 2.5);
  EXPECT_EQ(back.peak_memory_mib, 300.25);
  EXPECT_EQ(back.repeats, 20);
  EXPECT_EQ(back.outliers, 3);
  EXPECT_TRUE(std::isnan(host_measurement_from_json(again(to_json(HostMeasurement{}))).energy_mj));
  expect_strict(to_json(measurement), host_measurement_from_json);
}

}  // namespace
}  // namespace flash

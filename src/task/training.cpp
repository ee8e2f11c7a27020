#include "flash/task/training.hpp"

#include <cmath>

#include "flash/core/error.hpp"
#include "flash/core/json_reader.hpp"

namespace flash {
namespace {

// A loss that diverged is infinite or NaN; JSON holds neither, so both come back as NaN.
Json finite_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

}  // namespace

Json to_json(const TrainingSettings& settings) {
  Json json{{"epochs", settings.epochs},       {"batch", settings.batch},
            {"optimiser", settings.optimiser}, {"learning_rate", settings.learning_rate},
            {"momentum", settings.momentum},   {"weight_decay", settings.weight_decay},
            {"schedule", settings.schedule},   {"crop", settings.crop},
            {"flip", settings.flip},           {"threads", settings.threads},
            {"device", settings.device},       {"retries", settings.retries}};
  if (settings.chip) {  // digests of other trainings stay what they were
    json["chip"] = to_json(*settings.chip);
    json["noise_epochs"] = settings.noise_epochs;
  }
  return json;
}

TrainingSettings training_settings_from_json(const Json& json) {
  const JsonReader reader(json, "training settings");
  TrainingSettings settings;
  settings.epochs = reader.get<int>("epochs");
  settings.batch = reader.get<int>("batch");
  settings.optimiser = reader.get<std::string>("optimiser");
  settings.learning_rate = reader.get<double>("learning_rate");
  settings.momentum = reader.get<double>("momentum");
  settings.weight_decay = reader.get<double>("weight_decay");
  settings.schedule = reader.get<std::string>("schedule");
  settings.crop = reader.get<int>("crop");
  settings.flip = reader.get<bool>("flip");
  settings.threads = reader.get<int>("threads");
  settings.device = reader.get<std::string>("device");
  settings.retries = reader.get<int>("retries");
  if (json.contains("chip")) {
    settings.chip = chip_arithmetic_from_json(json.at("chip"));
    settings.noise_epochs = reader.get<int>("noise_epochs");
  }
  return settings;
}

Json to_json(const EpochRecord& record) {
  return Json{{"epoch", record.epoch},
              {"train_loss", finite_or_null(record.train_loss)},
              {"accuracy", finite_or_null(record.accuracy)},
              {"seconds", record.seconds}};
}

EpochRecord epoch_record_from_json(const Json& json) {
  const JsonReader reader(json, "epoch record");
  EpochRecord record;
  record.epoch = reader.get<int>("epoch");
  record.train_loss = reader.get_or_nan("train_loss");
  // Earlier versions judged by the test images alone, and called it so.
  const bool older = json.is_object() && json.contains("test_accuracy") && !json.contains("accuracy");
  record.accuracy = reader.get_or_nan(older ? "test_accuracy" : "accuracy");
  record.seconds = reader.get<double>("seconds");
  return record;
}

Json to_json(const std::vector<EpochGate>& gates) {
  Json json = Json::array();
  for (const EpochGate& gate : gates) json.push_back({{"epoch", gate.epoch}, {"least", gate.least}});
  return json;
}

std::vector<EpochGate> epoch_gates_from_json(const Json& json) {
  if (!json.is_array()) throw Error(ExitCode::bad_data, "training gates: expected an array");
  std::vector<EpochGate> gates;
  for (const Json& entry : json) {
    const JsonReader reader(entry, "training gate");
    gates.push_back({reader.get<int>("epoch"), reader.get<double>("least")});
  }
  return gates;
}

Json to_json(const TrainingResult& result) {
  Json curve = Json::array();
  for (const EpochRecord& record : result.curve) curve.push_back(to_json(record));
  Json json{{"ok", result.ok},
            {"failure", result.failure},
            {"accuracy", finite_or_null(result.accuracy)},
            {"train_loss", finite_or_null(result.train_loss)},
            {"parameters", result.parameters},
            {"macs", result.macs},
            {"learning_rate", result.learning_rate},
            {"tries", result.tries},
            {"seconds", result.seconds},
            {"curve", std::move(curve)}};
  if (result.ended_early) json["ended_early"] = true;
  if (!std::isnan(result.test_accuracy)) json["test_accuracy"] = result.test_accuracy;
  if (!std::isnan(result.ideal_accuracy)) json["ideal_accuracy"] = result.ideal_accuracy;
  if (!std::isnan(result.ideal_test_accuracy)) json["ideal_test_accuracy"] = result.ideal_test_accuracy;
  return json;
}

TrainingResult training_result_from_json(const Json& json) {
  const JsonReader reader(json, "training result");
  TrainingResult result;
  result.ok = reader.get<bool>("ok");
  result.failure = reader.get<std::string>("failure");
  result.accuracy = reader.get_or_nan("accuracy");
  if (json.contains("test_accuracy")) result.test_accuracy = reader.get_or_nan("test_accuracy");
  if (json.contains("ideal_accuracy")) result.ideal_accuracy = reader.get_or_nan("ideal_accuracy");
  if (json.contains("ideal_test_accuracy"))
    result.ideal_test_accuracy = reader.get_or_nan("ideal_test_accuracy");
  if (json.contains("ended_early")) result.ended_early = reader.get<bool>("ended_early");
  result.train_loss = reader.get_or_nan("train_loss");
  result.parameters = reader.get<std::int64_t>("parameters");
  result.macs = reader.get<std::int64_t>("macs");
  result.learning_rate = reader.get<double>("learning_rate");
  result.tries = reader.get<int>("tries");
  result.seconds = reader.get<double>("seconds");
  const Json& curve = reader.at("curve");
  if (!curve.is_array()) reader.fail("has a wrong value at key 'curve': expected an array");
  for (const Json& record : curve) result.curve.push_back(epoch_record_from_json(record));
  return result;
}

}  // namespace flash

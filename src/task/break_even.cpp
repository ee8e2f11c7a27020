#include "flash/task/break_even.hpp"

#include <algorithm>

#include "flash/core/error.hpp"
#include "flash/core/json_reader.hpp"

namespace flash {

void check_break_even(const BreakEvenSettings& settings) {
  const auto need = [](bool holds, const char* what) {
    if (!holds) throw Error(ExitCode::bad_job, std::string("break-even settings: ") + what);
  };
  need(settings.batch >= 1 && settings.batch <= 4096, "a batch has 1 to 4096 images");
  need(settings.repeats >= 1 && settings.repeats <= 10'000, "there are 1 to 10000 repeats");
  need(!settings.shares.empty() && std::ranges::is_sorted(settings.shares) && settings.shares.front() > 0 &&
           settings.shares.back() <= 1,
       "shares ascend, above 0 and at most 1");
}

Json to_json(const BreakEvenSettings& settings) {
  return Json{{"batch", settings.batch}, {"repeats", settings.repeats}, {"shares", settings.shares}};
}

BreakEvenSettings break_even_settings_from_json(const Json& json) {
  const JsonReader reader(json, "break-even settings");
  BreakEvenSettings settings;
  settings.batch = reader.get<int>("batch");
  settings.repeats = reader.get<int>("repeats");
  settings.shares = reader.get<std::vector<double>>("shares");
  check_break_even(settings);
  return settings;
}

Json to_json(const BreakEvenResult& result) {
  Json layers = Json::array();
  for (const LayerBreakEven& layer : result.layers) {
    Json sparse = Json::array();
    for (const SparseTime& time : layer.sparse) sparse.push_back({{"share", time.share}, {"ms", time.ms}});
    layers.push_back({{"kind", layer.kind},
                      {"weights", layer.weights},
                      {"dense_ms", layer.dense_ms},
                      {"sparse", sparse},
                      {"break_even", layer.break_even}});
  }
  return Json{{"layers", layers}, {"device", result.device}};
}

BreakEvenResult break_even_result_from_json(const Json& json) {
  const JsonReader reader(json, "break-even result");
  BreakEvenResult result;
  result.device = reader.get<std::string>("device");
  for (const Json& entry : reader.at("layers")) {
    const JsonReader of_layer(entry, "break-even result, layer,");
    LayerBreakEven layer;
    layer.kind = of_layer.get<std::string>("kind");
    layer.weights = of_layer.get<std::int64_t>("weights");
    layer.dense_ms = of_layer.get<double>("dense_ms");
    for (const Json& time : of_layer.at("sparse")) {
      const JsonReader of_time(time, "break-even result, time,");
      layer.sparse.push_back({of_time.get<double>("share"), of_time.get<double>("ms")});
    }
    layer.break_even = of_layer.get<double>("break_even");
    result.layers.push_back(std::move(layer));
  }
  return result;
}

double crossing(double dense_ms, std::span<const SparseTime> sparse) {
  SparseTime before;
  for (const SparseTime& time : sparse) {
    if (time.ms <= dense_ms) {
      before = time;
      continue;
    }
    if (before.share <= 0) return 0;
    return before.share + (time.share - before.share) * (dense_ms - before.ms) / (time.ms - before.ms);
  }
  return before.share;
}

}  // namespace flash

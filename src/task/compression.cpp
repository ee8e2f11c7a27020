#include "flash/task/compression.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <sstream>

#include "flash/core/error.hpp"
#include "flash/core/json_reader.hpp"

namespace flash {
namespace {

constexpr std::array<std::string_view, 7> phase_names{"search",    "retrain", "quantise", "snap",
                                                      "decompose", "settle",  "switch"};
constexpr std::array<double, 3> snapped_shares{0.5, 0.8, 1.0};
constexpr std::array<double, 3> sparsity_stages{0.5, 0.75, 0.9};
constexpr std::array<std::string_view, 5> group_methods{"cannon", from_scratch, "blocks", "filter", "random"};

}  // namespace

std::string_view name(CompressionPhase::Kind kind) { return phase_names[static_cast<std::size_t>(kind)]; }

bool prunes_groups(const CompressionSettings& settings) {
  return std::ranges::find(group_methods, settings.method) != group_methods.end();
}

std::vector<CompressionPhase> compression_phases(const CompressionSettings& settings) {
  using Kind = CompressionPhase::Kind;
  struct Weighted {
    CompressionPhase phase;
    double weight;
  };
  std::vector<Weighted> list;
  const bool searches = settings.method == "admm", deals = settings.method == "smartdeal";
  const bool prunes =
      !deals || settings.ratio > 1 ||
      std::ranges::any_of(settings.layers, [](const LayerCompression& l) { return l.keep > 0; });
  const bool scratch = settings.method == from_scratch;
  if (settings.sparsity > 0) {
    for (const double sparsity : sparsity_stages)
      if (sparsity < settings.sparsity && !scratch)
        list.push_back({{Kind::retrain, 0, 1 / (1 - sparsity), 1}, 3});
    list.push_back({{Kind::retrain, 0, settings.ratio, 1}, 9});
  }
  for (int stage = 1; stage <= (prunes && settings.sparsity == 0 ? settings.stages : 0); ++stage) {
    // Of the logarithm 83 %, then 97 % ...: what is left falls by the same factor. 85 in two are 40 and 85.
    const double way = 1 - std::pow(0.17, stage) * (stage < settings.stages ? 1 : 0);
    const double ratio = std::pow(settings.ratio, way);
    if (searches) list.push_back({{Kind::search, 0, ratio, 1}, 4});
    list.push_back({{Kind::retrain, 0, ratio, 1}, searches ? 5.0 : deals ? 4.0 : 9.0});
  }
  if (deals) {
    list.push_back({{Kind::decompose, 0, settings.ratio, 1}, 4});
    list.push_back({{Kind::settle, 0, settings.ratio, 1}, 6});
    if (settings.variant == "switch") list.push_back({{Kind::switch_, 0, settings.ratio, 1}, 6});
  } else if (settings.bits < 32) {
    if (searches) list.push_back({{Kind::quantise, 0, settings.ratio, 1}, 2});
    for (const double share : snapped_shares)
      list.push_back({{Kind::snap, 0, settings.ratio, share}, searches ? 2 : 8.0 / 3});
  }
  double all = 0;
  for (const Weighted& w : list) all += w.weight;
  double before = 0;
  std::vector<CompressionPhase> phases;
  for (Weighted& w : list) {  // rounded along the way, so that the sum is what was asked
    const double after = before + w.weight;
    const auto end = [&](double share) { return std::lround(share / all * settings.epochs); };
    w.phase.epochs = static_cast<int>(std::max(1L, end(after) - end(before)));
    before = after;
    phases.push_back(w.phase);
  }
  return phases;
}

LayerCompression layer_compression(const std::string& text) {
  const auto refuse = [&](const std::string& what) {
    throw Error(ExitCode::bad_job, "\"" + text + "\": " + what + R"(; write such as "2: keep 0.1 bits 3")");
  };
  std::istringstream words(text);
  LayerCompression layer;
  char colon = 0;
  if (!(words >> layer.layer >> colon) || colon != ':' || layer.layer < 0)
    refuse("begins with a layer's number, from 0, and a colon");
  for (std::string word; words >> word;) {
    double value = 0;
    if (word != "keep" && word != "bits") refuse("'" + word + "' is not understood");
    if (!(words >> value)) refuse("a number is missing behind '" + word + "'");
    if (word == "keep" && !(value > 0 && value <= 1)) refuse("a layer keeps a share above 0, up to 1");
    if (word == "bits" && (value != std::floor(value) || value < 1 || value > 8))
      refuse("a layer has 1 to 8 bits");
    if (word == "keep")
      layer.keep = value;
    else
      layer.bits = static_cast<int>(value);
  }
  if (layer.keep == 0 && layer.bits == 0) refuse("says nothing of the layer");
  return layer;
}

std::string compression_name(const CompressionSettings& settings) {
  char ratio[32];
  std::snprintf(ratio, sizeof ratio, settings.sparsity > 0 ? "-%gpc" : "-%gx",
                settings.sparsity > 0 ? 100 * settings.sparsity : settings.ratio);
  std::string name = settings.method + ratio;
  if (settings.bits < 32) name.append("-").append(std::to_string(settings.bits)).append("bit");
  return name;
}

Json to_json(const CompressionSettings& settings) {
  Json layers = Json::array();
  for (const LayerCompression& layer : settings.layers) {
    layers.push_back({{"layer", layer.layer},
                      {"keep", layer.keep},
                      {"bits", layer.bits},
                      {"break_even", layer.break_even}});
    if (layer.part >= 0) layers.back()["part"] = layer.part;
  }
  Json json{{"method", settings.method},
            {"ratio", settings.ratio},
            {"macs_ratio", settings.macs_ratio},
            {"stages", settings.stages},
            {"bits", settings.bits},
            {"bias_bits", settings.bias_bits},
            {"groups", settings.groups},
            {"group_rows", settings.group_rows},
            {"group_columns", settings.group_columns},
            {"epochs", settings.epochs},
            {"rounds", settings.rounds},
            {"rho", settings.rho},
            {"rho_end", settings.rho_end},
            {"learning_rate", settings.learning_rate},
            {"distil", settings.distil},
            {"variant", settings.variant},
            {"block_rows", settings.block_rows},
            {"threshold", settings.threshold},
            {"row_threshold", settings.row_threshold},
            {"layers", layers},
            {"target", settings.target}};
  if (settings.sparsity > 0)  // digests of older runs stay
    json.update({{"sparsity", settings.sparsity},
                 {"lambda", settings.lambda},
                 {"alpha", settings.alpha},
                 {"chip", settings.chip}});
  return json;
}

CompressionSettings compression_settings_from_json(const Json& json) {
  const JsonReader reader(json, "compression settings");
  CompressionSettings settings;
  settings.method = reader.get<std::string>("method");
  settings.ratio = reader.get<double>("ratio");
  settings.macs_ratio = reader.get<double>("macs_ratio");
  settings.stages = reader.get<int>("stages");
  settings.bits = reader.get<int>("bits");
  settings.bias_bits = reader.get<int>("bias_bits");
  settings.groups = reader.get<std::string>("groups");
  settings.group_rows = reader.get<int>("group_rows");
  settings.group_columns = reader.get<int>("group_columns");
  settings.epochs = reader.get<int>("epochs");
  settings.rounds = reader.get<int>("rounds");
  settings.rho = reader.get<double>("rho");
  settings.rho_end = reader.get<double>("rho_end");
  settings.learning_rate = reader.get<double>("learning_rate");
  settings.distil = reader.get<double>("distil");
  settings.variant = reader.get<std::string>("variant");
  settings.block_rows = reader.get<int>("block_rows");
  settings.threshold = reader.get<double>("threshold");
  settings.row_threshold = reader.get<double>("row_threshold");
  for (const Json& layer : reader.at("layers")) {
    const JsonReader of_layer(layer, "compression settings, layer,");
    settings.layers.push_back({of_layer.get<int>("layer"), of_layer.get<double>("keep"),
                               of_layer.get<int>("bits"), of_layer.get<double>("break_even"),
                               layer.contains("part") ? of_layer.get<int>("part") : -1});
  }
  settings.target = reader.get<std::string>("target");
  if (json.contains("sparsity")) {
    settings.sparsity = reader.get<double>("sparsity");
    settings.lambda = reader.get<double>("lambda");
    settings.alpha = reader.get<double>("alpha");
    settings.chip = reader.at("chip");
  }
  check_compression(settings);
  return settings;
}

Json to_json(const CompressionResult& result) {
  Json layers = Json::array(), rounds = Json::array();
  for (const CompressedLayer& layer : result.layers)
    layers.push_back({{"kind", layer.kind},
                      {"weights", layer.weights},
                      {"kept", layer.kept},
                      {"macs", layer.macs},
                      {"macs_kept", layer.macs_kept},
                      {"bits", layer.bits}});
  for (const CompressionRound& round : result.rounds)
    rounds.push_back({{"phase", round.phase}, {"rho", round.rho}, {"residual", round.residual}});
  Json json{{"ok", result.ok},
            {"failure", result.failure},
            {"dense_ok", result.dense_ok},
            {"accuracy_dense", number_or_null(result.accuracy_dense)},
            {"accuracy", number_or_null(result.accuracy)},
            {"test_accuracy_dense", number_or_null(result.test_accuracy_dense)},
            {"test_accuracy", number_or_null(result.test_accuracy)},
            {"layers", layers},
            {"rounds", rounds},
            {"phase_accuracy", result.phase_accuracy},
            {"parameters", result.parameters},
            {"file_bytes", result.file_bytes},
            {"header_bytes", result.header_bytes},
            {"mask_bytes", result.mask_bytes},
            {"value_bytes", result.value_bytes},
            {"bias_bytes", result.bias_bytes},
            {"seconds", result.seconds}};
  if (!result.sent.is_null()) json["sent"] = result.sent;
  return json;
}

CompressionResult compression_result_from_json(const Json& json) {
  const JsonReader reader(json, "result of a compression");
  CompressionResult result;
  result.ok = reader.get<bool>("ok");
  result.failure = reader.get<std::string>("failure");
  result.dense_ok = reader.get<bool>("dense_ok");
  result.accuracy_dense = reader.get_or_nan("accuracy_dense");
  result.accuracy = reader.get_or_nan("accuracy");
  result.test_accuracy_dense = reader.get_or_nan("test_accuracy_dense");
  result.test_accuracy = reader.get_or_nan("test_accuracy");
  for (const Json& entry : reader.at("layers")) {
    const JsonReader layer(entry, "result of a compression, layer,");
    result.layers.push_back({layer.get<std::string>("kind"), layer.get<std::int64_t>("weights"),
                             layer.get<std::int64_t>("kept"), layer.get<std::int64_t>("macs"),
                             layer.get<std::int64_t>("macs_kept"), layer.get<int>("bits")});
  }
  for (const Json& entry : reader.at("rounds")) {
    const JsonReader round(entry, "result of a compression, round,");
    result.rounds.push_back(
        {round.get<int>("phase"), round.get<double>("rho"), round.get<double>("residual")});
  }
  result.phase_accuracy = reader.get<std::vector<double>>("phase_accuracy");
  result.parameters = reader.get<std::int64_t>("parameters");
  result.file_bytes = reader.get<std::size_t>("file_bytes");
  result.header_bytes = reader.get<std::size_t>("header_bytes");
  result.mask_bytes = reader.get<std::size_t>("mask_bytes");
  result.value_bytes = reader.get<std::size_t>("value_bytes");
  result.bias_bytes = reader.get<std::size_t>("bias_bytes");
  result.seconds = reader.get<double>("seconds");
  if (json.contains("sent")) result.sent = reader.at("sent");
  return result;
}

}  // namespace flash

#include "compress_accounting.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "flash/core/error.hpp"
#include "flash/dataset/source.hpp"
#include "flash/findings/networks.hpp"
#include "flash/findings/plan.hpp"
#include "flash/space/families/families.hpp"
#include "flash/space/network_text.hpp"
#include "flash/space/reference_network.hpp"
#include "flash/stage/compression.hpp"
#include "flash/target/break_even.hpp"
#include "flash/task/compression_checks.hpp"

namespace flash {
namespace {

struct Named {
  std::string name;
  NetworkGraph graph;
};

// A reference network for the job's images, as it would be trained, where their form is known without a look at them
// and it can be built for them; else, and where it is one for photographs, which nobody trains on small images by its
// name, for those that it is known with.
constexpr int photograph_side = 224;
SpaceDefinition definition_for(const Job& job, const ReferenceNetwork& reference) {
  const SpaceDefinition usual = find_preset(reference.preset)->definition;
  const DataShape images = source_of(job.data).known_shape(job.data);
  if (images.channels <= 0 || images.side <= 0 || images.classes <= 0 || usual.input.side >= photograph_side)
    return usual;
  try {
    return definition_of(reference, {images.channels, images.side, images.classes});
  } catch (const Error&) {
    return usual;
  }
}

Named network_of(const Job& job, const std::string& text) {
  SpaceDefinition definition = job.space;
  std::string words = text;
  if (const ReferenceNetwork* reference = find_reference(text)) {
    definition = definition_for(job, *reference);
    words = reference->network;
  }
  if (text == "best")
    throw Error(ExitCode::usage, "--untrained: name the network: the best is known behind training alone");
  const Space space(definition);
  const NetworkId id = named_network(space, words);
  return {text, space.lower(space.point(id), network_seed(job, "train", id))};
}

double share_of(const CompressSettings& compress, std::size_t layer) {
  for (const LayerCompression& own : compress.how.layers)
    if (own.layer == static_cast<int>(layer) && own.keep > 0) return own.keep;
  return 1 / compress.how.ratio;
}
int bits_of(const CompressSettings& compress, std::size_t layer) {
  for (const LayerCompression& own : compress.how.layers)
    if (own.layer == static_cast<int>(layer) && own.bits > 0) return own.bits;
  return compress.how.bits;
}

// On one target: break-evens of the layers, and costs in the given forms and dense in 8 bits.
Json on_target(const Target& target, const NetworkGraph& graph, const std::vector<LayerForm>& forms,
               const PruningQuestion& question) {
  const Measurement compressed = *target.modelled(graph, forms);
  const Measurement dense = *target.modelled(graph, dense_forms(graph, 8));
  Json json{{"target", target.name()}, {"break_evens", *break_evens(target, graph, question)}};
  for (const Metric metric : plain_fitted_metrics)
    json[std::string(key(metric))] = {{"compressed", number_or_null(compressed[metric])},
                                      {"dense_8_bits", number_or_null(dense[metric])}};
  return json;
}

}  // namespace

Json accounted(const Job& job, const std::string& text) {
  const CompressSettings& compress = job.compress;
  const Named network = network_of(job, text);
  check_compression(compress.how, network.graph);
  const Pruned what = compress.how.groups == "filters" ? Pruned::filters
                      : compress.how.groups == "rows"  ? Pruned::rows
                                                       : Pruned::weights;
  Json layers = Json::array();
  std::vector<LayerForm> forms;
  double bytes = 0, parameters = 0, weights = 0, kept_weights = 0;
  for (const NetworkGraph::Node& node : network.graph.nodes()) {
    const auto own = static_cast<double>(node.op.parameters());
    parameters += own;
    bytes += (own - static_cast<double>(node.op.weights())) * compress.how.bias_bits / 8;
    if (!node.op.has_matrix()) continue;
    const std::size_t layer = forms.size();
    const auto all = static_cast<double>(node.op.weights());
    const double share = share_of(compress, layer), kept = std::max(1.0, std::round(share * all));
    forms.push_back(pruned_form(what, kept / all, bits_of(compress, layer)));
    const double index_bits = least_index_bits(kept / all),
                 its_bytes = kept * (forms.back().bits + index_bits) / 8;
    bytes += its_bytes;
    weights += all;
    kept_weights += kept;
    layers.push_back({{"kind", name(node.op.kind)},
                      {"weights", node.op.weights()},
                      {"kept", kept},
                      {"bits", forms.back().bits},
                      {"bytes", std::round(its_bytes)},
                      {"macs", node.op.macs()},
                      {"macs_kept", std::round(kept / all * static_cast<double>(node.op.macs()))}});
  }
  Json targets = Json::array();
  for (std::size_t k = 0; k < job.hardware.targets.size(); ++k)
    if (const Target& target = job.hardware.targets[k]; target.has_model())
      targets.push_back(
          on_target(target, network.graph, forms, {.what = what, .bits = std::min(8, compress.how.bits)}));
  return {{"network", network.name},
          {"trained", false},
          {"images", {{"channels", network.graph.channels()}, {"side", network.graph.side()}}},
          {"parameters", parameters},
          {"weights", weights},
          {"kept", kept_weights},
          {"bytes", std::round(bytes)},
          {"smaller", 4 * parameters / bytes},
          {"layers", layers},
          {"targets", targets}};
}

std::string accounting_text(const Json& json) {
  char line[240];
  std::string out;
  const auto add = [&](auto... values) {
    std::snprintf(line, sizeof line, values...);
    out += line;
  };
  add("%s: not trained, no accuracy: what such a file would take, by the entropy of its zeros\n",
      json.at("network").get<std::string>().c_str());
  add("%.0f parameters, %.0f of %.0f weights kept: %.0f bytes, %.1f times less than in single precision\n",
      json.at("parameters").get<double>(), json.at("kept").get<double>(), json.at("weights").get<double>(),
      json.at("bytes").get<double>(), json.at("smaller").get<double>());
  const Json& images = json.at("images");
  add("counted for images of %d x %d x %d\n", images.at("channels").get<int>(), images.at("side").get<int>(),
      images.at("side").get<int>());
  std::string head;
  for (const Json& target : json.at("targets"))
    head.append(" on ").append(target.at("target").get<std::string>());
  add("%-12s%12s%12s%5s%12s%14s%14s  break-even%s\n", "layer", "weights", "kept", "bits", "bytes", "MACs",
      "kept", head.c_str());
  std::size_t number = 0;
  for (const Json& layer : json.at("layers")) {
    add("%-12s%12.0f%12.0f%5d%12.0f%14.0f%14.0f ", layer.at("kind").get<std::string>().c_str(),
        layer.at("weights").get<double>(), layer.at("kept").get<double>(), layer.at("bits").get<int>(),
        layer.at("bytes").get<double>(), layer.at("macs").get<double>(), layer.at("macs_kept").get<double>());
    for (const Json& target : json.at("targets"))
      add(" %7.3f", target.at("break_evens").at(number).get<double>());
    out += "\n";
    ++number;
  }
  for (const Json& target : json.at("targets")) {
    add("on %s, against dense in 8 bits:", target.at("target").get<std::string>().c_str());
    for (const Metric metric : plain_fitted_metrics) {
      const Json& both = target.at(std::string(key(metric)));
      if (both.at("compressed").is_null() || both.at("dense_8_bits").is_null()) continue;
      const double compressed = both.at("compressed").get<double>(),
                   dense = both.at("dense_8_bits").get<double>();
      add("  %s %.4g (%s)", std::string(key(metric)).c_str(), compressed,
          in_comparison(dense, compressed).c_str());
    }
    out += "\n";
  }
  return out;
}

}  // namespace flash

// The fit of the time of the slowest layer.
#include <algorithm>

#include "flash/core/error.hpp"
#include "flash/hardware/hardware_model.hpp"
#include "flash/hardware/layer_features.hpp"

namespace flash {
namespace {

constexpr double slow_share = 0.5;  // of the slowest layer's time: a slot below it hardly decides anything

// As they run, with the slot that each is of.
std::vector<std::pair<std::size_t, Convolution>> layers_in_order(const Space& space, const Point& network) {
  std::vector<std::pair<std::size_t, Convolution>> layers;
  const NetworkGraph graph = space.lower(network, 0);
  for (const NetworkGraph::Node& node : graph.nodes())
    if (const auto convolution = convolution_of(node.op)) layers.emplace_back(node.slot, *convolution);
  return layers;
}

class SlowRows {
 public:
  SlowRows(const Space& space, const Tiling& tiling)
      : space_(space),
        columns_(space, tiling),
        features_(columns_, {layer_feature_names().begin(), layer_feature_names().end()}) {}

  // Of each slot that takes long its slowest layer.
  void add(const LayerTimes& network, FitData& rows) {
    const auto layers = layers_in_order(space_, network.network);
    if (layers.size() != network.layers.size() || layers.empty())
      throw Error(ExitCode::bad_data, "hardware model: a network of " + std::to_string(layers.size()) +
                                          " layers was measured with " +
                                          std::to_string(network.layers.size()));
    const double slowest = std::ranges::max(network.layers);
    const Stratum& stratum = space_.stratum(network.network);
    double rise = 0, fall = 0;
    for (std::size_t slot = 0; slot < stratum.slots.size(); ++slot)
      if (const double share = features_.rise(stratum, slot, network.network.options[slot]); share > 0)
        rise += share;
      else
        fall += share;
    for (std::size_t slot = 0; slot < stratum.slots.size(); ++slot) {
      std::size_t found = layers.size();
      for (std::size_t i = 0; i < layers.size(); ++i)
        if (layers[i].first == slot && (found == layers.size() || network.layers[i] > network.layers[found]))
          found = i;
      if (found == layers.size() || network.layers[found] < slow_share * slowest) continue;
      rows.features.push_back(features_.of(layers[found].second, stratum));
      rows.features.back()[place(side_rise)] = rise;
      rows.features.back()[place(side_fall)] = fall;
      rows.measured.push_back(network.layers[found]);
    }
  }

 private:
  static std::size_t place(std::string_view feature) {
    return static_cast<std::size_t>(std::ranges::find(layer_feature_names(), feature) -
                                    layer_feature_names().begin());
  }

  const Space& space_;
  FeatureColumns columns_;
  LayerFeatures features_;
};

FitQuality quality_of_networks(const MetricModel& model, const Space& space,
                               std::span<const LayerTimes> networks) {
  std::vector<double> measured, predicted;
  for (const LayerTimes& network : networks) {
    measured.push_back(std::ranges::max(network.layers));
    predicted.push_back(model(space, network.network));
  }
  return quality(measured, predicted);
}

}  // namespace

MetricFit fit_slowest_layer(const Space& space, std::span<const LayerTimes> networks,
                            std::span<const LayerTimes> holdout, const Tiling& tiling) {
  SlowRows slow(space, tiling);
  FitData rows, unseen;
  for (const LayerTimes& network : networks) slow.add(network, rows);
  for (const LayerTimes& network : holdout) slow.add(network, unseen);  // throws where layers do not match
  const std::vector<std::string> names(layer_feature_names().begin(), layer_feature_names().end());
  MetricFit fit = fit_metric(names, rows, {}, tiling);
  fit.model.slowest_layer = true;
  fit.fit = quality_of_networks(fit.model, space, networks);
  fit.holdout = quality_of_networks(fit.model, space, holdout);
  return fit;
}

}  // namespace flash

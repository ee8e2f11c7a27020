#include "flash/findings/adapted_models.hpp"

#include <algorithm>
#include <cmath>

#include "flash/core/error.hpp"
#include "flash/hardware/features.hpp"
#include "flash/space/places.hpp"

namespace flash {

std::string operator_feature(const SpacePlace& place, std::size_t op) {
  return place.name + "=" + place.operators[op];
}

MetricModel adapted_model(const Space& space, const SeparableLatency& latency) {
  const SpacePlaces& places = space.places();
  if (places.places.size() != latency.place.size())
    throw Error(ExitCode::internal, "a latency of other places than the space's");
  MetricModel model;
  model.adapted = true;
  model.intercept = latency.intercept;
  for (std::size_t p = 0; p < latency.place.size(); ++p) {
    const std::vector<double>& weights = latency.place[p];
    if (weights.empty()) continue;
    const double least = *std::ranges::min_element(weights);
    model.intercept += least;
    for (std::size_t op = 0; op < weights.size(); ++op)
      if (weights[op] > least)
        model.terms.push_back({operator_feature(places.places[p], op), weights[op] - least});
  }
  if (places.places.empty()) {
    const std::vector<std::string> names = feature_names(space);
    for (std::size_t f = 0; f < latency.feature.size(); ++f)
      if (latency.feature[f] != 0) model.terms.push_back({names.at(f), latency.feature[f]});
  }
  return model;
}

MetricModel adapted_model(const Space& space, const Adaptation& adaptation) {
  MetricModel model = adapted_model(space, adaptation.model);
  if (!std::isnan(adaptation.model_error))
    model.support = FitSupport{.networks = {},
                               .sigma = adaptation.model_error,
                               .degrees_of_freedom = adaptation.model_error_degrees,
                               .inverse = {}};
  return model;
}

Models adapted_models(const Space& space, const Adaptation& adaptation, const std::string& device,
                      const Json& provenance) {
  Models models;
  models.space = space.definition();
  models.reading = reading_of(space.geometry().scores().front()->name());
  models.target = device;
  models.metrics[Metric::latency] = adapted_model(space, adaptation);
  models.provenance = provenance;
  return models;
}

}  // namespace flash

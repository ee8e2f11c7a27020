// An adapted latency as a hardware model like any other.
#pragma once

#include <string>

#include "flash/devices/adaptation.hpp"
#include "flash/devices/separable_latency.hpp"
#include "flash/search/models.hpp"
#include "flash/space/places.hpp"
#include "flash/space/space.hpp"

namespace flash {

// The feature of a hardware model that is 1 where the operator stands at the place, else 0: "op_3=k3_e6".
std::string operator_feature(const SpacePlace& place, std::size_t op);

// {intercept, terms: [{feature, coefficient}]} of a latency whose encoding is encode() of the space: of
// each place the least weight is part of the intercept, so that a coefficient is what an operator takes beyond the
// fastest one there.
MetricModel adapted_model(const Space& space, const SeparableLatency& latency);
// With the band that the adaptation's error gives it, where that is known.
MetricModel adapted_model(const Space& space, const Adaptation& adaptation);

// The models of a device; `provenance` is free form.
Models adapted_models(const Space& space, const Adaptation& adaptation, const std::string& device,
                      const Json& provenance);

}  // namespace flash

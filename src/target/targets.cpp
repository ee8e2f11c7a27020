#include <array>

#include "flash/core/error.hpp"
#include "flash/target/target.hpp"

namespace flash {

#define FLASH_TARGET(name) const Target& name##_target();
#include "targets.inc"
#undef FLASH_TARGET

std::span<const Target* const> targets() {
  static const std::array all{
#define FLASH_TARGET(name) &name##_target(),
#include "targets.inc"
#undef FLASH_TARGET
  };
  return all;
}

Targets::Targets() {
  for (const Target* target : targets()) targets_.push_back(target->clone());
}

Targets::Targets(const Targets& other) {
  for (const auto& target : other.targets_) targets_.push_back(target->clone());
}

Targets& Targets::operator=(const Targets& other) {
  if (this != &other) *this = Targets(other);
  return *this;
}

const Target& Targets::named(std::string_view name) const {
  for (const auto& target : targets_)
    if (target->name() == name) return *target;
  throw Error(ExitCode::internal, "no target is called " + std::string(name));
}

Target& Targets::named(std::string_view name) {
  return const_cast<Target&>(static_cast<const Targets*>(this)->named(name));
}

double Target::cost(const Space& space, NetworkId id) const {
  return static_cast<double>(space.counts(space.point(id)).macs);
}

std::vector<std::string> Target::features(const Space& space) const { return feature_names(space, tiling()); }

NetworkFeatures Target::network(const Space& space, NetworkId id) const {
  NetworkFeatures network{space.point(id), {}};
  network.values = network_features(space, *network.point, features(space), tiling());
  return network;
}

}  // namespace flash

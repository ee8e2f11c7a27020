#include "flash/import/space_encoding.hpp"

#include "flash/hardware/features.hpp"
#include "flash/space/liveness.hpp"
#include "flash/space/places.hpp"

namespace flash {

Encoding encode(const Space& space, std::span<const Point> networks) {
  Encoding encoding;
  encoding.networks = networks.size();
  const SpacePlaces& places = space.places();
  for (const SpacePlace& place : places.places)
    encoding.places.push_back({place.name, place.operators, place.shape});
  if (places.places.empty()) {
    encoding.features = feature_names(space);
    for (const Point& point : networks) {
      const std::vector<double> values = network_features(space, point, encoding.features);
      encoding.values.insert(encoding.values.end(), values.begin(), values.end());
    }
  }
  bool all_live = true;
  for (const Point& point : networks) {
    const std::vector<std::uint16_t> as_is = places.operators(space, point);
    const std::vector<std::uint16_t> alive = places.operators(space, living(space, point));
    encoding.operators.insert(encoding.operators.end(), as_is.begin(), as_is.end());
    encoding.living.insert(encoding.living.end(), alive.begin(), alive.end());
    encoding.live.push_back(why_untrainable(space, point).empty());
    all_live = all_live && encoding.live.back();
  }
  if (encoding.living == encoding.operators) encoding.living.clear();
  if (all_live) encoding.live.clear();
  return encoding;
}

}  // namespace flash

#include "place_features.hpp"

#include <algorithm>

#include "flash/core/error.hpp"

namespace flash {
namespace {

std::size_t operator_at(const SpacePlace& place, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::find(place.operators, name) - place.operators.begin());
}

}  // namespace

// "op_3" is a place; "op" stands for all of its kind.
bool PlaceFeatures::is_of(std::string_view place, std::string_view name) {
  if (place == name) return true;
  return place.size() > name.size() + 1 && place.starts_with(name) && place[name.size()] == '_' &&
         place.find_first_not_of("0123456789", name.size() + 1) == std::string_view::npos;
}

PlaceFeatures::Named PlaceFeatures::named(std::string_view feature) const {
  const std::size_t at = feature.find('=');
  const Named named{feature.substr(0, at), feature.substr(at + 1)};
  for (const SpacePlace& place : places_.places)
    if (is_of(place.name, named.place) && operator_at(place, named.name) < place.operators.size())
      return named;
  throw Error(ExitCode::bad_data, "hardware model: the space has no feature '" + std::string(feature) + "'");
}

std::vector<std::string> PlaceFeatures::counts() const {
  std::vector<std::string> names;
  for (const auto& slots : places_.of_slot)
    for (const std::size_t place : slots)
      for (const std::string& name : places_.places[place].operators) {
        const std::string& whole = places_.places[place].name;
        std::string feature = whole.substr(0, whole.rfind('_')) + "=" + name;
        if (std::ranges::find(names, feature) == names.end()) names.push_back(std::move(feature));
      }
  return names;
}

void PlaceFeatures::add(std::span<double> values, double coefficient, std::string_view feature,
                        const Stratum& stratum, std::size_t slot) const {
  const Named wanted = named(feature);
  const SpacePlace& place = places_.places[places_.of_slot[stratum.index][slot]];
  if (!is_of(place.name, wanted.place)) return;
  if (const std::size_t k = operator_at(place, wanted.name); k < values.size()) values[k] += coefficient;
}

double PlaceFeatures::of_stratum(std::string_view feature, const Stratum& stratum) const {
  const Named wanted = named(feature);
  double count = 0;
  for (std::size_t a = 0; a < places_.of_axis.size(); ++a) {
    if (places_.of_axis[a] == SpacePlaces::no_place) continue;
    const SpacePlace& place = places_.places[places_.of_axis[a]];
    if (is_of(place.name, wanted.place) &&
        operator_at(place, wanted.name) == static_cast<std::size_t>(stratum.shape[a]))
      ++count;
  }
  if (wanted.name != SpacePlaces::not_there) return count;
  const std::vector<std::size_t>& here = places_.of_slot[stratum.index];
  for (std::size_t p = 0; p < places_.places.size(); ++p)
    if (is_of(places_.places[p].name, wanted.place) && std::ranges::find(here, p) == here.end() &&
        std::ranges::find(places_.of_axis, p) == places_.of_axis.end())
      ++count;
  return count;
}

}  // namespace flash

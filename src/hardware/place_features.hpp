// Features that say which operator stands where. Internal to the room.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flash/space/places.hpp"

namespace flash {

class PlaceFeatures {
 public:
  // The space must outlive it.
  explicit PlaceFeatures(const Space& space) : places_(space.places()) {}
  std::size_t place(const Stratum& stratum, std::size_t slot) const {
    return places_.of_slot[stratum.index][slot];
  }

  static bool is_one(std::string_view feature) { return feature.find('=') != std::string_view::npos; }

  // Those that count an operator over all places of its kind, "op=k3_e6", in the order in which places name them.
  std::vector<std::string> counts() const;

  // Adds what the slot's share is at each option, times the coefficient. Throw Error bad_data where there is no such
  // place or operator.
  void add(std::span<double> values, double coefficient, std::string_view feature, const Stratum& stratum,
           std::size_t slot) const;
  double of_stratum(std::string_view feature, const Stratum& stratum) const;

 private:
  // Places of which a feature speaks, and an operator of theirs.
  struct Named {
    std::string_view place, name;
  };
  Named named(std::string_view feature) const;
  static bool is_of(std::string_view place, std::string_view name);

  const SpacePlaces& places_;
};

}  // namespace flash

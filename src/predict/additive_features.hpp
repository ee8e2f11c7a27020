// What the additive score is a regression on; internal to the room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "flash/space/space.hpp"

namespace flash {

// The features of a space, in a fixed order. Numbers enter as sign(x) log(1 + |x|), so that none of them runs
// away beyond the samples. Of a slot one function of each axis, and no more: so a slot's share rises with its
// skips, or falls, and the sweep finds along a row where a floor is met without asking each network. What
// skips do to MACs is left out for that: "log macs" is that of the shape, every slot at its first option.
class AdditiveFeatures {
 public:
  struct Feature {
    std::string name;
    bool of_shape = false;             // else a sum over slots
    std::size_t index = 0;             // of what is added up: shape_terms_ or slot_terms_
    std::optional<std::size_t> alone;  // one of several axes, or slots, of which there is the sum as well
  };

  explicit AdditiveFeatures(const Space& space);

  const std::vector<Feature>& all() const { return features_; }
  std::size_t slots() const { return slots_; }  // of the stratum that has most
  double of_shape(const Feature& feature, ShapeView shape) const;
  bool applies(const Feature& feature, const Slot& slot, std::size_t place) const;  // of a slot's feature
  // What the slot adds at an option; the feature applies.
  double of_option(const Feature& feature, const Slot& slot, std::int64_t option) const;

 private:
  struct ShapeTerm {
    std::vector<std::size_t> axes;     // neighbours of one name, added up; none: MACs
    std::optional<std::string> value;  // an indicator of it; none: the number
  };
  struct SlotTerm {
    std::string axis;
    std::optional<std::string> value;  // an indicator of it; none: the number
    bool operator==(const SlotTerm&) const = default;
  };

  void add_shape_terms();
  void add_slot_terms(const Space& space);
  void add_slot_term(const std::string& name, SlotTerm term);
  const Axis* axis_of(const SlotTerm& term, const Slot& slot) const;
  double macs_of(ShapeView shape) const;

  const Geometry* geometry_;
  std::size_t slots_;
  std::vector<ShapeTerm> shape_terms_;
  std::vector<SlotTerm> slot_terms_;
  std::vector<Feature> features_;
};

}  // namespace flash

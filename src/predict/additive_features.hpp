// What the additive score is a regression on; internal to the room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "flash/space/space.hpp"

namespace flash {

// The features of a space, in a fixed order. Numbers enter as sign(x) log(1 + |x|), so that none of them runs
// away beyond the samples.
class AdditiveFeatures {
 public:
  struct Feature {
    std::string name;
    bool of_shape = false;             // else a sum over slots
    std::size_t index = 0;             // of what is added up: shape_terms_ or slot_terms_
    std::optional<std::size_t> alone;  // one of several axes, or slots, of which there is the sum as well
  };
  // What the slots' features are made from, for `size()` options of one slot in a row.
  struct Costs {
    std::vector<double> macs;
    std::vector<double> score;  // the family's first
    std::size_t size() const { return macs.size(); }
  };

  explicit AdditiveFeatures(const Space& space);

  const std::vector<Feature>& all() const { return features_; }
  std::size_t slots() const { return slots_; }  // of the stratum that has most
  double of_shape(const Feature& feature, ShapeView shape) const;
  bool applies(const Feature& feature, const Slot& slot, std::size_t place) const;  // of a slot's feature
  // [k]: what the slot adds at option first + k. The feature applies.
  std::vector<double> of_slot(const Feature& feature, const Slot& slot, std::int64_t first,
                              const Costs& costs) const;

 private:
  struct ShapeTerm {
    std::vector<std::size_t> axes;     // neighbours of one name, added up
    std::optional<std::string> value;  // an indicator of it; none: the number
  };
  struct SlotTerm {
    enum class Kind { number, share, indicator, macs, score };
    Kind kind = Kind::macs;
    std::string axis{};   // of the first three
    std::string value{};  // of an indicator
    bool operator==(const SlotTerm&) const = default;
  };

  void add_shape_terms();
  void add_slot_terms(const Space& space);
  void add_slot_term(std::string name, SlotTerm term);
  const Axis* axis_of(const SlotTerm& term, const Slot& slot) const;

  const Geometry* geometry_;
  std::size_t slots_;
  std::vector<ShapeTerm> shape_terms_;
  std::vector<SlotTerm> slot_terms_;
  std::vector<Feature> features_;
};

// MACs and first score of one option of a slot, exactly as of all of them in a row.
AdditiveFeatures::Costs costs_of_option(const Geometry& geometry, ShapeView shape, std::size_t slot,
                                        std::int64_t parent, std::int64_t option);

}  // namespace flash

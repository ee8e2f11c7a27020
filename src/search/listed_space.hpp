// A space as a list of its networks: one stratum, one slot, an option each. Internal to the room.
#pragma once

#include <vector>

#include "flash/space/geometry/geometry.hpp"

namespace flash {

// What goes through tables alone needs no more of a geometry: its only score is what the list says of each network.
class ListedGeometry : public Geometry {
 public:
  explicit ListedGeometry(std::vector<double> values);

  std::span<const Axis> shape_axes() const override { return {}; }
  std::span<const Axis> slot_axes(std::uint32_t) const override { return {&axis_, 1}; }
  std::vector<Slot> slots(ShapeView shape) const override;
  NetworkGraph lower(ShapeView shape, OptionView options, std::uint64_t wiring) const override;  // throws
  std::span<const Score* const> scores() const override { return score_list_; }

 private:
  struct Listed : Score {
    std::string text = "listed";
    std::vector<double> values;
    const std::string& name() const override { return text; }
    double part(ShapeView, std::size_t, std::int64_t, std::int64_t option) const override {
      return values[static_cast<std::size_t>(option)];
    }
  };

  Axis axis_{.name = "network", .unit = "", .doc = "place in the order of all networks", .ordered = false};
  Listed score_;
  std::vector<const Score*> score_list_;
};

}  // namespace flash

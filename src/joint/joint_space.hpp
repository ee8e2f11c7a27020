// Shapes with options of compression as a space of strata. Internal to the room.
#pragma once

#include <string>
#include <vector>

#include "flash/core/error.hpp"
#include "flash/joint/joint_tables.hpp"

namespace flash {

struct JointShape {
  std::size_t stratum = 0;               // of the space
  std::vector<std::size_t> compression;  // of each slot
  auto operator<=>(const JointShape&) const = default;
};

// What goes by tables alone needs no more of a geometry than slots.
class JointGeometry : public Geometry {
 public:
  JointGeometry(const Space& space, const std::vector<JointShape>& shapes) : score_list_{&score_} {
    for (const JointShape& shape : shapes) {
      axis_.values.push_back(std::to_string(axis_.values.size()));
      slots_.push_back(space.strata()[shape.stratum].slots);
    }
  }

  std::span<const Axis> shape_axes() const override { return {&axis_, 1}; }
  std::span<const Axis> slot_axes(std::uint32_t) const override { return {}; }
  std::vector<Slot> slots(ShapeView shape) const override {
    return slots_[static_cast<std::size_t>(shape[0])];
  }
  NetworkGraph lower(ShapeView, OptionView, std::uint64_t) const override {
    throw Error(ExitCode::internal, "a shape with options of compression has no operators");
  }
  std::span<const Score* const> scores() const override { return score_list_; }

 private:
  struct Nothing : Score {
    std::string text = "nothing";
    const std::string& name() const override { return text; }
    double part(ShapeView, std::size_t, std::int64_t, std::int64_t) const override { return 0; }
  };

  Axis axis_{.name = "shape", .unit = "", .doc = "place in a list", .ordered = false};
  std::vector<std::vector<Slot>> slots_;
  Nothing score_;
  std::vector<const Score*> score_list_;
};

}  // namespace flash

// NN-Degree and NN-Mass as scores of cells. Internal to the room.
#pragma once

#include <array>
#include <string>

#include "flash/space/geometry/score.hpp"

namespace flash {

class Cells;

class CellScore : public Score {
 public:
  enum class Kind { links, channels, mass };
  static constexpr std::array kinds{Kind::links, Kind::channels, Kind::mass};

  CellScore(const Cells& cells, Kind kind);  // `cells` must stay where they are
  const std::string& name() const override { return name_; }
  double part(ShapeView shape, std::size_t slot, std::int64_t parent, std::int64_t option) const override;
  std::vector<double> parts(ShapeView shape, std::size_t slot, std::int64_t options) const override;

 private:
  double of_cell(int width, int depth, int tc) const;

  const Cells& cells_;
  Kind kind_;
  std::string name_;
};

}  // namespace flash

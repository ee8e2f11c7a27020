#include "listed_space.hpp"

#include "flash/core/error.hpp"

namespace flash {

ListedGeometry::ListedGeometry(std::vector<double> values) : score_list_{&score_} {
  score_.values = std::move(values);
}

std::vector<Slot> ListedGeometry::slots(ShapeView) const {
  return {{.options = static_cast<std::int64_t>(score_.values.size()), .ordered = false}};
}

NetworkGraph ListedGeometry::lower(ShapeView, OptionView, std::uint64_t) const {
  throw Error(ExitCode::internal, "a listed network has no operators");
}

}  // namespace flash

#include "flash/space/corner.hpp"

#include <algorithm>
#include <vector>

namespace flash {
namespace {

std::string list(const std::vector<std::string>& names, const char* one, const char* several) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i)
    text.append(i == 0 ? "" : i + 1 == names.size() ? " and " : ", ").append(names[i]);
  return names.empty() ? "" : text.append(names.size() == 1 ? one : several);
}

// Axes at one of their ends.
class Ends {
 public:
  // False where the position is at neither, or the axis was at the other one before.
  bool add(const std::string& axis, std::int64_t position, std::int64_t last) {
    if (position != 0 && position != last) return false;
    std::vector<std::string>& own = position == 0 ? least_ : most_;
    const std::vector<std::string>& others = position == 0 ? most_ : least_;
    if (std::ranges::find(others, axis) != others.end()) return false;
    if (std::ranges::find(own, axis) == own.end()) own.push_back(axis);
    return true;
  }
  std::string text() const {
    std::string text = list(least_, " at its least", " at their least");
    const std::string others = list(most_, " at its most", " at their most");
    return text.append(text.empty() || others.empty() ? "" : ", ").append(others);
  }

 private:
  std::vector<std::string> least_, most_;
};

}  // namespace

std::string corner_text(const Space& space, const Point& point) {
  const Geometry& geometry = space.geometry();
  const Stratum& stratum = space.stratum(point);
  Ends ends;
  for (std::size_t i = 0; i < stratum.shape.size(); ++i) {
    const Axis& axis = geometry.shape_axes()[i];
    const auto last = static_cast<std::int64_t>(axis.values.size()) - 1;
    if (last > 0 && (!axis.ordered || !ends.add(axis.name, stratum.shape[i], last))) return "";
  }
  for (std::size_t s = 0; s < point.options.size(); ++s) {
    const Slot& slot = stratum.slots[s];
    const std::int64_t last = stratum.options[s] - 1;
    if (last > 0 &&
        (!slot.ordered || !ends.add(geometry.slot_axes(slot.kind).front().name, point.options[s], last)))
      return "";
  }
  return ends.text();
}

}  // namespace flash

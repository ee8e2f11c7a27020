#include "flash/space/space.hpp"

#include <algorithm>
#include <limits>

#include "flash/core/error.hpp"
#include "flash/space/families/families.hpp"

namespace flash {
namespace {

constexpr std::size_t max_strata = 1'000'000;
constexpr std::uint64_t max_size = std::numeric_limits<std::int64_t>::max();

[[noreturn]] void too_large() {
  throw Error(ExitCode::bad_job,
              "space: it has 2^63 configurations or more; take fewer depths or a larger skips.step");
}

[[noreturn]] void not_in_space(const std::string& reason) {
  throw Error(ExitCode::usage, "the network is not in the space: " + reason);
}

std::size_t strata_count(std::span<const Axis> axes) {
  std::size_t count = 1;
  for (const Axis& axis : axes)
    if (count *= axis.values.size(); count > max_strata) {
      std::string names;
      for (const Axis& each : axes) names += (names.empty() ? "" : " times ") + each.name;
      throw Error(ExitCode::bad_job, "space: more than " + std::to_string(max_strata) + " strata (" + names +
                                         "); take fewer values of these");
    }
  return count;
}

// The next shape, the last axis fastest.
void advance(std::vector<int>& shape, std::span<const Axis> axes) {
  for (std::size_t axis = axes.size(); axis-- > 0;) {
    if (static_cast<std::size_t>(++shape[axis]) < axes[axis].values.size()) return;
    shape[axis] = 0;
  }
}

Stratum make_stratum(const Geometry& geometry, ShapeView shape) {
  Stratum stratum;
  stratum.shape.assign(shape.begin(), shape.end());
  stratum.slots = geometry.slots(shape);
  stratum.size = 1;
  for (const Slot& slot : stratum.slots) {
    stratum.options.push_back(slot.options);
    if (__builtin_mul_overflow(stratum.size, slot.options, &stratum.size) || stratum.size > max_size)
      too_large();
  }
  return stratum;
}

}  // namespace

Space::Space(SpaceDefinition definition)
    : definition_(std::move(definition)), geometry_(geometry_of(definition_)) {
  const std::span<const Axis> axes = geometry_->shape_axes();
  const std::size_t count = strata_count(axes);
  strata_.reserve(count);
  std::vector<int> shape(axes.size());
  for (std::size_t index = 0; index < count; ++index, advance(shape, axes)) {
    Stratum stratum = make_stratum(*geometry_, shape);
    stratum.index = index;
    stratum.first_id = size_;
    if (stratum.size > max_size - size_) too_large();
    size_ += stratum.size;
    slots_ = std::max(slots_, stratum.slots.size());
    strata_.push_back(std::move(stratum));
  }
}

const Stratum& Space::stratum(ShapeView shape) const {
  std::size_t index = 0;
  for (std::size_t axis = 0; axis < shape.size(); ++axis)
    index = index * geometry_->shape_axes()[axis].values.size() + static_cast<std::size_t>(shape[axis]);
  return strata_[index];
}

const Stratum& Space::stratum_of(std::uint64_t id) const {
  if (id >= size_)
    throw Error(ExitCode::usage, "id " + std::to_string(id) +
                                     " is out of range: the space has ids from 0 to " +
                                     std::to_string(size_ - 1));
  return *std::prev(std::ranges::upper_bound(strata_, id, {}, &Stratum::first_id));
}

std::vector<std::int64_t> Space::options_of(const Stratum& stratum, std::uint64_t id) const {
  if (id < stratum.first_id || id - stratum.first_id >= stratum.size)
    throw Error(ExitCode::usage,
                "id " + std::to_string(id) + " is not in stratum " + std::to_string(stratum.index));
  std::uint64_t rest = id - stratum.first_id;
  std::vector<std::int64_t> options(stratum.options.size());
  for (std::size_t slot = options.size(); slot-- > 0;) {
    const auto count = static_cast<std::uint64_t>(stratum.options[slot]);
    options[slot] = static_cast<std::int64_t>(rest % count);
    rest /= count;
  }
  return options;
}

Point Space::point(std::uint64_t id) const {
  const Stratum& stratum = stratum_of(id);
  return {stratum.index, options_of(stratum, id)};
}

std::uint64_t Space::id(const Point& point) const {
  if (point.stratum >= strata_.size()) not_in_space("there is no stratum " + std::to_string(point.stratum));
  return id(strata_[point.stratum], point.options);
}

std::uint64_t Space::id(const Stratum& stratum, OptionView options) const {
  if (options.size() != stratum.options.size())
    not_in_space("it has " + std::to_string(options.size()) + " options, its stratum " +
                 std::to_string(stratum.options.size()) + " slots");
  std::uint64_t position = 0;
  for (std::size_t slot = 0; slot < options.size(); ++slot) {
    if (options[slot] < 0 || options[slot] >= stratum.options[slot])
      not_in_space("option " + std::to_string(options[slot]) + " of slot " + std::to_string(slot) +
                   " is not one of its " + std::to_string(stratum.options[slot]));
    position = position * static_cast<std::uint64_t>(stratum.options[slot]) +
               static_cast<std::uint64_t>(options[slot]);
  }
  return stratum.first_id + position;
}

NetworkGraph Space::lower(const Point& point, std::uint64_t wiring) const {
  return geometry_->lower(stratum(point).shape, point.options, wiring);
}

std::vector<Operator> Space::part(const Point& point, std::size_t slot) const {
  const Stratum& stratum = this->stratum(point);
  const std::int32_t parent = stratum.slots[slot].parent;
  const std::int64_t option = parent < 0 ? -1 : point.options[static_cast<std::size_t>(parent)];
  return geometry_->part(stratum.shape, slot, option, point.options[slot]);
}

Counts Space::counts(const Point& point) const {
  return flash::counts(*geometry_, stratum(point).shape, point.options);
}

double Space::score(std::string_view name, const Point& point) const {
  const Score* score = find_score(*geometry_, name);
  if (score == nullptr)
    throw Error(ExitCode::usage, definition_.family + " has no score '" + std::string(name) + "'");
  return value(*score, stratum(point).shape, point.options, stratum(point).slots);
}

}  // namespace flash

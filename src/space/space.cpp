#include "flash/space/space.hpp"

#include <algorithm>
#include <limits>
#include <mutex>

#include "flash/core/error.hpp"
#include "flash/space/families/families.hpp"
#include "flash/space/places.hpp"

namespace flash {
namespace {

constexpr std::size_t max_strata = 1'000'000;
constexpr std::uint64_t most_small = std::numeric_limits<std::int64_t>::max();
constexpr NetworkId max_count = (NetworkId{1} << 127) - 1;

[[noreturn]] void too_large() {
  throw Error(ExitCode::bad_job, "space: it has 2^127 networks or more; take fewer values of its axes");
}

[[noreturn]] void not_in_space(const std::string& reason) {
  throw Error(ExitCode::usage, "the network is not in the space: " + reason);
}

[[noreturn]] void no_option(std::int64_t option, std::size_t slot, std::int64_t count) {
  not_in_space("option " + std::to_string(option) + " of slot " + std::to_string(slot) +
               " is not one of its " + std::to_string(count));
}

// Numbers within most strata fit in 64 bits, in which the arithmetic takes a fraction of the time.
bool small(const Stratum& stratum) { return stratum.size <= most_small; }

template <class Position>
std::vector<std::int64_t> options_at(const Stratum& stratum, Position position) {
  std::vector<std::int64_t> options(stratum.options.size());
  for (std::size_t slot = options.size(); slot-- > 0;) {
    const auto count = static_cast<Position>(stratum.options[slot]);
    options[slot] = static_cast<std::int64_t>(position % count);
    position /= count;
  }
  return options;
}

template <class Position>
Position position_of(const Stratum& stratum, OptionView options) {
  Position position = 0;
  for (std::size_t slot = 0; slot < options.size(); ++slot) {
    const std::int64_t count = stratum.options[slot];
    if (options[slot] < 0 || options[slot] >= count) no_option(options[slot], slot, count);
    position = position * static_cast<Position>(count) + static_cast<Position>(options[slot]);
  }
  return position;
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
  if (stratum.slots.empty() ||
      std::ranges::any_of(stratum.slots, [](const Slot& s) { return s.options < 1; }))
    throw Error(ExitCode::internal, "space: the family has a shape without slots, or a slot without options");
  for (const Slot& slot : stratum.slots) {
    stratum.options.push_back(slot.options);
    if (__builtin_mul_overflow(stratum.size, static_cast<NetworkId>(slot.options), &stratum.size) ||
        stratum.size > max_count)
      too_large();
  }
  return stratum;
}

}  // namespace

std::string id_text(NetworkId id) {
  std::string digits;
  for (; id > 0 || digits.empty(); id /= 10)
    digits.push_back(static_cast<char>('0' + static_cast<int>(id % 10)));
  return {digits.rbegin(), digits.rend()};
}

Json id_json(NetworkId id) {
  return id <= most_small ? Json(static_cast<std::uint64_t>(id)) : Json(id_text(id));
}

std::uint64_t small_id(NetworkId id) {
  if (id > most_small)
    throw Error(
        ExitCode::bad_job,
        "network " + id_text(id) +
            ": only numbers below 2^63 can be gone through; `flash exact` finds the best of any number");
  return static_cast<std::uint64_t>(id);
}

NetworkId id_from_json(const Json& json) {
  if (json.is_number_unsigned()) return json.get<std::uint64_t>();
  NetworkId id = 0;
  const std::string digits = json.is_string() ? json.get<std::string>() : "";
  bool sound = !digits.empty() && digits.size() < 40;
  for (const char digit : digits) {
    sound = sound && digit >= '0' && digit <= '9' && id <= max_count / 10;
    if (sound) id = id * 10 + static_cast<unsigned>(digit - '0');
  }
  if (sound && id <= max_count) return id;
  throw Error(ExitCode::bad_data, "a network's id is " + json.dump() + ": expected an integer from 0 on");
}

struct Space::LazyPlaces {
  std::once_flag once;
  SpacePlaces places;
};

const SpacePlaces& Space::places() const {
  std::call_once(places_->once, [this] { places_->places = places_of(*this); });
  return places_->places;
}

Space::Space(SpaceDefinition definition) : Space(definition, geometry_of(definition)) {}

Space::Space(SpaceDefinition definition, std::shared_ptr<const Geometry> geometry)
    : definition_(std::move(definition)),
      geometry_(std::move(geometry)),
      places_(std::make_shared<LazyPlaces>()) {
  const std::span<const Axis> axes = geometry_->shape_axes();
  const std::size_t count = strata_count(axes);
  strata_.reserve(count);
  std::vector<int> shape(axes.size());
  for (std::size_t index = 0; index < count; ++index, advance(shape, axes)) {
    Stratum stratum = make_stratum(*geometry_, shape);
    stratum.index = index;
    stratum.first_id = count_;
    if (stratum.size > max_count - count_) too_large();
    count_ += stratum.size;
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

std::uint64_t Space::size() const {
  if (!numbered())
    throw Error(
        ExitCode::bad_job,
        "space: it has " + id_text(count_) +
            " networks: only fewer than 2^63 can be gone through one by one; `flash exact` proves the best of "
            "any number");
  return static_cast<std::uint64_t>(count_);
}

const Stratum& Space::stratum_of(NetworkId id) const {
  if (id >= count_)
    throw Error(ExitCode::usage,
                "id " + id_text(id) + " is out of range: the space has ids from 0 to " + id_text(count_ - 1));
  return *std::prev(std::ranges::upper_bound(strata_, id, {}, &Stratum::first_id));
}

std::vector<std::int64_t> Space::options_of(const Stratum& stratum, NetworkId id) const {
  if (id < stratum.first_id || id - stratum.first_id >= stratum.size)
    throw Error(ExitCode::usage, "id " + id_text(id) + " is not in stratum " + std::to_string(stratum.index));
  const NetworkId position = id - stratum.first_id;
  return small(stratum) ? options_at(stratum, static_cast<std::uint64_t>(position))
                        : options_at(stratum, position);
}

Point Space::point(NetworkId id) const {
  const Stratum& stratum = stratum_of(id);
  return {stratum.index, options_of(stratum, id)};
}

NetworkId Space::id(const Point& point) const {
  if (point.stratum >= strata_.size()) not_in_space("there is no stratum " + std::to_string(point.stratum));
  return id(strata_[point.stratum], point.options);
}

NetworkId Space::id(const Stratum& stratum, OptionView options) const {
  if (options.size() != stratum.options.size())
    not_in_space("it has " + std::to_string(options.size()) + " options, its stratum " +
                 std::to_string(stratum.options.size()) + " slots");
  return stratum.first_id + (small(stratum) ? position_of<std::uint64_t>(stratum, options)
                                            : position_of<NetworkId>(stratum, options));
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

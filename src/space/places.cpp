#include "flash/space/places.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace flash {
namespace {

constexpr std::size_t most_places = 512;

// Axes without which all slots stay what they are: a resolution, but no depth.
std::vector<bool> axes_that_change_slots(const Space& space) {
  const std::span<const Axis> axes = space.geometry().shape_axes();
  std::vector<bool> change(axes.size(), false);
  for (const Stratum& stratum : space.strata()) {
    for (std::size_t a = 0; a < axes.size(); ++a) {
      if (change[a] || stratum.shape[a] == 0) continue;
      std::vector<int> other = stratum.shape;
      other[a] = 0;
      change[a] = space.stratum(other).slots != stratum.slots;
    }
  }
  return change;
}

std::vector<std::string> option_names(std::span<const Axis> axes, std::int64_t options) {
  std::vector<std::string> names;
  for (std::int64_t option = 0; option < options; ++option) {
    std::string name;
    std::int64_t rest = option, weight = options;
    for (const Axis& axis : axes) {
      weight /= static_cast<std::int64_t>(axis.values.size());
      name.append(name.empty() ? "" : "/").append(axis.text(rest / weight));
      rest %= weight;
    }
    names.push_back(std::move(name));
  }
  return names;
}

// What each option costs beyond the first: stems, heads and sums that belong to a slot whatever stands there drop out.
std::vector<Counts> relative_costs(const Space& space, const Stratum& stratum, std::size_t slot) {
  std::vector<Counts> costs;
  for (std::int64_t option = 0; option < stratum.options[slot]; ++option)
    costs.push_back(space.geometry().part_counts(stratum.shape, slot, -1, option));
  const Counts base = costs.front();
  for (Counts& cost : costs) {
    cost.macs -= base.macs;
    cost.parameters -= base.parameters;
    cost.traffic -= base.traffic;
    cost.layers -= base.layers;
  }
  return costs;
}

class PlaceList {
 public:
  explicit PlaceList(const Space& space) : space_(space), changes_(axes_that_change_slots(space)) {}

  SpacePlaces made() {
    const Geometry& geometry = space_.geometry();
    for (const Stratum& stratum : space_.strata())
      for (const Slot& slot : stratum.slots)
        for (const Axis& axis : geometry.slot_axes(slot.kind))
          if (!axis.listed() || slot.parent >= 0) return {};
    add_axes(geometry.shape_axes());
    for (const Stratum& stratum : space_.strata()) {
      add_slots(stratum);
      if (found_.places.size() > most_places) return {};
    }
    say_not_there();
    return std::move(found_);
  }

 private:
  void add_axes(std::span<const Axis> axes) {
    for (std::size_t a = 0; a < axes.size(); ++a) {
      found_.of_axis.push_back(axes[a].values.size() > 1 ? found_.places.size() : SpacePlaces::no_place);
      if (axes[a].values.size() < 2) continue;
      const auto same = std::ranges::count(axes, axes[a].name, &Axis::name);
      const auto before = std::ranges::count(axes.first(a), axes[a].name, &Axis::name);
      found_.places.push_back({same > 1 ? axes[a].name + "_" + std::to_string(before) : axes[a].name,
                               axes[a].values, next_shape_++});
    }
  }

  void add_slots(const Stratum& stratum) {
    std::vector<int> shape = stratum.shape;  // the one that stands for all with these slots
    for (std::size_t a = 0; a < shape.size(); ++a)
      if (!changes_[a]) shape[a] = 0;
    const Stratum& plain = space_.stratum(shape);
    std::vector<std::size_t>& of = found_.of_slot.emplace_back();
    if (plain.index < stratum.index) {
      of = found_.of_slot[plain.index];
      return;
    }
    std::map<std::size_t, std::size_t> seen;  // how often each key was there in this stratum
    for (std::size_t slot = 0; slot < plain.slots.size(); ++slot) {
      const std::size_t key = space_.geometry().table_key(shape, slot);
      const auto [at, is_new] = known_.try_emplace({key, seen[key]++}, found_.places.size());
      if (is_new) add_slot(plain, slot);
      of.push_back(at->second);
    }
  }

  void add_slot(const Stratum& stratum, std::size_t slot) {
    const std::span<const Axis> axes = space_.geometry().slot_axes(stratum.slots[slot].kind);
    const std::vector<std::string> names = option_names(axes, stratum.options[slot]);
    const std::vector<Counts> costs = relative_costs(space_, stratum, slot);
    std::size_t shape = next_shape_;
    for (const auto& [known_names, known_costs, known_shape] : shapes_)
      if (known_names == names && known_costs == costs) shape = known_shape;
    if (shape == next_shape_) shapes_.push_back({names, costs, next_shape_++});
    found_.places.push_back({axes.front().name + "_" + std::to_string(slots_++), names, shape});
  }

  void say_not_there() {
    for (std::size_t place = 0; place < found_.places.size(); ++place) {
      if (std::ranges::find(found_.of_axis, place) != found_.of_axis.end()) continue;
      const bool everywhere = std::ranges::all_of(found_.of_slot, [place](const auto& slots) {
        return std::ranges::find(slots, place) != slots.end();
      });
      if (!everywhere) found_.places[place].operators.emplace_back(SpacePlaces::not_there);
    }
  }

  struct PlaceShape {
    std::vector<std::string> names;
    std::vector<Counts> costs;
    std::size_t shape;
  };

  const Space& space_;
  std::vector<bool> changes_;
  SpacePlaces found_;
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> known_;  // key, how many before it: place
  std::vector<PlaceShape> shapes_;
  std::size_t next_shape_ = 0;
  std::size_t slots_ = 0;
};

}  // namespace

std::vector<std::uint16_t> SpacePlaces::operators(const Space& space, const Point& point) const {
  std::vector<std::uint16_t> found(places.size());
  if (places.empty()) return found;
  for (std::size_t place = 0; place < places.size(); ++place)  // where a slot has it, that is put right below
    found[place] = static_cast<std::uint16_t>(places[place].operators.size() - 1);
  const Stratum& stratum = space.stratum(point);
  for (std::size_t a = 0; a < of_axis.size(); ++a)
    if (of_axis[a] != no_place) found[of_axis[a]] = static_cast<std::uint16_t>(stratum.shape[a]);
  for (std::size_t slot = 0; slot < stratum.slots.size(); ++slot)
    found[of_slot[stratum.index][slot]] = static_cast<std::uint16_t>(point.options[slot]);
  return found;
}

SpacePlaces places_of(const Space& space) { return PlaceList(space).made(); }

}  // namespace flash

#include "additive_features.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

namespace flash {
namespace {

double compressed(double value) { return std::copysign(std::log1p(std::abs(value)), value); }

std::optional<double> number(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !std::isfinite(value)) return std::nullopt;
  return value;
}

bool is_numeric(const Axis& axis) {
  return std::ranges::all_of(axis.values, [](const std::string& text) { return number(text).has_value(); });
}

double value_at(const Axis& axis, std::int64_t position) {
  if (!axis.listed()) return static_cast<double>(axis.first + position * axis.step);
  return *number(axis.values[static_cast<std::size_t>(position)]);
}

// Options of a slot as positions on one of its axes: the last axis is the fastest.
struct Digits {
  std::int64_t stride = 1;
  std::int64_t count = 1;
  std::int64_t operator()(std::int64_t option) const { return option / stride % count; }
};

Digits digits_of(std::span<const Axis> axes, const Axis& axis, const Slot& slot) {
  if (!axis.listed()) return {1, slot.options};  // it stands alone
  Digits digits{1, static_cast<std::int64_t>(axis.values.size())};
  for (const Axis* faster = &axis + 1; faster < axes.data() + axes.size(); ++faster)
    digits.stride *= static_cast<std::int64_t>(faster->values.size());
  return digits;
}

}  // namespace

AdditiveFeatures::AdditiveFeatures(const Space& space) : geometry_(&space.geometry()), slots_(space.cells()) {
  add_shape_terms();
  add_slot_terms(space);
}

// "log depth" of all axes of the name, "log depth 1" and so on of each; "op = conv3" of texts.
void AdditiveFeatures::add_shape_terms() {
  const std::span<const Axis> axes = geometry_->shape_axes();
  for (std::size_t first = 0, last = 0; first < axes.size(); first = last) {
    std::vector<std::size_t> group;
    for (last = first; last < axes.size() && axes[last].name == axes[first].name; ++last)
      group.push_back(last);
    const Axis& axis = axes[first];
    const bool numeric = std::ranges::all_of(group, [&](std::size_t a) { return is_numeric(axes[a]); });
    std::vector<std::optional<std::string>> values(1);  // the number
    if (!numeric) values.assign(axis.values.begin() + 1, axis.values.end());
    if (axis.values.size() < 2) values.clear();
    for (const auto& value : values) {
      const std::string name = value ? axis.name + " = " + *value : "log " + axis.name;
      const std::size_t index = shape_terms_.size();
      shape_terms_.push_back({group, value});
      features_.push_back({name, true, index, std::nullopt});
      for (std::size_t one = 0; group.size() > 1 && one < group.size(); ++one)
        features_.push_back({name + " " + std::to_string(one + 1), true, index, one});
    }
  }
  features_.push_back({"log macs", true, shape_terms_.size(), std::nullopt});
  shape_terms_.push_back({});
}

void AdditiveFeatures::add_slot_term(const std::string& name, SlotTerm term) {
  if (std::ranges::find(slot_terms_, term) != slot_terms_.end()) return;
  const std::size_t index = slot_terms_.size();
  slot_terms_.push_back(std::move(term));
  features_.push_back({name, false, index, std::nullopt});
  for (std::size_t slot = 0; slots_ > 1 && slot < slots_; ++slot)
    features_.push_back({name + " " + std::to_string(slot + 1), false, index, slot});
}

void AdditiveFeatures::add_slot_terms(const Space& space) {
  std::set<std::uint32_t> kinds;
  for (const Stratum& stratum : space.strata())
    for (const Slot& slot : stratum.slots) kinds.insert(slot.kind);
  for (const std::uint32_t kind : kinds) {
    for (const Axis& axis : geometry_->slot_axes(kind)) {
      if (axis.listed() && axis.values.size() < 2) continue;
      if (is_numeric(axis)) {
        add_slot_term("log " + axis.name, {axis.name, std::nullopt});
        continue;
      }
      for (std::size_t value = 1; value < axis.values.size(); ++value)
        add_slot_term(axis.name + " = " + axis.values[value], {axis.name, axis.values[value]});
    }
  }
}

double AdditiveFeatures::macs_of(ShapeView shape) const {
  const std::vector<std::int64_t> first(geometry_->slots(shape).size());
  return static_cast<double>(counts(*geometry_, shape, first).macs);
}

double AdditiveFeatures::of_shape(const Feature& feature, ShapeView shape) const {
  const ShapeTerm& term = shape_terms_[feature.index];
  if (term.axes.empty()) return compressed(macs_of(shape));
  double sum = 0;
  for (std::size_t i = 0; i < term.axes.size(); ++i) {
    if (feature.alone && *feature.alone != i) continue;
    const Axis& axis = geometry_->shape_axes()[term.axes[i]];
    const std::int64_t position = shape[term.axes[i]];
    sum += term.value ? double(axis.text(position) == *term.value) : compressed(value_at(axis, position));
  }
  return sum;
}

const Axis* AdditiveFeatures::axis_of(const SlotTerm& term, const Slot& slot) const {
  const std::span<const Axis> axes = geometry_->slot_axes(slot.kind);
  const auto found = std::ranges::find(axes, term.axis, &Axis::name);
  return found == axes.end() ? nullptr : &*found;
}

bool AdditiveFeatures::applies(const Feature& feature, const Slot& slot, std::size_t place) const {
  if (feature.of_shape || (feature.alone && *feature.alone != place)) return false;
  const SlotTerm& term = slot_terms_[feature.index];
  const Axis* axis = axis_of(term, slot);
  return axis != nullptr && (term.value || is_numeric(*axis));
}

double AdditiveFeatures::of_option(const Feature& feature, const Slot& slot, std::int64_t option) const {
  const SlotTerm& term = slot_terms_[feature.index];
  const Axis& axis = *axis_of(term, slot);
  const std::int64_t position = digits_of(geometry_->slot_axes(slot.kind), axis, slot)(option);
  return term.value ? double(axis.text(position) == *term.value) : compressed(value_at(axis, position));
}

}  // namespace flash

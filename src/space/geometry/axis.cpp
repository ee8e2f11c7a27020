#include "flash/space/geometry/axis.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace flash {
namespace {

std::optional<std::int64_t> integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string Axis::text(std::int64_t position) const {
  return listed() ? values[static_cast<std::size_t>(position)] : std::to_string(first + position * step);
}

Json Axis::json(std::int64_t position) const {
  const std::string value = text(position);
  if (const auto number = integer(value)) return *number;
  return value;
}

std::optional<std::int64_t> Axis::position(std::string_view text) const {
  if (listed()) {
    const auto found = std::ranges::find(values, text);
    if (found == values.end()) return std::nullopt;
    return found - values.begin();
  }
  const auto number = integer(text);
  if (!number || *number < first || (*number - first) % step != 0) return std::nullopt;
  return (*number - first) / step;
}

Axis number_axis(std::string name, std::string unit, std::string doc, const std::vector<int>& values) {
  Axis axis{std::move(name), std::move(unit), std::move(doc)};
  for (const int value : values) axis.values.push_back(std::to_string(value));
  return axis;
}

}  // namespace flash

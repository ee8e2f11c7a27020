// JSON as used everywhere in flash: keys keep the order in which they were written, doubles survive exactly.
#pragma once

#include <nlohmann/json.hpp>

#include <limits>
#include <optional>

namespace flash {

using Json = nlohmann::ordered_json;

// JSON has no NaN: an absent figure is null.
inline Json number_or_null(double value) { return value == value ? Json(value) : Json(nullptr); }
inline double number_or_nan(const Json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

}  // namespace flash

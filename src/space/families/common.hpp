// What geometries of this room say and ask alike. Internal to the room.
#pragma once

#include <cstddef>
#include <string>

#include "flash/core/error.hpp"
#include "flash/core/json.hpp"
#include "flash/space/geometry/views.hpp"

namespace flash {

[[noreturn]] inline void refuse_space(const std::string& reason) {
  throw Error(ExitCode::bad_job, "space: " + reason);
}

inline Json changed(Json settings, const Json& changes) {
  settings.update(changes);
  return settings;
}

inline std::size_t position(ShapeView shape, std::size_t axis) {
  return static_cast<std::size_t>(shape[axis]);
}

}  // namespace flash

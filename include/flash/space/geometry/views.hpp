// How a network of a space is addressed: the position of each of its choices.
#pragma once

#include <cstdint>
#include <span>

namespace flash {

using ShapeView = std::span<const int>;            // [i]: position on shape axis i
using OptionView = std::span<const std::int64_t>;  // [s]: option of slot s

}  // namespace flash

// Numbers as they are written on a command line or in the environment.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace flash {

// Decimal digits alone: "010" is ten. Nothing where there is a sign, a blank, a point, an exponent, another
// base or too large a number.
std::optional<std::uint64_t> whole_number(std::string_view text);

// A finite decimal number: "2", "-0.5", "1e-3". Nothing for nan, inf, another base, a plus sign, a blank or a
// number outside the range of a double.
std::optional<double> decimal_number(std::string_view text);

}  // namespace flash

// One thing that varies between the networks of a space, with the texts of its values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flash/core/json.hpp"

namespace flash {

// The values are a list of texts, or the numbers first, first + step, ... without an end of their own: how
// many of these there are may differ between slots, and a list of millions would be of no use.
struct Axis {
  std::string name;     // "wm", "depth", "tc", "op": of letters, digits and _
  std::string unit;     // "" where it has none
  std::string doc;      // a phrase
  std::string alias{};  // an older name in JSON; "" where it has none
  std::vector<std::string> values{};
  std::int64_t first = 0;
  std::int64_t step = 1;
  bool ordered = true;  // later values are larger ones

  bool listed() const { return !values.empty(); }
  std::string text(std::int64_t position) const;
  Json json(std::int64_t position) const;  // a number where the text is an integer, else the text
  // Nothing where no value has the text.
  std::optional<std::int64_t> position(std::string_view text) const;
};

Axis number_axis(std::string name, std::string unit, std::string doc, const std::vector<int>& values);

}  // namespace flash

// An archive with every type, an empty table, nested tables, and names in no particular order.
#pragma once

#include <limits>

#include "flash/archive/archive.hpp"

namespace flash {

inline ArchiveContents example_archive() {
  constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
  constexpr auto highest = std::numeric_limits<std::uint64_t>::max();
  const Column id{"id", "1", "position in the space", std::vector<std::uint64_t>{0, 63102615224, highest}};
  const Column wm{"wm", "1", "width multiplier", std::vector<std::int64_t>{-1, lowest, 3}};
  const Column skips{"skips", "", "", std::vector<std::string>{"3,0,12", "", "caf\xc3\xa9\nline two"}};
  const Column accuracy{"accuracy", "1", "share of test images", std::vector<double>{0.1, -0.0, 1e-300}};
  const Column nothing{"reason", "", "", std::vector<std::string>{}};
  const Column no_time{"time", "s", "Unix time", std::vector<double>{}};
  return {{{"software", "flash"},
           {"job", "[space]\nwm = [1]\n"},
           {"empty", ""},
           {"ranks", std::int64_t{2}},
           {"age", 0.25}},
          {{"samples", {{"zeta", "z"}, {"alpha", 1.5}}, {wm, id, skips, accuracy}},
           {"hardware/host/model", {{"latency_r2_fit", 0.99}}, {accuracy}},
           {"events", {}, {no_time, nothing}},
           {"hardware/host", {}, {id}},
           {"bare", {}, {}}}};
}

}  // namespace flash

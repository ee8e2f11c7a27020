// Measurements made elsewhere, on a phone, a board or an FPGA: a CSV file with a row a network.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "flash/hardware/metric.hpp"
#include "flash/space/space.hpp"

namespace flash {

// A column that holds a metric. Units: us, ms, s; uj, mj, j; um2, mm2, cm2.
struct MetricColumn {
  std::string column;
  std::string unit;
  bool required = false;  // false: the file may lack it
};
const std::vector<std::string>& units_of(Metric metric);

struct TableFormat {
  // What says which network a row is: the id, or width multiplier, depth (one a cell where the space has
  // separate ones) and the skip setting of each cell, in that order. Unused where features are given.
  std::vector<std::string> network{"id"};
  std::vector<std::pair<std::string, std::string>>
      features{};  // feature, its column: for networks of no space
  std::array<MetricColumn, 3> metrics{{{"latency_ms", "ms"}, {"energy_mj", "mj"}, {"area_mm2", "mm2"}}};
};

struct MeasuredRow {
  int line = 0;                                // of the file
  std::optional<Configuration> configuration;  // absent where features are given
  std::vector<double> features;                // in the order of the format's, else empty
  Measurement metrics;                         // in ms, mJ, mm2; NaN where the file has no such column
};

// The columns that say which network a row is, as `flash calibrate --emit` writes them: wm, depth, tc_0, ...
std::vector<std::string> configuration_columns(const SpaceDefinition& space);

// Rows whose metrics are all empty are networks still to be measured: left out, counted in `unmeasured`.
// Throws Error missing_input; bad_data, with file, line and column: a column that is missing or there twice,
// one whose name contradicts its unit, a row of another length, a value that is no number, not positive or
// not finite, a network that is not in the space, one that comes twice, no row at all.
std::vector<MeasuredRow> read_measured_table(const std::filesystem::path& path, const TableFormat& format,
                                             const Space& space, std::size_t* unmeasured = nullptr);

}  // namespace flash

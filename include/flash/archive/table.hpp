// What an archive holds: groups with attributes, each group a table of columns of equal length. The archive
// room knows how to store these and nothing of what they mean.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace flash {

using ColumnValues = std::variant<std::vector<std::int64_t>, std::vector<std::uint64_t>, std::vector<double>,
                                  std::vector<std::string>>;

// One dataset: little-endian 64-bit numbers or UTF-8 texts.
struct Column {
  std::string name;       // "latency_ms"
  std::string units;      // "ms"; "1" for a pure number; "" for text; "*": differs from row to row
  std::string long_name;  // "latency predicted by the fitted model"
  ColumnValues values;
  bool operator==(const Column&) const = default;
};
std::size_t length(const Column& column);

using Attribute = std::variant<std::int64_t, double, std::string>;
using Attributes = std::vector<std::pair<std::string, Attribute>>;

struct Table {
  std::string path;  // "samples", "hardware/host", ...
  Attributes attributes;
  std::vector<Column> columns;  // of equal length, which may be 0
  const Column* find(std::string_view column) const;
  bool operator==(const Table&) const = default;
};

struct ArchiveContents {
  Attributes attributes;  // of the root
  std::vector<Table> tables;
  const Table* find(std::string_view path) const;
  bool operator==(const ArchiveContents&) const = default;
};

}  // namespace flash

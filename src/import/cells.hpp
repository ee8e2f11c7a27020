// What the cells of a table hold: numbers, and networks of a space; internal to the room.
#pragma once

#include <filesystem>
#include <vector>

#include "columns.hpp"
#include "csv.hpp"
#include "flash/space/space.hpp"

namespace flash {

// Every member throws Error bad_data with file, line and column.
class RowCells {
 public:
  // All three must outlive it.
  RowCells(const std::filesystem::path& path, const Columns& columns, const Space& space)
      : path_(path), columns_(columns), space_(space) {}

  double number(const CsvRow& row, std::size_t cell, bool decimal_comma) const;
  // One cell: an id, or a network in words of either form (network_text.hpp); more: network_columns of the space.
  Point network(const CsvRow& row, const std::vector<std::size_t>& cells, bool decimal_comma) const;

 private:
  // What its reader throws gets file, line and column.
  template <class Reader>
  auto value(const CsvRow& row, std::size_t cell, bool decimal_comma, Reader reader) const;

  const std::filesystem::path& path_;
  const Columns& columns_;
  const Space& space_;
};

}  // namespace flash

#include "cells.hpp"

#include <stdexcept>

#include "flash/core/error.hpp"
#include "flash/space/network_text.hpp"
#include "numbers.hpp"

namespace flash {

template <class Reader>
auto RowCells::value(const CsvRow& row, std::size_t cell, bool decimal_comma, Reader reader) const {
  try {
    return reader(row.cells[cell], decimal_comma);
  } catch (const std::invalid_argument& error) {
    refuse_row(path_, row, "column " + in_quotes(columns_.name(cell)) + " " + error.what());
  }
}

double RowCells::number(const CsvRow& row, std::size_t cell, bool decimal_comma) const {
  return value(row, cell, decimal_comma, read_number);
}

Point RowCells::network(const CsvRow& row, const std::vector<std::size_t>& cells, bool decimal_comma) const {
  try {
    if (cells.size() == 1) {
      const std::string& text = row.cells[cells.front()];
      if (text.find_first_of("=|") != std::string::npos) return parse_network(space_, text);
      // Digits of any number where ids have more than 63 bits.
      const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
      if (!space_.numbered() && digits) return space_.point(id_from_json(text));
      return space_.point(value(row, cells.front(), decimal_comma, read_whole_number));
    }
    std::vector<std::string> values;
    const std::vector<NetworkColumn> columns = network_columns(space_);
    for (std::size_t c = 0; c < cells.size(); ++c)
      values.push_back(columns[c].integer
                           ? std::to_string(value(row, cells[c], decimal_comma, read_whole_number))
                           : row.cells[cells[c]]);
    return network_of_values(space_, values);
  } catch (const Error& error) {
    if (error.code() != ExitCode::usage) throw;
    refuse_row(path_, row, error.what());
  }
}

}  // namespace flash

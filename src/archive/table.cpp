#include "flash/archive/table.hpp"

#include <algorithm>

namespace flash {

std::size_t length(const Column& column) {
  return std::visit([](const auto& values) { return values.size(); }, column.values);
}

const Column* Table::find(std::string_view column) const {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == column; });
  return found == columns.end() ? nullptr : &*found;
}

const Table* ArchiveContents::find(std::string_view path) const {
  const auto found =
      std::find_if(tables.begin(), tables.end(), [&](const Table& t) { return t.path == path; });
  return found == tables.end() ? nullptr : &*found;
}

}  // namespace flash

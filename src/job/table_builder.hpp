// Builds one archive table from a list of rows: each column is a function of the row.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "flash/archive/table.hpp"

namespace flash {

inline constexpr double absent =
    std::numeric_limits<double>::quiet_NaN();  // how tables mark an absent figure

template <typename Row>
class TableBuilder {
 public:
  TableBuilder(std::string path, const std::vector<Row>& rows) : rows_(rows) {
    table_.path = std::move(path);
  }

  template <typename Value>
  TableBuilder& column(const char* name, const char* units, const char* long_name, const Value& value) {
    using Raw = std::decay_t<std::invoke_result_t<Value, const Row&>>;
    using Stored =
        std::conditional_t<std::is_same_v<Raw, std::string> || std::is_same_v<Raw, double>, Raw,
                           std::conditional_t<std::is_unsigned_v<Raw> && !std::is_same_v<Raw, bool>,
                                              std::uint64_t, std::int64_t>>;
    std::vector<Stored> values;
    values.reserve(rows_.size());
    for (const Row& row : rows_) values.push_back(static_cast<Stored>(value(row)));
    table_.columns.push_back({name, units, long_name, std::move(values)});
    return *this;
  }
  TableBuilder& attribute(std::string name, Attribute value) {
    table_.attributes.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  Table build() { return std::move(table_); }

 private:
  const std::vector<Row>& rows_;
  Table table_;
};

}  // namespace flash

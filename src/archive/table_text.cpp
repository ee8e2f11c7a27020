#include "flash/archive/table_text.hpp"

#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <limits>
#include <map>

namespace flash::table_text {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

template <class T>
T value_or(const Table& table, const char* column, std::size_t row, T absent) {
  const Column* found = table.find(column);
  if (found == nullptr) return absent;
  return std::visit(
      [&](const auto& values) -> T {
        using Value = typename std::decay_t<decltype(values)>::value_type;
        if constexpr (std::is_same_v<Value, std::string> ||
                      (std::is_integral_v<T> && std::is_floating_point_v<Value>)) {
          return absent;
        } else {
          return static_cast<T>(values[row]);
        }
      },
      found->values);
}

}  // namespace

double number(const Table& table, const char* column, std::size_t row) {
  return value_or(table, column, row, nan);
}

std::uint64_t whole(const Table& table, const char* column, std::size_t row) {
  return value_or<std::uint64_t>(table, column, row, 0);
}

std::string text(const Table& table, const char* column, std::size_t row) {
  const Column* found = table.find(column);
  const auto* values = found != nullptr ? std::get_if<std::vector<std::string>>(&found->values) : nullptr;
  return values != nullptr ? (*values)[row] : "";
}

bool has_numbers(const Table& table, const char* column) {
  const Column* found = table.find(column);
  return found != nullptr && !std::holds_alternative<std::vector<std::string>>(found->values);
}

std::string id(const Table& table, const char* column, std::size_t row) {
  return has_numbers(table, column) ? std::to_string(whole(table, column, row)) : text(table, column, row);
}

std::size_t rows(const Table* table) {
  return table == nullptr || table->columns.empty() ? 0 : length(table->columns.front());
}

double attribute(const Table& table, const std::string& name) {
  for (const auto& [key, value] : table.attributes) {
    if (key != name) continue;
    if (const auto* real = std::get_if<double>(&value)) return *real;
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  }
  return nan;
}

std::string named(const Table& table, std::size_t row) {
  const std::string words = text(table, "network", row), digits = id(table, "id", row);
  if (words.empty()) return "network " + digits;
  return has_numbers(table, "id") ? words + " (id " + digits + ")" : words;
}

std::string states(const Table& table) {
  std::map<std::string, int> count;
  for (std::size_t row = 0; row < rows(&table); ++row) ++count[text(table, "state", row)];
  std::string line;
  for (const auto& [state, n] : count) {
    if (!line.empty()) line += ", ";
    line += std::to_string(n) + " " + state;
  }
  return line;
}

bool all_missing(const Table& table) {
  for (std::size_t row = 0; row < rows(&table); ++row)
    if (text(table, "state", row) != "missing") return false;
  return true;
}

std::string attribute(const Attributes& attributes, const std::string& name) {
  for (const auto& [key, value] : attributes) {
    if (key == name && std::holds_alternative<std::string>(value)) return std::get<std::string>(value);
  }
  return "";
}

double shown_objective(const Table& table, double value) {
  return attribute(table.attributes, "sum").empty() ? value : std::log(value);
}

const char* objective_name(const Table& table) {
  return attribute(table.attributes, "sum").empty() ? "objective" : "sum";
}

std::string format(const char* pattern, ...) {
  char buffer[512];
  va_list arguments;
  va_start(arguments, pattern);
  std::vsnprintf(buffer, sizeof buffer, pattern, arguments);
  va_end(arguments);
  return buffer;
}

std::string cell(double value, int width, int digits) {
  if (!std::isfinite(value)) return std::string(static_cast<std::size_t>(width - 1), ' ') + "-";
  return format("%*.*g", width, digits, value);
}

}  // namespace flash::table_text

// Options of a command line that hold numbers. CLI11's own take "010" as octal and nan as a number within any
// range.
#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <limits>
#include <string>

namespace flash {

struct WholeRange {
  std::uint64_t min = 0;
  std::uint64_t max = std::numeric_limits<std::uint64_t>::max();
};
// Throws CLI::ValidationError where the text of the option is no whole number of the range.
std::uint64_t whole_argument(const std::string& option, const std::string& text, WholeRange range);

// min <= x <= max, or without the end where it is open.
struct RealRange {
  double min = 0;
  double max = std::numeric_limits<double>::max();
  bool open_min = false;
};
double real_argument(const std::string& option, const std::string& text, RealRange range);

// T is a number or an optional one; its range must lie within it.
template <class T>
CLI::Option* whole_option(CLI::App* app, const std::string& name, T& value, const std::string& description,
                          WholeRange range = {}) {
  const auto store = [&value, name, range](const std::string& text) {
    value = static_cast<T>(whole_argument(name, text, range));
  };
  return app->add_option_function<std::string>(name, store, description)->type_name("UINT");
}

CLI::Option* real_option(CLI::App* app, const std::string& name, double& value,
                         const std::string& description, RealRange range);

}  // namespace flash

#include "number_options.hpp"

#include <cstdio>

#include "flash/core/json.hpp"
#include "flash/core/number.hpp"

namespace flash {
namespace {

std::string short_text(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", number);
  return text;
}

[[noreturn]] void refuse(const std::string& option, const std::string& text, const std::string& expected) {
  throw CLI::ValidationError(option, "is " + Json(text).dump(-1, ' ', false, Json::error_handler_t::replace) +
                                         ", expected " + expected);
}

std::string expectation(WholeRange range) {
  const bool open = range.max == WholeRange{}.max;
  if (open && range.min == 0) return "a whole number";
  return "a whole number of at least " + std::to_string(range.min) +
         (open ? "" : " and at most " + std::to_string(range.max));
}

std::string expectation(RealRange range) {
  return std::string("a number ") + (range.open_min ? "above " : "of at least ") + short_text(range.min) +
         (range.max == RealRange{}.max ? "" : " and at most " + short_text(range.max));
}

}  // namespace

std::uint64_t whole_argument(const std::string& option, const std::string& text, WholeRange range) {
  const auto value = whole_number(text);
  if (!value || *value < range.min || *value > range.max) refuse(option, text, expectation(range));
  return *value;
}

double real_argument(const std::string& option, const std::string& text, RealRange range) {
  const auto value = decimal_number(text);
  const bool within =
      value && (range.open_min ? *value > range.min : *value >= range.min) && *value <= range.max;
  if (!within) refuse(option, text, expectation(range));
  return *value;
}

CLI::Option* real_option(CLI::App* app, const std::string& name, double& value,
                         const std::string& description, RealRange range) {
  const auto store = [&value, name, range](const std::string& text) {
    value = real_argument(name, text, range);
  };
  return app->add_option_function<std::string>(name, store, description)->type_name("FLOAT");
}

}  // namespace flash

#include "flash/core/number.hpp"

#include <charconv>
#include <cmath>

namespace flash {
namespace {

template <class T>
std::optional<T> whole_text(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::uint64_t> whole_number(std::string_view text) { return whole_text<std::uint64_t>(text); }

std::optional<double> decimal_number(std::string_view text) {
  const auto value = whole_text<double>(text);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

}  // namespace flash

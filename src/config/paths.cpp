#include "flash/config/paths.hpp"

#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string_view>

#include "flash/config/text.hpp"

namespace flash {
namespace {

constexpr const char* opening = "${";

struct Expansion {
  std::string text;
  std::optional<std::string> unset;  // the first variable that is not set; such stay as they are written
};

Expansion expand_environment(const std::string& text) {
  Expansion expansion;
  std::size_t at = 0;
  for (;;) {
    const std::size_t open = text.find(opening, at);
    expansion.text += text.substr(at, open - at);
    if (open == std::string::npos) return expansion;
    const std::size_t close = text.find('}', open);
    if (close == std::string::npos) throw std::invalid_argument("has a ${ without its } in " + shown(text));
    const std::string variable = text.substr(open + 2, close - open - 2);
    const char* value = variable.empty() ? nullptr : std::getenv(variable.c_str());
    if (value != nullptr && std::string_view(value).find(opening) != std::string_view::npos)
      throw std::invalid_argument("has the environment variable " + shown_key(variable) + ", which is " +
                                  shown(value) + ": a ${ in a variable is not replaced");
    if (value == nullptr && !expansion.unset) expansion.unset = variable;
    expansion.text += value ? value : text.substr(open, close + 1 - open);
    at = close + 1;
  }
}

}  // namespace

std::filesystem::path config_path(const std::filesystem::path& file, const std::string& text) {
  if (text.find('\0') != std::string::npos) throw std::invalid_argument("holds a NUL character");
  const Expansion expansion = expand_environment(text);
  const std::filesystem::path path = expansion.text;
  if (path.empty()) throw std::invalid_argument("holds an empty path");
  std::error_code ignored;  // without a current folder the path stays relative, and opening it says so
  const std::filesystem::path folder = std::filesystem::absolute(file, ignored).parent_path();
  // What ".." leads to is not known before the variable is.
  return expansion.unset ? folder / path : (folder / path).lexically_normal();
}

bool is_unset(const std::filesystem::path& path) { return path.string().find(opening) != std::string::npos; }

std::string unset_variable(const std::filesystem::path& path) {
  return expand_environment(path.string()).unset.value_or("");
}

}  // namespace flash

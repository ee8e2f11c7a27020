#include "job_paths.hpp"

#include <cstdlib>
#include <stdexcept>

#include "flash/config/text.hpp"

namespace flash {
namespace {

std::string expand_environment(const std::string& text) {
  std::string expanded;
  std::size_t at = 0;
  for (;;) {
    const std::size_t open = text.find("${", at);
    expanded += text.substr(at, open - at);
    if (open == std::string::npos) return expanded;
    const std::size_t close = text.find('}', open);
    if (close == std::string::npos) throw std::invalid_argument("has a ${ without its } in " + shown(text));
    const std::string variable = text.substr(open + 2, close - open - 2);
    const char* value = variable.empty() ? nullptr : std::getenv(variable.c_str());
    if (!value) {
      throw std::invalid_argument("needs the environment variable " + shown_key(variable) +
                                  ", which is not set");
    }
    expanded += value;
    at = close + 1;
  }
}

}  // namespace

std::filesystem::path job_path(const Job& job, const std::string& text) {
  if (text.find('\0') != std::string::npos) throw std::invalid_argument("holds a NUL character");
  const std::filesystem::path path = expand_environment(text);
  if (path.empty()) throw std::invalid_argument("holds an empty path");
  std::error_code ignored;  // without a current folder the path stays relative, and opening it says so
  const std::filesystem::path folder = std::filesystem::absolute(job.path, ignored).parent_path();
  return (folder / path).lexically_normal();
}

}  // namespace flash

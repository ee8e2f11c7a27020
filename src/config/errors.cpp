#include "flash/config/errors.hpp"

#include <algorithm>

#include "flash/core/error.hpp"

namespace flash {
namespace {

constexpr std::size_t max_errors = 20;

}  // namespace

void ConfigErrors::add(int line, std::string where, std::string what) {
  items_.push_back({line, std::move(where), std::move(what)});
}

bool ConfigErrors::clean(std::string_view section) const {
  return std::ranges::none_of(items_, [&](const Item& item) {
    return item.where.starts_with(section) &&
           (item.where.size() == section.size() || item.where[section.size()] == '.');
  });
}

void ConfigErrors::throw_if_any() const {
  if (items_.empty()) return;
  std::vector<Item> sorted = items_;
  std::ranges::stable_sort(sorted, {}, &Item::line);
  std::string message;
  for (std::size_t i = 0; i < std::min(sorted.size(), max_errors); ++i) {
    const Item& item = sorted[i];
    if (i > 0) message += '\n';
    message += file_ + ":" + std::to_string(item.line) + ": " + item.where + ": " + item.what;
  }
  if (sorted.size() > max_errors) {
    message += "\n" + file_ + ": and " + std::to_string(sorted.size() - max_errors) + " more errors";
  }
  throw Error(ExitCode::bad_job, message);
}

}  // namespace flash

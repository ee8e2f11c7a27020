#include "flash/hardware/energy_counter.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <string>

#include "flash/core/error.hpp"
#include "flash/core/file.hpp"

namespace flash {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> text_of(const fs::path& file) {
  try {
    return read_file(file);
  } catch (const Error&) {
    return std::nullopt;  // not there, or for root alone
  }
}

std::optional<std::uint64_t> number_of(const fs::path& file) {
  const auto text = text_of(file);
  std::uint64_t number = 0;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), number).ec != std::errc{})
    return std::nullopt;
  return number;
}

// "package-0", not its parts ("core", "dram"), which it holds, nor "psys", which holds it.
bool is_package(const fs::path& zone) {
  const auto name = text_of(zone / "name");
  return name && name->starts_with("package");
}

}  // namespace

EnergyCounter::EnergyCounter(const fs::path& root) {
  std::error_code none;
  for (const fs::directory_entry& zone : fs::directory_iterator(root, none)) {
    if (!is_package(zone.path())) continue;
    const auto now = number_of(zone.path() / "energy_uj");
    const auto range = number_of(zone.path() / "max_energy_range_uj");
    if (now && range) packages_.push_back({zone.path() / "energy_uj", *now, *range});
  }
  std::ranges::sort(packages_, {}, &Package::file);
}

double EnergyCounter::joules() {
  for (Package& package : packages_) {
    const auto now = number_of(package.file);
    if (!now) return std::numeric_limits<double>::quiet_NaN();
    microjoules_ += *now >= package.last ? *now - package.last : package.range - package.last + *now;
    package.last = *now;
  }
  return readable() ? static_cast<double>(microjoules_) * 1e-6 : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace flash

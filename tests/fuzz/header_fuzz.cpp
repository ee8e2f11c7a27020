// Names of columns, which say the units of what stands below them.
#include <stdexcept>

#include "flash/import/units.hpp"
#include "fuzz.hpp"

namespace flash::fuzz {

std::vector<std::string> seeds() {
  return {"latency_ms",
          "t_us_mean",
          "Latency [\u00B5s]",
          "energy (mJ/image)",
          "inferTimeUs",
          "area_mm^2",
          "energy_micro_joule",
          "latency (1e-3 s)",
          "latency_ticks",
          "p50us",
          "energy [nJ]",
          "area (\u03BCm\u00B2)",
          "latency (ms, median)",
          "seconds",
          "timems"};
}

// The unit of a column, if the name says one that can be.
std::optional<Unit> unit_in(const std::string& name, Metric metric, const std::string& stated = "") {
  try {
    return column_unit(name, metric, stated);
  } catch (const std::invalid_argument& error) {
    require(std::string_view(error.what()).find_first_of("\n\r") == std::string_view::npos, "two lines");
    return std::nullopt;
  }
}

void examine(const std::string& name, Metric metric) {
  const std::optional<Unit> unit = unit_in(name, metric);
  if (!unit) return;
  require(unit->metric == metric, "a unit of another metric");
  if (name.size() < 190)  // with blanks longer than 200 bytes nothing is understood
    require(unit_in("  " + name + " ", metric) == unit, "blanks that say something");
  // The job may say the same.
  for (const std::string& stated : units_of(metric))
    if (unit_of(stated) == unit)
      require(unit_in(name, metric, stated) == unit, "a unit that contradicts itself");
}

}  // namespace flash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace flash;
  const std::string name = fuzz::text(data, size);
  for (const Metric metric : fitted_metrics()) fuzz::examine(name, metric);
  if (const std::optional<Unit> unit = unit_of(name)) {
    const std::string of(flash::name(unit->metric));
    for (const std::string& column : {of + "_" + name, of + " (" + name + ")", of + "[" + name + "]"})
      fuzz::require(fuzz::unit_in(column, unit->metric) == unit, "a unit that is not read in a name");
  }
  return 0;
}

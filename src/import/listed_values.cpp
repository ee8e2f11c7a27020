// What a list of networks says of each.
#include "flash/import/measured_table.hpp"
#include "flash/space/network_text.hpp"

namespace flash {

std::vector<std::string> configuration_columns(const Space& space) {
  std::vector<std::string> names;
  for (const NetworkColumn& column : network_columns(space)) names.push_back(column.name);
  return names;
}

std::vector<ListedValue> listed_values(const Space& space, const Point& network) {
  std::vector<ListedValue> values;
  std::vector<std::string> texts = network_values(space, network);
  for (NetworkColumn& column : network_columns(space))
    values.push_back({std::move(column.name), std::move(texts[values.size()]), column.integer});
  const Counts counts = space.counts(network);
  values.push_back({"parameters", std::to_string(counts.parameters)});
  values.push_back({"macs", std::to_string(counts.macs)});
  return values;
}

}  // namespace flash

#include "flash/tables/proxy_matrix.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "flash/core/version.hpp"

namespace flash {
namespace {

constexpr std::array<std::array<const char*, 2>, 5> meanings{
    {{"software", "flash"},
     {"version", "of the software"},
     {"git_hash", "commit it was built from"},
     {"command_line", "of `flash proxy matrix`"},
     {"proxy_matrix",
      "JSON: `region`, which networks are of interest; `clusters`, the devices of each; `proxy`, the device to take, null "
      "where none can be named"}}};

Table devices_table(const ProxyMatrix& matrix) {
  const std::vector<std::int64_t> clusters(matrix.clusters.begin(), matrix.clusters.end());
  return {"proxy/devices",
          {},
          {{"device", "", "name of the device", matrix.devices},
           {"cluster", "1", "number of its cluster, from 0", clusters},
           {"mean_srcc", "1", "mean SRCC with the other devices", matrix.means}}};
}

Table pairs_table(const ProxyMatrix& matrix) {
  const std::size_t count = matrix.devices.size();
  const auto of_pairs = [count](const auto& value) {
    std::vector<decltype(value(0, 0))> values;
    for (std::size_t a = 0; a < count; ++a)
      for (std::size_t b = a + 1; b < count; ++b) values.push_back(value(a, b));
    return values;
  };
  using Places = std::size_t;
  Table pairs{"proxy/pairs",
              {},
              {{"device_a", "", "one device", of_pairs([&](Places a, Places) { return matrix.devices[a]; })},
               {"device_b", "", "the other", of_pairs([&](Places, Places b) { return matrix.devices[b]; })},
               {"networks", "1", "networks measured on both", of_pairs([&](Places a, Places b) {
                  return static_cast<std::int64_t>(matrix.whole.at(a, b).networks);
                })}}};
  const auto add = [&](const char* name, const char* meaning, const MonotonicityMatrix& of,
                       double DeviceCorrelation::*figure) {
    pairs.columns.push_back(
        {name, "1", meaning, of_pairs([&](Places a, Places b) { return of.at(a, b).*figure; })});
  };
  add("srcc", "Spearman's rank correlation", matrix.whole, &DeviceCorrelation::srcc);
  add("srcc_low", "lower end of its 95 % interval", matrix.whole, &DeviceCorrelation::srcc_low);
  add("srcc_high", "upper end of its 95 % interval", matrix.whole, &DeviceCorrelation::srcc_high);
  add("kendall", "Kendall's rank correlation (tau-b)", matrix.whole, &DeviceCorrelation::kendall);
  add("region_srcc", "SRCC in the region of interest", matrix.region, &DeviceCorrelation::srcc);
  add("region_kendall", "tau-b in the region of interest", matrix.region, &DeviceCorrelation::kendall);
  return pairs;
}

}  // namespace

ArchiveContents proxy_matrix_contents(const ProxyMatrix& matrix) {
  return {{{"software", "flash"},
           {"version", software_version},
           {"git_hash", git_hash},
           {"command_line", matrix.command_line},
           {"proxy_matrix", matrix.summary}},
          {devices_table(matrix), pairs_table(matrix)}};
}

std::string proxy_matrix_meaning(const std::string& attribute) {
  const auto found = std::ranges::find_if(meanings, [&](const auto& one) { return attribute == one[0]; });
  return found == meanings.end() ? "" : (*found)[1];
}

}  // namespace flash

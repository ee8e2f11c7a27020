// Published networks, as data/published_networks.csv has them: to the last parameter and MAC.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "flash/core/json.hpp"
#include "flash/space/network_text.hpp"
#include "flash/space/space.hpp"

namespace flash {
namespace {

// Cells of a line, quotes doubled within quotes.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"')
      cells.back() += line[i++];
    else if (line[i] == '"')
      quoted = !quoted;
    else if (line[i] == ',' && !quoted)
      cells.emplace_back();
    else
      cells.back() += line[i];
  }
  return cells;
}

TEST(PublishedNetworks, HaveTheirParametersAndMacs) {
  std::ifstream file(FLASH_SOURCE_DIR "/data/published_networks.csv");
  ASSERT_TRUE(file);
  std::vector<std::string> names;
  int networks = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::vector<std::string> cells = cells_of(line);
    if (names.empty()) {
      names = cells;
      continue;
    }
    ASSERT_EQ(cells.size(), names.size()) << line;
    std::map<std::string, std::string> row;
    for (std::size_t i = 0; i < names.size(); ++i) row[names[i]] = cells[i];
    const Space space(SpaceDefinition{
        row["family"], Json::parse(row["settings"]), {3, std::stoi(row["side"]), std::stoi(row["classes"])}});
    const Point point = parse_network(space, row["network"]);
    EXPECT_EQ(network_text(space, point).empty(), false);
    for (const Counts& of : {space.counts(point), counts(space.lower(point, 1))}) {
      EXPECT_EQ(of.parameters, std::stoll(row["parameters"])) << row["name"];
      EXPECT_EQ(of.macs, std::stoll(row["macs"])) << row["name"];
    }
    EXPECT_NEAR(static_cast<double>(space.counts(point).macs) / 1e6, std::stod(row["macs_published"]), 1)
        << row["name"];
    ++networks;
  }
  EXPECT_GE(networks, 20);
}

}  // namespace
}  // namespace flash

#include "flash/job/report.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace flash {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Table compare_table() {
  using Texts = std::vector<std::string>;
  using Numbers = std::vector<double>;
  using Integers = std::vector<std::int64_t>;
  Table table;
  table.path = "compare";
  table.columns = {{"method", "", "", Texts{"random", "random", "random", "shgo"}},
                   {"constraints", "", "", Texts{"none", "none", "none", "none"}},
                   {"found", "1", "", Integers{1, 1, 1, 0}},
                   {"objective", "1", "", Numbers{1, 3, 2, nan}},
                   {"gap", "1", "", Numbers{0.5, 0.1, 0.2, nan}},
                   {"evaluations", "1", "", std::vector<std::uint64_t>{10, 20, 30, 40}},
                   {"seconds", "s", "", Numbers{1, 2, 3, 4}},
                   {"speedup_rl", "1", "", Numbers{nan, nan, nan, nan}},
                   {"speedup_exhaustive", "1", "", Numbers{nan, nan, nan, nan}}};
  return table;
}

TEST(Report, AnEmptyArchiveIsNoError) {
  const ArchiveContents empty;
  EXPECT_FALSE(report_text(empty).empty());
  const Json json = report_json(empty);
  EXPECT_TRUE(json.at("samples").empty());
  EXPECT_TRUE(json.at("predictor").is_null());
  EXPECT_TRUE(json.at("rows").empty());
}

TEST(Report, ShowsMediansOverSeeds) {
  ArchiveContents archive;
  archive.tables.push_back(compare_table());
  const std::string text = report_text(archive);
  const std::size_t line = text.find("none         random");
  ASSERT_NE(line, std::string::npos) << text;
  const std::string row = text.substr(line, text.find('\n', line) - line);
  EXPECT_NE(row.find(" 2 "), std::string::npos) << row;   // the median objective
  EXPECT_NE(row.find(" 20 "), std::string::npos) << row;  // of gap in percent, and of evaluations
}

TEST(Report, JsonHasNullForWhatIsAbsent) {
  ArchiveContents archive;
  archive.tables.push_back(compare_table());
  const Json json = report_json(archive);
  ASSERT_EQ(json.at("rows").size(), 4u);
  EXPECT_EQ(json.at("rows")[1].at("objective"), 3.0);
  EXPECT_TRUE(json.at("rows")[3].at("objective").is_null());
  EXPECT_TRUE(Json::accept(json.dump()));
}

}  // namespace
}  // namespace flash

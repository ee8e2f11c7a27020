#include "flash/report/report.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <sstream>

#include "flash/search/models.hpp"
#include "flash/space/families/families.hpp"

namespace flash {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
using Texts = std::vector<std::string>;
using Numbers = std::vector<double>;

ArchiveContents compared() {
  Table rows{"compare",
             {},
             {{"method", "", "", Texts{"random", "shgo"}},
              {"objective", "1", "", Numbers{3, nan}},
              {"evaluations", "1", "", std::vector<std::uint64_t>{10, 40}}}};
  Table summary{"compare/summary",
                {},
                {{"constraints", "", "", Texts{"none", "none", "none", "tight"}},
                 {"method", "", "", Texts{"random", "evolution", "shgo", "random"}},
                 {"optimum", "1", "", Numbers{0.5, 0.5, 0.5, nan}},
                 {"runs", "1", "", std::vector<std::uint64_t>{3, 3, 1, 3}},
                 {"found", "1", "", std::vector<std::uint64_t>{3, 3, 1, 0}},
                 {"within_1pc", "1", "", std::vector<std::uint64_t>{0, 2, 1, 0}},
                 {"speedup_rl_bounds", "1", "", std::vector<std::uint64_t>{0, 0, 1, 0}}}};
  const std::vector<std::pair<const char*, Numbers>> medians{{"objective", {0.25, 0.45, 0.5, nan}},
                                                             {"gap", {0.5, 0.1, 1e-16, nan}},
                                                             {"gap_random", {0.9, 0.25, 1e-16, nan}},
                                                             {"evaluations", {20, 30, 40, 50}},
                                                             {"seconds", {1, 2, 3, 4}},
                                                             {"evaluations_1pc", {nan, 7, 8, nan}},
                                                             {"seconds_1pc", {nan, 0.7, 0.8, nan}},
                                                             {"speedup_rl", {1.5, 2.5, 96, nan}},
                                                             {"speedup_exhaustive", {nan, nan, nan, nan}}};
  for (const auto& [name, values] : medians) {
    Numbers low = values, high = values;
    for (double& value : low) value *= 0.5;
    for (double& value : high) value *= 2;
    summary.columns.push_back({std::string(name) + "_q1", "1", "", low});
    summary.columns.push_back({std::string(name) + "_median", "1", "", values});
    summary.columns.push_back({std::string(name) + "_q3", "1", "", high});
  }
  Table constraints{"constraints",
                    {},
                    {{"name", "", "", Texts{"none", "tight"}},
                     {"accuracy_min", "1", "", Numbers{-infinity, 0.9}},
                     {"latency_max_ms", "ms", "", Numbers{infinity, 0.125}}}};
  ArchiveContents archive;
  archive.tables = {constraints, rows, summary};
  return archive;
}

std::vector<std::string> words(const std::string& line) {
  std::istringstream stream(line);
  return {std::istream_iterator<std::string>(stream), {}};
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) all.push_back(line);
  return all;
}

TEST(Report, AnEmptyArchiveIsNoError) {
  const ArchiveContents empty;
  EXPECT_FALSE(report_text(empty).empty());
  const Json json = report_json(empty);
  EXPECT_TRUE(json.at("samples").empty());
  EXPECT_TRUE(json.at("predictor").is_null());
  EXPECT_TRUE(json.at("rows").empty());
  EXPECT_TRUE(json.at("summary").empty());
}

TEST(Report, IdsAndCountsAboveTwoToTheFiftyThird) {
  using Counts = std::vector<std::uint64_t>;
  ArchiveContents archive;
  archive.tables = {{"samples",
                     {},
                     {{"id", "1", "", Counts{9007199254740993}},
                      {"state", "", "", Texts{"failed"}},
                      {"error", "", "", Texts{"out of memory"}}}},
                    {"sweep",
                     {},
                     {{"constraints", "", "", Texts{"none", "none"}},
                      {"count", "1", "", Counts{9007199254740993, 2}},
                      {"feasible", "1", "", Counts{9007199254740995, 2}}}},
                    {"sweep/top",
                     {},
                     {{"constraints", "", "", Texts{"none"}},
                      {"rank_order", "1", "", Counts{1}},
                      {"id", "1", "", Counts{9223372036854775807}}}}};
  const std::string text = report_text(archive);
  for (const char* number :
       {"network 9007199254740993:", " 9007199254740995 ", " 9007199254740997 ", " 9223372036854775807 "})
    EXPECT_NE(text.find(number), std::string::npos) << number << "\n" << text;
}

TEST(Report, ATableASetWithTheBestMethodFirst) {
  const auto text = lines(report_text(compared(), {.quartiles = true}));
  std::size_t at = 0;
  while (at < text.size() && !text[at].starts_with("Constraints none")) ++at;
  ASSERT_LT(at + 17, text.size());
  EXPECT_EQ(text[at], "Constraints none; optimum of the models, proven: 0.5");
  EXPECT_EQ(words(text[at + 3]),
            (Texts{"shgo", "1/1", "0.5", "0", "0", "40", "3", "1/1", "8", "0.8", ">96"}));
  EXPECT_EQ(words(text[at + 4]),
            (Texts{"evolution", "3/3", "0.45", "10", "25", "30", "2", "2/3", "7", "0.7", "2.5"}));
  EXPECT_EQ(words(text[at + 5]),
            (Texts{"quartile", "1", "0.225", "5", "12.5", "15", "1", "3.5", "0.35", "1.25"}));
  EXPECT_EQ(words(text[at + 6]), (Texts{"quartile", "3", "0.9", "20", "50", "60", "4", "14", "1.4", "5"}));
  EXPECT_EQ(words(text[at + 7]),
            (Texts{"random", "3/3", "0.25", "50", "90", "20", "1", "0/3", "-", "-", "1.5"}));
  EXPECT_EQ(
      text[at + 11],
      "Constraints tight: accuracy >= 0.9, latency <= 0.125 ms; by the models nothing meets them: proven");
  EXPECT_EQ(words(text[at + 14]), (Texts{"random", "0/3", "-", "-", "-", "50", "4", "0/3", "-", "-", "-"}));
  EXPECT_NE(text[at + 17].find("REINFORCE never came that far"), std::string::npos);
  for (const std::string& line : text) EXPECT_LE(line.size(), 100u) << line;
}

TEST(Report, HasMediansAloneUnlessQuartilesAreAskedFor) {
  const std::string text = report_text(compared());
  EXPECT_EQ(text.find("quartile 1"), std::string::npos);
  EXPECT_NE(text.find("evolution"), std::string::npos);
}

TEST(Report, ColumnsStandBelowEachOther) {
  const auto text = lines(report_text(compared(), {.quartiles = true}));
  std::size_t at = 0;
  while (!text.at(at).starts_with("Constraints none")) ++at;
  for (std::size_t line = at + 3; line < at + 10; ++line) EXPECT_EQ(text[line].size(), text[at + 2].size());
}

TEST(Report, SaysWhereThePredictorDoesNotHold) {
  ArchiveContents archive;
  archive.tables = {{"predictor",
                     {},
                     {{"predictor", "", "", Texts{"nn_degree.links", "macs"}},
                      {"used", "1", "", std::vector<std::int64_t>{1, 0}},
                      {"b", "1", "", Numbers{40, -40}},
                      {"rmse_loo", "1", "", Numbers{0.05, 0.2}},
                      {"rmse_loo_mean", "1", "", Numbers{0.114, 0.114}},
                      {"spearman", "1", "", Numbers{0.9, -0.9}},
                      {"samples", "1", "", std::vector<std::uint64_t>{25, 25}}}}};
  EXPECT_EQ(report_text(archive).find("Warning"), std::string::npos);
  EXPECT_NE(report_text(archive).find("11.4"), std::string::npos);  // the mean, among the rivals
  EXPECT_TRUE(report_json(archive).at("warnings").empty());
  std::get<Numbers>(archive.tables[0].columns[3].values)[0] = 0.134;
  EXPECT_NE(report_text(archive).find("Warning: the accuracy predictor does not hold"), std::string::npos);
  const Json json = report_json(archive);
  ASSERT_EQ(json.at("warnings").size(), 1u);
  EXPECT_NE(json.at("warnings")[0].get<std::string>().find("13.4 against 11.4 points"), std::string::npos);
  EXPECT_EQ(json.at("predictor").at("rmse_loo_mean"), 0.114);
}

TEST(Report, CallsNothingProvenByAPredictorThatDoesNotBeatTheMean) {
  ArchiveContents archive = compared();
  EXPECT_NE(report_text(archive).find("proven"), std::string::npos);
  archive.tables.push_back({"predictor",
                            {},
                            {{"predictor", "", "", Texts{"additive"}},
                             {"used", "1", "", std::vector<std::int64_t>{1}},
                             {"b", "1", "", Numbers{1e4}},
                             {"rmse_loo", "1", "", Numbers{0.12}},
                             {"rmse_loo_mean", "1", "", Numbers{0.114}},
                             {"spearman", "1", "", Numbers{0.1}},
                             {"samples", "1", "", std::vector<std::uint64_t>{25}}}});
  const std::string text = report_text(archive);
  EXPECT_EQ(text.find("proven"), std::string::npos);
  EXPECT_NE(text.find("predict accuracy no better than the mean"), std::string::npos);
  EXPECT_NE(text.find("train more networks"), std::string::npos);
  EXPECT_EQ(text.find("NN-Degree"), std::string::npos);  // an additive score is none
}

TEST(Report, WarnsOfTheModelsThatItHolds) {
  Models models;
  models.space = find_preset("shapes-mini")->definition;
  models.metrics[Metric::latency] = MetricModel{1, {{"layers", 0.1}}};
  models.metrics[Metric::latency]->support = FitSupport{{{1e-6}, {2e-6}}, 0.01, 2, {1, 0, 0, 1}};
  ArchiveContents archive;
  archive.attributes = {{"models", to_json(models).dump()}};
  EXPECT_NE(report_text(archive).find("Warning: no network of the space lies within"), std::string::npos);
  EXPECT_EQ(report_json(archive).at("warnings").size(), 1u);
}

TEST(Report, JsonHasNullForWhatIsAbsent) {
  const Json json = report_json(compared());
  ASSERT_EQ(json.at("rows").size(), 2u);
  EXPECT_EQ(json.at("rows")[0].at("objective"), 3.0);
  EXPECT_TRUE(json.at("rows")[1].at("objective").is_null());
  ASSERT_EQ(json.at("summary").size(), 4u);
  EXPECT_EQ(json.at("summary")[1].at("gap_median"), 0.1);
  EXPECT_TRUE(json.at("summary")[0].at("seconds_1pc_median").is_null());
  EXPECT_TRUE(Json::accept(json.dump()));
}

}  // namespace
}  // namespace flash

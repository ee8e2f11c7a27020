// Networks in words, as JSON and as columns.
#include "flash/space/network_text.hpp"

#include <map>

#include "family_case.hpp"

namespace flash {
namespace {

class NetworkTexts : public test::FamilyTest {};
INSTANTIATE_TEST_SUITE_P(All, NetworkTexts, test::all_families(), test::name_of);

std::string text_of(const Json& value) {
  if (!value.is_array()) return value.is_string() ? value.get<std::string>() : value.dump();
  std::string text;
  for (const Json& each : value) text.append(text.empty() ? "" : ",").append(text_of(each));
  return text;
}

// Older names of axes, each with its present one.
std::map<std::string, std::string> aliases(const Space& space) {
  std::map<std::string, std::string> names;
  const auto add = [&](std::span<const Axis> axes) {
    for (const Axis& axis : axes)
      if (!axis.alias.empty()) names[axis.alias] = axis.name;
  };
  add(space.geometry().shape_axes());
  for (const Stratum& stratum : space.strata())
    for (const Slot& slot : stratum.slots) add(space.geometry().slot_axes(slot.kind));
  return names;
}

// "name=value" of each axis, by their present or by their older names.
std::vector<std::string> fields(const Space& space, const Point& point, bool older_names) {
  const std::map<std::string, std::string> older = aliases(space);
  std::set<std::string> renamed;
  for (const auto& [alias, name] : older) renamed.insert(name);
  std::vector<std::string> list;
  const Json json = network_json(space, point);
  for (const auto& [name, value] : json.items())
    if (older_names ? !renamed.contains(name) : !older.contains(name))
      list.push_back(name + "=" + text_of(value));
  return list;
}

std::string joined(const std::vector<std::string>& fields) {
  std::string text;
  for (const std::string& field : fields) text.append(text.empty() ? "" : " ").append(field);
  return text;
}

std::string refusal(const Space& space, const std::string& text) {
  try {
    parse_network(space, text);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::usage);
    const std::string line = error.what();
    const std::string begin = "the network is not in the space: ";
    EXPECT_THAT(line, testing::StartsWith(begin));
    EXPECT_EQ(line.find('\n'), std::string::npos);
    return line.substr(std::min(line.size(), begin.size()));
  }
  return "accepted";
}

TEST_P(NetworkTexts, ComeBack) {
  for (int i = 0; i < 50; ++i) {
    const Point point = draw();
    const std::string text = network_text(space, point);
    ASSERT_EQ(parse_network(space, text), point) << text;
    std::vector<std::string> list = fields(space, point, false);
    EXPECT_EQ(joined(list), text);
    ASSERT_EQ(parse_network(space, joined(fields(space, point, true))), point);
    std::ranges::reverse(list);
    ASSERT_EQ(parse_network(space, "  " + joined(list) + " "), point) << "in another order, with blanks";
  }
}

TEST_P(NetworkTexts, ComeBackAsColumns) {
  const std::vector<NetworkColumn> columns = network_columns(space);
  std::set<std::string> names;
  for (const NetworkColumn& column : columns) {
    EXPECT_TRUE(names.insert(column.name).second) << column.name;
    EXPECT_FALSE(column.doc.empty()) << column.name;
  }
  for (int i = 0; i < 50; ++i) {
    const Point point = draw();
    const std::vector<std::string> values = network_values(space, point);
    ASSERT_EQ(values.size(), columns.size());
    for (std::size_t c = 0; c < columns.size(); ++c)
      if (columns[c].integer && !values[c].empty()) {
        EXPECT_EQ(std::to_string(std::stoll(values[c])), values[c]);
      }
    ASSERT_EQ(network_of_values(space, values), point) << network_text(space, point);
  }
}

TEST_P(NetworkTexts, ThatAreWrongAreRefused) {
  const Point point = draw();
  const std::vector<std::string> right = fields(space, point, false);
  ASSERT_EQ(refusal(space, joined(right)), "accepted");
  for (std::size_t f = 0; f < right.size(); ++f) {
    const std::string name = right[f].substr(0, right[f].find('='));
    std::vector<std::string> wrong = right;
    wrong.erase(wrong.begin() + static_cast<std::ptrdiff_t>(f));
    EXPECT_EQ(refusal(space, joined(wrong)), "it has no " + name);
    wrong = right;
    wrong.push_back(right[f]);
    EXPECT_EQ(refusal(space, joined(wrong)), name + " is given twice");
    wrong = right;
    wrong[f] = name + "=no-such";
    EXPECT_THAT(refusal(space, joined(wrong)), testing::StartsWith(name + " no-such is not one of "));
    wrong[f] = name + "=";
    EXPECT_THAT(refusal(space, joined(wrong)), testing::HasSubstr(" is not one of "));
    wrong[f] = name;
    EXPECT_THAT(refusal(space, joined(wrong)),
                testing::StartsWith("'" + name + "' is not an axis with its value, such as "));
    wrong[f] = right[f] + std::string(20, ',');
    EXPECT_THAT(refusal(space, joined(wrong)), testing::StartsWith(name + " has "));
    wrong = right;
    wrong.push_back("no_such_axis_at_all=1");
    EXPECT_EQ(refusal(space, joined(wrong)), "it has no axis 'no_such_axis_at_all'");
  }
}

TEST(NetworkText, IsAsItIsWritten) {
  const Space space(find_preset("shapes-mini")->definition);
  const std::string text = "wm=2 depth=5 tc=3,0,12";
  const Point point = parse_network(space, text);
  EXPECT_EQ(network_text(space, point), text);
  EXPECT_EQ(space.stratum(point).shape, (std::vector<int>{1, 2}));
  EXPECT_EQ(point.options, (std::vector<std::int64_t>{3, 0, 12}));
  EXPECT_EQ(network_json(space, point),
            Json::parse(R"({"wm": 2, "depth": 5, "skips": [3, 0, 12], "tc": [3, 0, 12]})"));
  EXPECT_THAT(network_values(space, point), testing::ElementsAre("2", "5", "3", "0", "12"));
  std::vector<std::string> names;
  for (const NetworkColumn& column : network_columns(space)) names.push_back(column.name);
  EXPECT_THAT(names, testing::ElementsAre("wm", "depth", "tc_0", "tc_1", "tc_2"));
  // One value for several that are alike.
  EXPECT_EQ(parse_network(space, "tc=7 wm=1 depth=4"), parse_network(space, "wm=1 depth=4 tc=7,7,7"));
}

TEST(NetworkText, HasADepthForEachCellWhereTheSpaceHas) {
  const Space space(find_preset("cifar-small")->definition);
  const std::string text = "wm=1 depth=4,10,7 tc=8,0,80";
  const Point point = parse_network(space, text);
  EXPECT_EQ(network_text(space, point), text);
  EXPECT_EQ(space.stratum(point).shape, (std::vector<int>{0, 0, 6, 3}));
  EXPECT_EQ(network_json(space, point),
            Json::parse(R"({"wm": 1, "depth": [4, 10, 7], "skips": [8, 0, 80], "tc": [8, 0, 80]})"));
  std::vector<std::string> names;
  for (const NetworkColumn& column : network_columns(space)) names.push_back(column.name);
  EXPECT_THAT(names, testing::ElementsAre("wm", "depth_0", "depth_1", "depth_2", "tc_0", "tc_1", "tc_2"));
  EXPECT_EQ(parse_network(space, "wm=1 depth=5 tc=0"), parse_network(space, "wm=1 depth=5,5,5 tc=0,0,0"));
}

TEST(NetworkText, SaysWhatIsWrong) {
  const Space space(find_preset("shapes-mini")->definition);
  EXPECT_EQ(refusal(space, ""), "it has no wm");
  EXPECT_EQ(refusal(space, "wm=1 tc=0"), "it has no depth");
  EXPECT_EQ(refusal(space, "wm=1 dept=5 tc=0"), "it has no axis 'dept'; did you mean depth?");
  EXPECT_EQ(refusal(space, "wm=1 depth=5 width=3 tc=0"), "it has no axis 'width'");
  EXPECT_EQ(refusal(space, "wm=9 depth=5 tc=0"), "wm 9 is not one of 1, 2");
  EXPECT_EQ(refusal(space, "wm=1 depth=2 tc=0"), "depth 2 is not one of 3, 4, 5, 6, 7");
  EXPECT_EQ(refusal(space, "wm=1 depth=5 tc=0,x,0"), "tc x is not one of 0, 1, ...");
  EXPECT_EQ(refusal(space, "wm=1 depth=5 tc=0,-1,0"), "tc -1 is not one of 0, 1, ...");
  EXPECT_EQ(refusal(space, "wm=1 depth=5 tc=0,99999999999999999999,0"),
            "tc 99999999999999999999 is not one of 0, 1, ...");
  EXPECT_EQ(refusal(space, "wm=1 depth=3 tc=0,9,0"), "tc 9 of cell 1 is more than its 8");
  EXPECT_EQ(refusal(space, "wm=1 depth=3 tc=0,9223372036854775807,0"),
            "tc 9223372036854775807 of cell 1 is more than its 8");
  EXPECT_EQ(refusal(space, "wm=1 depth=5 tc=0,0,0,0"), "tc has 4 values, not 3");
  EXPECT_EQ(refusal(space, "wm=1 depth=5 tc=0,0"), "tc has 2 values, not 3");
  EXPECT_EQ(refusal(space, "wm=1,2 depth=5 tc=0"), "wm has 2 values, not 1");
  EXPECT_EQ(refusal(space, "wm=1 depth=5 tc=0 wm=1"), "wm is given twice");
  EXPECT_EQ(refusal(space, "wm=1 depth=5 tc=0 skips=0"), "tc is given twice");
  EXPECT_EQ(refusal(space, "wm=1 depth 5 tc=0"), "'depth' is not an axis with its value, such as wm=...");
}

}  // namespace
}  // namespace flash

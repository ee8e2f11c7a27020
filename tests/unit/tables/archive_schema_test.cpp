// Tables as data: how one is described, what of it is written, and the files that are made from all of them.
#include <gtest/gtest.h>

#include <set>

#include "flash/archive/archive.hpp"
#include "flash/core/file.hpp"
#include "flash/space/families/families.hpp"
#include "flash/tables/archive_tables.hpp"

namespace flash {
namespace {

const std::string analysis = FLASH_SOURCE_DIR "/analysis/";
const std::string remedy = "python3 analysis/schema.py build/bin/flash writes it anew";

TEST(ArchiveSchema, TheValidatorsIsWhatFlashPrints) {
  EXPECT_EQ(read_file(analysis + "flash_analysis/schema.json"), archive_schema_json().dump(2) + "\n")
      << remedy;
}

TEST(ArchiveSchema, TheWrittenFormatIsWhatFlashPrints) {
  const std::string format = read_file(analysis + "FORMAT.md");
  EXPECT_TRUE(format.ends_with("\n" + archive_schema_text())) << remedy;
  EXPECT_TRUE(format.starts_with(std::string("# The archive format, version ") + archive_format_version));
}

TEST(ArchiveSchema, PathsAndColumnsAreNamedOnceAndDescribed) {
  const std::set<std::string> types{"i64", "u64", "f64", "str", "id"};
  std::set<std::string> paths;
  for (const ArchiveTable& table : archive_tables()) {
    EXPECT_TRUE(paths.insert(table.path).second) << table.path;
    EXPECT_FALSE(table.meaning.empty()) << table.path;
    std::set<std::string> columns;
    for (const ColumnDescription& column : table.columns) {
      SCOPED_TRACE(table.path + "/" + column.name);
      EXPECT_TRUE(columns.insert(column.name).second);
      EXPECT_FALSE(column.meaning.empty());
      EXPECT_EQ(column.meaning.find('|'), std::string::npos) << "it stands in a Markdown table";
      EXPECT_TRUE(types.contains(column.type));
      EXPECT_EQ(column.units.empty(), column.type == "str");
      EXPECT_TRUE(column.choices.empty() || column.type == "str");
    }
  }
}

class ATable : public testing::Test {
 protected:
  ATable() {
    job_.space = find_preset("mnist-mlp")->definition;
    space_.emplace(job_.space);
    source_.emplace(ArchiveSource{.job = job_, .space = *space_, .results = results_});
  }
  Job job_;
  Results results_;
  std::optional<Space> space_;
  std::optional<TableSource> source_;
};

TEST_F(ATable, HasTheColumnsOfItsDescription) {
  const ArchiveTable table =
      TableOf<int>("toys", "Toys.",
                   [](const TableSource&) {
                     return std::vector<int>{1, -2};
                   })
          .attributes([](const TableSource&) {
            return Attributes{{"colour", "red"}};
          })
          .column("whole", "1", "i64", [](const int& n) { return n; })
          .column("truth", "1", "i64", [](const int& n) { return n > 0; })
          .column("count", "1", "u64", [](const int& n) { return static_cast<unsigned>(n * n); })
          .column("real", "ms", "f64", [](const int& n) { return n / 2.0; })
          .column("text", "", "str", [](const int& n) { return n > 0 ? "up" : "down"; })
          .choices({"up", "down"})
          .column("size", "1", "u64", [](const int&, const TableSource& s) { return s.space.size(); })
          .since("2.0")
          .build();
  const std::optional<Table> made = table.make(*source_);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->path, "toys");
  EXPECT_EQ(made->attributes, (Attributes{{"colour", "red"}}));
  ASSERT_EQ(made->columns.size(), table.columns.size());
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    EXPECT_EQ(made->columns[i].name, table.columns[i].name);
    EXPECT_EQ(made->columns[i].units, table.columns[i].units);
    EXPECT_EQ(made->columns[i].long_name, table.columns[i].meaning);
    EXPECT_EQ(table.columns[i].type, table.columns[i].meaning);
  }
  const auto column = [&](const char* name) { return made->find(name)->values; };
  EXPECT_EQ(column("whole"), ColumnValues(std::vector<std::int64_t>{1, -2}));
  EXPECT_EQ(column("truth"), ColumnValues(std::vector<std::int64_t>{1, 0}));
  EXPECT_EQ(column("count"), ColumnValues(std::vector<std::uint64_t>{1, 4}));
  EXPECT_EQ(column("real"), ColumnValues(std::vector<double>{0.5, -1}));
  EXPECT_EQ(column("text"), ColumnValues(std::vector<std::string>{"up", "down"}));
  EXPECT_EQ(column("size"), ColumnValues(std::vector<std::uint64_t>{22428, 22428}));
  EXPECT_EQ(table.columns[4].choices, (std::vector<std::string>{"up", "down"}));
  EXPECT_EQ(table.columns[5].since, "2.0");
  EXPECT_EQ(table.columns[4].since, "1.0");
}

TEST_F(ATable, LeavesOptionalColumnsOutWhereNoRowHasAFigure) {
  const auto made = [&](double figure) {
    return TableOf<double>("toys", "Toys.",
                           [=](const TableSource&) {
                             return std::vector<double>{absent, figure};
                           })
        .column("plain", "1", "f64", [](const double& v) { return v; })
        .column("rare", "1", "f64", [](const double& v) { return v; })
        .optional()
        .build()
        .make(*source_);
  };
  EXPECT_EQ(made(absent)->columns.size(), 1u);
  EXPECT_EQ(made(0.5)->columns.size(), 2u);
}

TEST_F(ATable, HasIdsAsIntegersOrWhereTheyHaveMoreThan63BitsAsDigits) {
  const NetworkId word = NetworkId{1} << 64;
  const ArchiveTable table = TableOf<NetworkId>("toys", "Toys.", [=](const TableSource& s) {
                               return s.space.numbered() ? std::vector<NetworkId>{17, word - 1}
                                                         : std::vector<NetworkId>{17, 53 * word + 1};
                             }).column("id", "1", "id", [](const NetworkId& id) {
                                 return id;
                               }).build();
  EXPECT_EQ(table.columns[0].type, "id");
  const auto values = [&](const TableSource& source) { return table.make(source)->columns[0].values; };
  EXPECT_EQ(values(*source_), ColumnValues(std::vector<std::uint64_t>{17, ~std::uint64_t{0}}));
  const Space fbnet(find_preset("fbnet")->definition);
  const TableSource many(ArchiveSource{.job = job_, .space = fbnet, .results = results_});
  EXPECT_EQ(values(many), ColumnValues(std::vector<std::string>{"17", "977677435906606235649"}));
}

TEST_F(ATable, MayBeThereOnlyWhereThereIsSomethingToSay) {
  const auto none = [](const TableSource&) { return std::vector<int>(); };
  const auto value = [](const int& n) { return n; };
  EXPECT_TRUE(TableOf<int>("t", "", none).column("n", "1", "", value).build().make(*source_));
  EXPECT_FALSE(
      TableOf<int>("t", "", none).only_with_rows().column("n", "1", "", value).build().make(*source_));
  const auto never = [](const TableSource&) { return false; };
  EXPECT_FALSE(
      TableOf<int>("t", "", none).only_where(never).column("n", "1", "", value).build().make(*source_));
}

TEST_F(ATable, OfTheTargetHasItsName) {
  job_.hardware.target = "imc";
  const ArchiveContents contents = archive_contents(*source_);
  EXPECT_NE(contents.find("hardware/imc"), nullptr);
  EXPECT_NE(contents.find("hardware/imc/layers"), nullptr);
  EXPECT_EQ(contents.find("sweep"), nullptr);
  job_.hardware.target = "host";
  EXPECT_EQ(archive_contents(*source_).find("hardware/host/layers"), nullptr);
}

// What flash writes of every table that a run without results has is what the schema says.
TEST_F(ATable, IsWrittenAsTheSchemaSays) {
  const Json schema = archive_schema_json();
  const ArchiveContents contents = archive_contents(*source_);
  EXPECT_GE(contents.tables.size(), 5u);
  for (const Table& table : contents.tables) {
    const auto described = std::ranges::find_if(archive_tables(), [&](const ArchiveTable& t) {
      return t.path == table.path || (t.path == "hardware/TARGET" && table.path == "hardware/host");
    });
    ASSERT_NE(described, archive_tables().end()) << table.path;
    const auto left_out = std::ranges::count_if(described->columns, [&](const ColumnDescription& c) {
      return c.optional && table.find(c.name) == nullptr;
    });
    EXPECT_EQ(described->columns.size(), table.columns.size() + static_cast<std::size_t>(left_out))
        << table.path;
  }
  ASSERT_EQ(schema.at("attributes").size(), contents.attributes.size() + 2);
  for (std::size_t i = 0; i < contents.attributes.size(); ++i) {
    const Json& attribute = schema.at("attributes")[i + 2];
    EXPECT_EQ(attribute.at("name"), contents.attributes[i].first);
    EXPECT_EQ(attribute.at("type"),
              std::holds_alternative<std::string>(contents.attributes[i].second) ? "str" : "i64");
  }
}

}  // namespace
}  // namespace flash

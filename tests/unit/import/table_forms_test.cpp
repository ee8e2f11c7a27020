// Tables as programs, spreadsheets and people write them.
#include <cmath>

#include "table_case.hpp"

namespace flash {
namespace {

using testing::HasSubstr;

class TableForms : public test::TableCase {
 protected:
  static std::string utf16(const std::string& ascii, bool big_endian) {
    std::string bytes = big_endian ? "\xFE\xFF" : "\xFF\xFE";
    for (const char c : ascii) bytes += big_endian ? std::string{'\0', c} : std::string{c, '\0'};
    return bytes;
  }
};

TEST_F(TableForms, MaySeparateCellsBySemicolonsTabsAndBars) {
  for (const char separator : {',', ';', '\t', '|'}) {
    std::string text = "id,name,latency_ms\n17,\"a,b;c\td|e\",2.5\n";
    std::replace(text.begin(), text.begin() + 23, ',', separator);
    text[text.size() - 5] = separator;
    EXPECT_EQ(latency(text), 2.5) << separator;
  }
  EXPECT_EQ(latency("id;latency_ms;note, a long one\n17;2.5;\n"), 2.5);
  EXPECT_THAT(refusal("id latency_ms\n17 2.5\n"),
              HasSubstr("but only 'id latency_ms': columns are separated by"));
  EXPECT_THAT(refusal("id;latency_ms\n17,2.5\n"), HasSubstr(":2: has 1 cells, but the first row names 2"));
}

TEST_F(TableForms, MayBeginWithALineForExcel) {
  EXPECT_EQ(latency("sep=;\r\nid;latency_ms;a,b,c,d\r\n17;2.5;\r\n"), 2.5);
  EXPECT_EQ(latency("\xEF\xBB\xBF\"sep=,\"\nid,latency_ms\n17,2.5\n"), 2.5);
  EXPECT_EQ(latency("sep=\t\nid\tlatency_ms\n17\t2.5\n"), 2.5);
}

TEST_F(TableForms, MayHaveDecimalCommas) {
  EXPECT_EQ(latency("id;latency_ms\n17;0,35\n"), 0.35);
  EXPECT_EQ(latency("id,latency_ms\n17,\"12,5\"\n"), 12.5);
  EXPECT_EQ(latency("id;latency_ms\n17;1,5e-3\n"), 1.5e-3);
  EXPECT_EQ(latency("id;latency_ms\n17;0,352\n"), 0.352);
  // One cell says of another what its comma is.
  const auto rows = read("id;latency_ms\n17;1,234\n18;0,9\n19;2\n");
  EXPECT_EQ(rows[0].metrics[Metric::latency], 1.234);
  EXPECT_EQ(rows[2].metrics[Metric::latency], 2);
  EXPECT_THAT(refusal("id;latency_ms\n17;1,234\n"), HasSubstr("holds '1,234', which may be 1.234 or"));
  EXPECT_THAT(refusal("id;latency_ms\n17;0,35\n18;1.234\n"),
              HasSubstr(":3: column 'latency_ms' holds '1.234', with a point"));
  EXPECT_THAT(refusal("id,latency_ms,\n17,1,35\n"),
              HasSubstr(":2: holds '35' in column 3, which has no name"));
  EXPECT_THAT(refusal("id,latency_ms\n17,1,35\n"), HasSubstr(":2: has 3 cells"));
}

TEST_F(TableForms, HaveNoThousandsSeparatorsPercentagesOrWords) {
  for (const char* bad : {"1,234.5", "1.234,5", "1,234,567", "1 234", "1'234", "5%", "n/a", "-", "NaN", "inf",
                          "1e400", "1_000", "0x10", "1.2.3", "2.5 ms", "#DIV/0!", "1.5\n2"})
    EXPECT_THAT(refusal("id;latency_ms\n17;\"" + std::string(bad) + "\"\n"),
                HasSubstr("column 'latency_ms' holds '"))
        << bad;
  EXPECT_THAT(refusal("id,latency_ms\n17," + std::string(100'000, '9') + "x\n"),
              testing::SizeIs(testing::Lt(300)));
}

TEST_F(TableForms, HaveIdsAsSpreadsheetsWriteThem) {
  for (const char* id : {"17", "17.0", "17.00", "017", "\" 17 \"", "\u00A017"})
    EXPECT_EQ(read("id,latency_ms\n" + std::string(id) + ",1\n")[0].network, space.point(17)) << id;
  EXPECT_EQ(read("id;latency_ms\n17,0;1,5\n")[0].network, space.point(17));
  for (const char* id :
       {"1.7e1", "1,70E+01", "1.000", "\"1,000\"", "1 000", "17.5", "-17", "+17", "", "0x11", "17a"})
    EXPECT_THAT(refusal("id;latency_ms\n" + std::string(id) + ";1\n"),
                HasSubstr("where a whole number is needed"))
        << id;
  EXPECT_THAT(refusal("id,latency_ms\n1E+03,1\n"), HasSubstr("a spreadsheet has shortened it"));
}

TEST_F(TableForms, MayBeInAnyCommonEncoding) {
  const std::string text = "id,latency_ms\n17,2.5\n";
  EXPECT_EQ(latency("\xEF\xBB\xBF" + text), 2.5);
  EXPECT_EQ(latency("\xEF\xBB\xBF\"id\",\"latency_ms\"\r\n\"17\",\"2.5\"\r\n"), 2.5);
  for (const bool big_endian : {false, true}) {
    EXPECT_EQ(latency(utf16(text, big_endian)), 2.5);
    EXPECT_THAT(refusal(utf16(text, big_endian) + "x"), HasSubstr("UTF-16 that ends within a character"));
    EXPECT_THAT(refusal(utf16(text, big_endian).substr(2)), HasSubstr("holds a NUL byte"));
  }
  // The micro sign in UTF-16, in Latin-1 and in UTF-8.
  format.metrics[Metric::latency] = {"t_\u00B5s", "", true};
  EXPECT_EQ(latency("id,t_\xB5s\n17,2500\n"), 2.5);
  EXPECT_EQ(latency("id,t_\u00B5s\n17,2500\n"), 2.5);
  std::string wide = utf16("id,t_?s\n17,2500\n", false);
  wide[2 + 2 * 5] = '\xB5';
  EXPECT_EQ(latency(wide), 2.5);
}

TEST_F(TableForms, MayEndLinesInAnyWay) {
  for (const char* end : {"\n", "\r\n", "\r"}) {
    const std::string e(end);
    EXPECT_EQ(latency("# a board" + e + "id,latency_ms" + e + "17,2.5" + e), 2.5);
    EXPECT_THAT(refusal("# a board" + e + e + "id,latency_ms" + e + "17,fast" + e), HasSubstr(":4: "));
  }
}

TEST_F(TableForms, ThatAreNoTextAreNamed) {
  EXPECT_THAT(refusal(std::string("id,latency_ms\n17,2\0005\n", 21)), HasSubstr(":2: holds a NUL byte"));
  EXPECT_THAT(refusal("PK\x03\x04 and so on"), HasSubstr("save it as CSV"));
  EXPECT_THAT(refusal("\xD0\xCF\x11\xE0 and so on"), HasSubstr("save it as CSV"));
  EXPECT_THAT(refusal("\x1F\x8B and so on"), HasSubstr("gunzip"));
}

TEST_F(TableForms, HaveCommentsAboveTheNamesAlone) {
  EXPECT_EQ(latency("# a \"board\", with; separators\n\n  # two\nid,latency_ms\n17,2.5\n"), 2.5);
  EXPECT_THAT(refusal("id,latency_ms\n#17,1\n18,2\n"),
              HasSubstr(":2: column 'id' holds '#17', where a whole number"));
  EXPECT_THAT(refusal("id,latency_ms\n18,2\n# the end\n"),
              HasSubstr(":3: has 1 cells, but the first row names 2 columns (comments"));
  // What a network is called there is its own affair.
  EXPECT_EQ(latency("name,id,latency_ms\n#1,17,2.5\n"), 2.5);
  EXPECT_THAT(refusal("# id,latency_ms\n17,2.5\n"),
              HasSubstr(":2: has no column 'id', but line 1 does, behind a #"));
  EXPECT_THAT(refusal("#id;latency_ms\n17;2.5\n18;3\n"), HasSubstr("delete the #"));
}

TEST_F(TableForms, MayBeTheEmittedListAsSpreadsheetsSaveIt) {
  const std::string below = "id;latency_ms;energy_mj\r\n17;2.5;\r\n18;;\r\n";
  const auto rows = read(
      "\xEF\xBB\xBF# Networks of job tiny to be measured. Fill in what your device has, delete the "
      "columns;;\r\n"
      "\"# give the file to a job: [hardware] target = \"\"table\"\", file = \"\"...\"\". Rows; are left "
      "out.\";;\r\n"
      ";;\r\n" +
      below + ";;\r\n;;\r\n");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].line, 5);
  EXPECT_EQ(rest.unmeasured, 1u);
  EXPECT_EQ(latency("\"# give, \"\"two\"\"\nlines\",,\n\"id\",latency_ms,\n17,2.5,\n"), 2.5);
}

TEST_F(TableForms, MayHaveEmptyColumns) {
  EXPECT_EQ(latency("id,latency_ms,\n17,2.5,\n"), 2.5);
  EXPECT_EQ(latency("id,latency_ms\n17,2.5,,\n"), 2.5);
  EXPECT_EQ(latency(",id,,latency_ms\n,17,,2.5\n"), 2.5);
  EXPECT_THAT(refusal("id,,latency_ms\n17,x,2.5\n"),
              HasSubstr(":2: holds 'x' in column 2, which has no name"));
}

TEST_F(TableForms, MayHaveMetricsThatNobodyMeasured) {
  EXPECT_TRUE(
      std::isnan(read("id,latency_ms,energy_mj,area_mm2\n17,2.5,,\n18,3,,\n")[0].metrics[Metric::energy]));
  EXPECT_THAT(refusal("id,latency_ms,energy_mj\n17,2.5,\n18,3,4\n"),
              HasSubstr(":2: column 'energy_mj' is empty, but others"));
  format.metrics[Metric::energy].required = true;
  EXPECT_THAT(refusal("id,latency_ms,energy_mj\n17,2.5,\n"),
              HasSubstr(":2: column 'energy_mj' is empty, but others"));
}

TEST_F(TableForms, NameEachColumnOnce) {
  EXPECT_EQ(latency(" ID ,\"Latency_MS\"\n17,2.5\n"), 2.5);
  EXPECT_THAT(refusal("id,Id,latency_ms\n17,18,2.5\n"), HasSubstr("has the column 'id' more than once"));
  EXPECT_THAT(refusal("id,latency_ms,LATENCY_MS \n17,1,2.5\n"),
              HasSubstr("has the column 'latency_ms' more than once"));
  EXPECT_THAT(refusal("Measurements of a board,\nid,latency_ms\n17,1\n"),
              HasSubstr("among 'Measurements of a board, '"));
  format.network = {"wm", "depth", "tc_0", "tc_0", "tc_2"};
  EXPECT_THAT(refusal("wm,depth,tc_0,tc_1,tc_2,latency_ms\n1,5,0,1,2,3\n"),
              HasSubstr("names the column 'tc_0' twice"));
}

}  // namespace
}  // namespace flash

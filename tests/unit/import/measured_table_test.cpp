#include <cmath>

#include "../cell_networks.hpp"
#include "table_case.hpp"

namespace flash {
namespace {

using testing::HasSubstr;

class MeasuredTable : public test::TableCase {};

TEST_F(MeasuredTable, ReadsNetworksByTheirId) {
  const auto rows = read("id,latency_ms\n17,1.5\n3,2e1\n");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].network, space.point(17));
  EXPECT_EQ(rows[1].line, 3);
  EXPECT_EQ(rows[1].metrics[Metric::latency], 20);
  EXPECT_TRUE(std::isnan(rows[1].metrics[Metric::energy]));
  EXPECT_EQ(rest.unmeasured, 0u);
}

TEST_F(MeasuredTable, ReadsNetworksByTheirConfigurationAndConvertsUnits) {
  format.network = configuration_columns(space);
  EXPECT_EQ(format.network, (std::vector<std::string>{"wm", "depth", "tc_0", "tc_1", "tc_2"}));
  format.metrics[Metric::latency] = {"time", "us", true};
  format.metrics[Metric::energy] = {"energy", "j", true};
  const auto rows = read("name,time,energy,tc_2,tc_1,tc_0,depth,wm\nx,2500,0.004,3,2,1,5,2\n");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].network, test::point_of(space, {2, {5, 5, 5}, {1, 2, 3}}));
  EXPECT_DOUBLE_EQ(rows[0].metrics[Metric::latency], 2.5);
  EXPECT_DOUBLE_EQ(rows[0].metrics[Metric::energy], 4);
}

TEST_F(MeasuredTable, ReadsNetworksByTheirFeatures) {
  format.features = {{"macs", "MACs"}, {"parameters", "params"}};
  const auto rows = read("params,MACs,latency_ms\n10,2e6,1\n11,3e6,2\n");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_FALSE(rows[0].network);
  EXPECT_EQ(rows[1].features, (std::vector<double>{3e6, 11}));
  EXPECT_THAT(refusal("params,MACs,latency_ms\n10,2e6,1\n10,2e6,2\n"),
              HasSubstr(":3: the network with features"));
  EXPECT_THAT(refusal("params,MACs,latency_ms\n-10,2e6,1\n"), HasSubstr(":2: column 'params' is negative"));
}

TEST_F(MeasuredTable, TakesWhatSpreadsheetsWrite) {
  const auto rows = read(
      "\xEF\xBB\xBF# measured on a board\r\n\r\n\"id\", latency_ms ,\"note, quoted\"\r\n"
      " 5 ,1.25,\"two\nlines\"\r\n6,1.5,\r\n");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].line, 4);
  EXPECT_EQ(rows[1].line, 6);
  EXPECT_EQ(rows[1].metrics[Metric::latency], 1.5);
}

TEST_F(MeasuredTable, NamesTheColumnsThatAreNotRead) {
  read("id,parameters,macs,latency_ms,enrgy_mj,latency_us,empty,\n" + [&] {
    const auto network = space.point(17);
    std::string stated = "17";
    for (const ListedValue& value : listed_values(space, network))
      if (value.column == "parameters" || value.column == "macs") stated += "," + value.value;
    return stated;
  }() + ",1.5,2,3,,\n");
  EXPECT_EQ(rest.columns, (std::vector<std::string>{"enrgy_mj", "latency_us"}));
}

TEST_F(MeasuredTable, RefusesWhatNoDeviceTakes) {
  for (const char* value : {"1e300", "2e12", "1e-13", "1e-320"})
    EXPECT_THAT(refusal("id,latency_ms\n17," + std::string(value) + "\n"), HasSubstr("beyond any latency"))
        << value;
  EXPECT_EQ(read("id,latency_ms\n17,1e12\n").size(), 1u);
}

TEST_F(MeasuredTable, LeavesOutWhatIsNotMeasuredYet) {
  EXPECT_EQ(read("id,latency_ms,energy_mj\n5,,\n6,1.5,2\n7,,\n").size(), 1u);
  EXPECT_EQ(rest.unmeasured, 2u);
  EXPECT_THAT(refusal("id,latency_ms\n5,\n"), HasSubstr("no network in it has been measured"));
  EXPECT_THAT(refusal("id,latency_ms,energy_mj\n5,1,\n6,1,2\n"),
              HasSubstr(":2: column 'energy_mj' is empty, but others"));
}

TEST_F(MeasuredTable, RefusesBadFilesWithFileLineAndColumn) {
  EXPECT_THAT(refusal(""), HasSubstr("no row"));
  EXPECT_THAT(refusal("id,latency_ms\n"), HasSubstr("no row"));
  EXPECT_THAT(refusal("id,latncy_ms\n1,2\n"),
              HasSubstr(":1: has no column 'latency_ms'; did you mean 'latncy_ms'?"));
  EXPECT_THAT(refusal("network,latency_ms\n1,2\n"), HasSubstr(":1: has no column 'id'"));
  EXPECT_THAT(refusal("id,id,latency_ms\n1,1,2\n"), HasSubstr(":1: has the column 'id' more than once"));
  EXPECT_THAT(refusal("id,latency_ms\n1,2\n2\n"), HasSubstr(":3: has 1 cells"));
  EXPECT_THAT(refusal("id,latency_ms\n1,2\n2,fast\n"), HasSubstr(":3: column 'latency_ms' holds 'fast'"));
  EXPECT_THAT(refusal("id,latency_ms\n1,2\n2,3 ms\n"), HasSubstr(":3: column 'latency_ms' holds '3 ms'"));
  for (const char* number : {"nan", "inf", "1e999"})
    EXPECT_THAT(refusal("id,latency_ms\n1," + std::string(number) + "\n"), HasSubstr("no finite number"));
  EXPECT_THAT(refusal("id,latency_ms\n1,-2\n"), HasSubstr(":2: column 'latency_ms' is -2"));
  EXPECT_THAT(refusal("id,latency_ms\n1,0\n"), HasSubstr("a measurement is positive"));
  EXPECT_THAT(refusal("id,latency_ms\n1,2\n2,3\n1,2\n"), HasSubstr(":4: network 1 stands in line 2 already"));
  EXPECT_THAT(refusal("id,latency_ms\n-1,2\n"), HasSubstr(":2: column 'id' holds '-1'"));
  EXPECT_THAT(refusal("id,latency_ms\n9999999999,2\n"), HasSubstr(":2: id 9999999999 is out of range"));
  EXPECT_THAT(refusal("id,latency_ms\n1,\"2\n"), HasSubstr("not valid CSV"));
  format.network = configuration_columns(space);
  EXPECT_THAT(refusal("wm,depth,tc_0,tc_1,tc_2,latency_ms\n9,5,1,1,1,1\n"), HasSubstr(":2: "));
}

TEST_F(MeasuredTable, RefusesUnitsThatContradictTheColumn) {
  format.metrics[Metric::latency] = {"latency_us", "ms", true};
  EXPECT_THAT(refusal("id,latency_us\n1,2\n"), HasSubstr("seems to be in us, but the job says ms"));
  format.metrics[Metric::latency].unit = "us";
  EXPECT_DOUBLE_EQ(read("id,latency_us\n1,2\n")[0].metrics[Metric::latency], 0.002);
}

TEST_F(MeasuredTable, SaysWhatIsMissing) {
  EXPECT_THROW(read_measured_table("/absent.csv", format, space), Error);
  format.metrics[Metric::area].required = true;
  EXPECT_THAT(refusal("id,latency_ms\n1,2\n"), HasSubstr("no column 'area_mm2'"));
}

TEST_F(MeasuredTable, KnowsTheColumnsThatSayHowItWasMeasured) {
  EXPECT_EQ(latency("id,latency_ms,latency_ms_iqr,rounds,repeats\n400,2.5,0.1,5,25\n"), 2.5);
  EXPECT_TRUE(rest.columns.empty());
  EXPECT_EQ(latency("id,latency_ms,Latency_ms_IQR,runs\n400,2.5,,7\n"), 2.5);
  EXPECT_EQ(rest.columns, std::vector<std::string>{"runs"});
}

}  // namespace
}  // namespace flash

// Tables of many devices: which columns are what, networks in their ways, several files.
#include <cmath>

#include "device_case.hpp"
#include "flash/import/space_encoding.hpp"

namespace flash::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Names = std::vector<std::string>;

class DeviceTablesRead : public DeviceCase {};

TEST_F(DeviceTablesRead, DevicesAreColumnsThatEndInAUnitOfTime) {
  const DeviceTables tables = read(
      "idx,e01,e02,1080ti_256_ms,phone [us],board.s,latency_ms_iqr,energy_mj,accuracy_pct,note\n"
      "7,0,1,2.5,300,0.004,9,1,50,hello\n"
      "9,1,0,3.5,500,0.006,9,1,60,\n");
  EXPECT_THAT(tables.table.devices, ElementsAre("1080ti_256", "phone", "board"));
  EXPECT_THAT(tables.table.latency_ms,
              ElementsAre(ElementsAre(2.5, 3.5), ElementsAre(0.3, 0.5), ElementsAre(4, 6)));
  EXPECT_THAT(tables.table.networks, ElementsAre("7", "9"));
  EXPECT_THAT(tables.table.accuracy, ElementsAre(0.5, 0.6));
  EXPECT_THAT(tables.lines, ElementsAre(2, 3));
  EXPECT_THAT(tables.unread, ElementsAre("latency_ms_iqr", "energy_mj", "note"));
}

TEST_F(DeviceTablesRead, DevicesMayBeNamed) {
  format.devices = {"gpu*", "phone"};
  format.unit = "us";
  const DeviceTables tables = read("id,macs,gpu_1,phone,gpu_ms,other_ms\n1,5,1000,2000,7,8\n");
  EXPECT_THAT(tables.table.devices, ElementsAre("gpu_1", "gpu", "phone"));
  EXPECT_THAT(tables.table.latency_ms, ElementsAre(ElementsAre(1), ElementsAre(7), ElementsAre(2)));
  EXPECT_THAT(tables.unread, ElementsAre("other_ms"));
  format.devices.clear();  // a unit alone, where no name has one: all numbers
  EXPECT_THAT(read("id,macs,a,b,text\n1,5,1000,2000,x\n").table.devices, ElementsAre("a", "b"));
}

TEST_F(DeviceTablesRead, MissingIsNoMeasurement) {
  const DeviceTables tables = read("id,macs,a_ms\n1,1,\n2,2,-1\n3,3,nan\n4,4,NA\n5,5,2\n6,6,-1.0\n");
  for (std::size_t n = 0; n < 6; ++n) EXPECT_EQ(std::isnan(tables.table.latency_ms[0][n]), n != 4) << n;
}

TEST_F(DeviceTablesRead, OfSeveralAccuraciesOneIsToBeNamed) {
  const std::string text = "id,macs,accuracy_a,accuracy_b_pct,a_ms\n1,5,0.5,60,3\n";
  EXPECT_THAT(read(text).table.accuracy, IsEmpty());
  EXPECT_THAT(read(text).notes,
              ElementsAre(HasSubstr("none counts as the accuracy: name one with --accuracy")));
  EXPECT_THAT(read(text).table.devices, ElementsAre("a"));
  format.accuracy = "accuracy_b_pct";
  EXPECT_THAT(read(text).table.accuracy, ElementsAre(0.6));
}

TEST_F(DeviceTablesRead, NasBench201IsRecognised) {
  const DeviceTables tables = read(std::string("idx,arch,a_ms\n3,") + conv_cell + ",5\n4," + skip_cell +
                                   ",1\n5," + dead_cell + ",2\n");
  ASSERT_TRUE(tables.space);
  EXPECT_EQ(tables.points.size(), 3u);
  const Encoding& encoding = tables.table.encoding;
  EXPECT_EQ(encoding.networks, 3u);
  ASSERT_EQ(encoding.places.size(), 6u);
  for (const Encoding::Place& place : encoding.places) {
    EXPECT_EQ(place.shape, encoding.places.front().shape);  // all edges are alike but for stem and head
    EXPECT_THAT(place.operators,
                ElementsAre("none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"));
  }
  EXPECT_EQ(encoding.at(0, 0), 3);
  EXPECT_EQ(encoding.at(1, 0), 1);
  EXPECT_EQ(encoding.live, (std::vector<bool>{true, true, false}));
  ASSERT_EQ(encoding.living.size(), 18u);
  EXPECT_EQ(encoding.living[6 + 0], 0);  // nothing reads the second network's first edge
  EXPECT_EQ(encoding.living[6 + 3], 1);
}

TEST_F(DeviceTablesRead, OperatorsOfASpaceAreCodesOrNames) {
  const Space space(find_preset("nasbench201")->definition);
  const std::string head = "e01,e02,e12,e03,e13,e23,a_ms\n";
  const DeviceTables codes = read(head + "3,3,0,1,0,3,5\n", &space);
  EXPECT_EQ(codes.points.front(), parse_network(space, conv_cell));
  EXPECT_EQ(read(head + "nor_conv_3x3,nor_conv_3x3,none,skip_connect,none,nor_conv_3x3,5\n", &space).points,
            codes.points);
  EXPECT_EQ(read("id,a_ms\n" + id_text(space.id(codes.points.front())) + ",5\n", &space).points,
            codes.points);
  EXPECT_THAT(refusal(head + "5,3,0,1,0,3,5\n", &space),
              HasSubstr(":2: column 'e01' holds the code 5, but its place has 5 operators, 0 .. 4: none, "));
  EXPECT_THAT(refusal(head + "conv,3,0,1,0,3,5\n", &space), HasSubstr(":2: the network is not in the space"));
  EXPECT_THAT(refusal("e01,e02,a_ms\n1,2,5\n", &space),
              HasSubstr("has 2 columns of operators (e01 .. e02), but a network of the space has 6"));
  EXPECT_THAT(refusal("idx,a_ms\n7,5\n", &space), HasSubstr("column 'idx' may number them otherwise"));
  EXPECT_THAT(refusal("id,a_ms\n15625,5\n", &space), HasSubstr(":2: id 15625 is out of range"));
  const DeviceTables own = read("id,arch,a_ms\n0," + std::string(conv_cell) + ",5\n", &space);
  EXPECT_TRUE(own.has_own_ids);
  EXPECT_THAT(own.notes, ElementsAre(HasSubstr("column 'id' numbers the networks otherwise than the space")));
  EXPECT_FALSE(
      read("id,arch,a_ms\n" + id_text(space.id(own.points[0])) + "," + conv_cell + ",5\n").has_own_ids);
  format.id = "idx";
  EXPECT_EQ(read("idx,a_ms\n7,5\n", &space).points.front(), space.point(7));
}

TEST_F(DeviceTablesRead, OperatorsBesideTheTextSayTheSame) {
  const std::string text = std::string(conv_cell) + ",5\n";
  EXPECT_EQ(read("e01,e02,e12,e03,e13,e23,arch,a_ms\n3,,none,skip_connect,0,3," + text).points.size(), 1u);
  EXPECT_THAT(
      refusal("e01,e02,e12,e03,e13,e23,arch,a_ms\n3,3,0,2,0,3," + text),
      HasSubstr("a.csv:2: column 'e03' says '2', but by column 'arch' the network has 'skip_connect' there"));
  EXPECT_THAT(
      refusal("op_5,op_3,arch,a_ms\n3,1," + text + "3,0," + skip_cell + ",1\n"),
      HasSubstr("a.csv:3: column 'op_5' says '3', but by column 'arch' the network has 'none' there"));
  // Counts of operators beside the text, in columns that stand for places.
  EXPECT_THAT(refusal("op_0,op_1,op_2,op_3,op_4,arch,a_ms\n3,3,0,1,1," + text),
              HasSubstr("a.csv:2: column 'op_4' says '1'"));
  const Space space(find_preset("nasbench201")->definition);
  EXPECT_THAT(refusal("op_4,arch,a_ms\n1," + text, &space), HasSubstr("a.csv:2: column 'op_4' says '1'"));
  const DeviceTables others = read("op1,op2,op3,arch,a_ms\n9,9,9," + text);  // no places of the cell
  EXPECT_THAT(others.unread, ElementsAre("op1", "op2", "op3"));
  EXPECT_THAT(others.identity_columns, ElementsAre("arch"));
}

TEST_F(DeviceTablesRead, OperatorsWithoutASpaceAreWhatStandsThere) {
  const DeviceTables tables = read("op0,op1,a_ms\n10,x,5\n2,y,6\n2,x,7\n");
  EXPECT_FALSE(tables.space);
  EXPECT_THAT(tables.table.networks, ElementsAre("10 x", "2 y", "2 x"));
  ASSERT_EQ(tables.table.encoding.places.size(), 2u);
  EXPECT_THAT(tables.table.encoding.places[0].operators, ElementsAre("2", "10"));
  EXPECT_NE(tables.table.encoding.places[0].shape, tables.table.encoding.places[1].shape);
  EXPECT_THAT(tables.table.encoding.operators, ElementsAre(1, 0, 0, 1, 0, 0));
  EXPECT_THAT(tables.notes, ElementsAre(HasSubstr("which places are alike is not known without the space")));
}

TEST_F(DeviceTablesRead, FeaturesStandForNetworks) {
  const DeviceTables tables = read("id,macs,parameters,a_ms\n1,5,10,2\n2,6,20,3\n");
  EXPECT_THAT(tables.table.encoding.features, ElementsAre("macs", "parameters"));
  EXPECT_THAT(tables.table.encoding.values, ElementsAre(5, 10, 6, 20));
  EXPECT_THAT(tables.notes, IsEmpty());
  format.features = {"width"};
  EXPECT_THAT(read("width,macs,a_ms\n1,5,2\n2,6,3\n").table.networks, ElementsAre("1", "2"));
}

TEST_F(DeviceTablesRead, SeveralFilesHaveNetworksInCommon) {
  const auto a = file("a.csv", std::string("idx,arch,a_ms\n3,") + conv_cell + ",5\n4," + skip_cell + ",1\n");
  const auto b = file("b.csv", std::string("arch,b_ms\n") + skip_cell + ",7\n" + dead_cell + ",8\n");
  const DeviceTables tables = read_device_tables({a, b}, format);
  EXPECT_THAT(tables.table.networks, ElementsAre("4"));
  EXPECT_THAT(tables.table.latency_ms, ElementsAre(ElementsAre(1), ElementsAre(7)));
  EXPECT_THAT(tables.notes,
              ElementsAre(HasSubstr("a.csv: 1 of its 2 networks are not in all tables and are left out"),
                          HasSubstr("b.csv: 1 of its 2 networks")));
  const auto refusal_of_both = [&](const std::string& text) {
    return refusal_of([&] { read_device_tables({a, file("c.csv", text)}, format); }, text);
  };
  EXPECT_THAT(refusal_of_both("idx,a_ms\n3,4\n"),
              HasSubstr("c.csv: the device 'a' is in another of the tables too"));
  EXPECT_THAT(refusal_of_both("idx,b_ms\n5,4\n"), HasSubstr("c.csv: has no network in common"));
  EXPECT_THAT(refusal_of_both("macs,b_ms\n5,4\n"),
              HasSubstr("c.csv: names its networks in another way than"));
}

TEST_F(DeviceTablesRead, WhatIsWrongIsOneLine) {
  const auto refused = [&](const std::string& text, const std::string& line) {
    EXPECT_THAT(refusal(text), HasSubstr(line)) << text;
  };
  refused("", "holds no row");
  refused("id,a_ms\n", "has no network: no row below its columns' names");
  refused("id,a\n1,2\n", ":1: has no device: no column's name ends in a unit of time");
  refused("name,a_ms\nx,2\n", ":1: says nowhere which network a row is");
  refused("id,a_ms,A_MS\n1,2,3\n", ":1: has the column 'A_MS' more than once");
  refused("id,a_ms,a_us\n1,2,3\n", ":1: has the device 'a' more than once");
  refused("id,a_ms\n1,0\n", ":2: column 'a_ms' is 0; a latency is positive");
  refused("id,a_ms\n1,2\n2,-3\n", ":3: column 'a_ms' is -3; a latency is positive");
  refused("id,a_ms\n1,fast\n", ":2: column 'a_ms' holds 'fast', which is no finite number");
  refused("id,a_ms\n1,inf\n", ":2: column 'a_ms' holds 'inf', which is no finite number");
  refused("id,a_ms\n1,1e300\n", ":2: column 'a_ms' is 1e300, which is beyond any latency");
  refused("id,a_ms\n1,2\n1,3\n", ":3: network '1' stands in line 2 already");
  refused("id,a_ms\n1,2\n1.0,3\n", ":3: network '1' stands in line 2 already");
  refused(std::string("arch,a_ms\n") + conv_cell + ",2\n" + conv_cell + ",3\n",
          ":3: network '|nor_conv_3x3~0|");
  refused("id,a_ms\n1,2,3\n", ":2: has 3 cells, but the first row names 2 columns");
  refused("id,a_ms\n1\n", ":2: has 1 cells");
  refused("id,a_ms\n,3\n", ":2: column 'id' is empty");
  refused("id,accuracy,a_ms\n1,70,3\n", ":2: column 'accuracy' is 70, which is no accuracy (0 .. 1)");
  refused("id,accuracy_pct,a_ms\n1,170,3\n",
          ":2: column 'accuracy_pct' is 170, which is no accuracy in percent");
  refused("id,macs,a_ms\n1,-5,3\n", ":2: column 'macs' is negative");
  refused(std::string("arch,a_ms\n") + conv_cell + ",2\n|conv~0|,3\n",
          ":3: \"|conv~0|\": the network is not in the space");
  format.devices = {"b"};
  refused("id,a_ms,bb_ms\n1,2,3\n", ":1: has no column 'b', which --devices names");
  format.devices = {"a"};
  refused("id,a\n1,2\n", ":1: column 'a' says no unit; end its name in one (a_ms), or set --unit");
  format.unit = "kg";
  refused("id,a\n1,2\n", ":1: --unit says 'kg', which is no unit of latency");
  format.devices = {"id"};
  refused("id,a\n1,2\n", ":1: the column 'id' cannot be two things at once");
  EXPECT_THROW(read_device_tables({}, format), Error);
  EXPECT_THROW(read_device_tables({folder / "absent.csv"}, format), Error);
}

TEST_F(DeviceTablesRead, ColumnsThatAreNotReadAreNamedOnce) {
  const std::string one = "idx,arch,a_ms,net\n30," + std::string(conv_cell) + ",5,x\n";
  const std::string other = "idx,arch,c_ms,net\n30," + std::string(conv_cell) + ",5,x\n";
  const DeviceTables both = read_device_tables({file("a.csv", one), file("c.csv", other)}, format, nullptr);
  EXPECT_THAT(both.unread, ElementsAre("net"));
}

class SampledNetworksRead : public DeviceCase {
 protected:
  SampledNetworks sampled(const std::string& text, const std::string& device = "b") const {
    return read_sampled_networks(file("list.csv", text), format, tables, device);
  }
  std::string refused(const std::string& text) const {
    return refusal_of([&] { sampled(text); }, text);
  }
  DeviceTables tables = read(std::string("idx,arch,a_ms\n30,") + conv_cell + ",5\n40," + skip_cell + ",1\n");
};

TEST_F(SampledNetworksRead, NameNetworksInAnyWay) {
  const Space& space = *tables.space;
  const std::string text = "\"" + network_text(space, tables.points[1]) + "\"";
  const Names lists{"idx,b_ms\n40,2\n",
                    std::string("arch,b_ms\n") + skip_cell + ",2\n",
                    "network,b_ms\n40,2\n",
                    "network,b_us\n" + text + ",2000\n",
                    std::string("network,b_ms\n") + skip_cell + ",2\n",
                    "id,latency_ms,latency_ms_iqr,rounds,parameters,macs\n" +
                        id_text(space.id(tables.points[1])) + ",2,1,3,5,7\n",
                    "id,op_0,op_1,op_2,op_3,op_4,op_5,macs,latency_ms,latency_ms_iqr\n"
                    "9,skip_connect,none,none,skip_connect,none,none,3,2,1\n"};
  for (const std::string& list : lists) {
    const SampledNetworks found = sampled(list);
    EXPECT_THAT(found.networks, ElementsAre(1)) << list;
    EXPECT_THAT(found.latency_ms, ElementsAre(2)) << list;
    EXPECT_TRUE(found.measured);
  }
  const SampledNetworks plain = sampled("40\n30\n");
  EXPECT_THAT(plain.networks, ElementsAre(1, 0));
  EXPECT_FALSE(plain.measured);
}

TEST_F(SampledNetworksRead, NumbersAreTheTablesWhereItHasItsOwn) {
  tables = read(std::string("id,arch,a_ms\n30,") + conv_cell + ",5\n40," + skip_cell + ",1\n");
  EXPECT_THAT(sampled("id,b_ms\n40,2\n").networks, ElementsAre(1));
}

TEST_F(SampledNetworksRead, TellEmptyFromFailed) {
  const SampledNetworks found = sampled("idx,b_ms\n40,\n30,nan\n");
  EXPECT_TRUE(std::isnan(found.latency_ms[0]) && std::isnan(found.latency_ms[1]));
  EXPECT_EQ(found.failed, (std::vector<bool>{false, true}));
}

TEST_F(SampledNetworksRead, WhatNamesTwoNetworksIsRefused) {
  const std::string conv = conv_cell, skip = skip_cell;
  const std::string words = "; correct one of the two, or rename the first if it says something else";
  // Shifted by a row, in no table, another network's text, one of no network.
  EXPECT_THAT(
      refused("idx,arch,b_ms\n30," + skip + ",2\n"),
      HasSubstr("list.csv:2: column 'idx' says '30', but by column 'arch' the network has '40' there" +
                words));
  EXPECT_THAT(refused("idx,arch,b_ms\n40," + skip + ",2\n99," + conv + ",2\n"),
              HasSubstr("list.csv:3: column 'idx' says '99', but by column 'arch' the network has '30'"));
  EXPECT_THAT(refused("idx,arch,b_ms\n40," + skip + ",2\n30," + dead_cell + ",2\n"),
              HasSubstr("list.csv:3: column 'arch' says '|skip_connect~0|"));
  EXPECT_THAT(
      refused("idx,network,b_ms\n30," + ("\"" + network_text(*tables.space, tables.points[1])) + "\",2\n"),
      HasSubstr("column 'idx' says '30', but by column 'network' the network has '40'"));
  EXPECT_THAT(refused("idx,op_0,op_1,op_2,op_3,op_4,op_5,b_ms\n"
                      "30,skip_connect,none,none,skip_connect,none,none,3\n"),
              HasSubstr("column 'idx' says '30', but by columns 'op_0' .. 'op_5' the network has '40'"));
  EXPECT_THAT(refused("arch,op_0,b_ms\n" + skip + ",1,2\n" + conv + ",none,2\n"),
              HasSubstr("list.csv:3: column 'op_0' says 'none', but by column 'arch' the network has "
                        "'nor_conv_3x3' there" +
                        words));
  const std::string other = id_text(tables.space->id(tables.points[0]));
  EXPECT_THAT(
      refused("id,op_0,op_1,op_2,op_3,op_4,op_5,b_ms\n" + other +
              ",skip_connect,none,none,skip_connect,none,none,3\n"),
      HasSubstr("column 'id' says '" + other + "', but by columns 'op_0' .. 'op_5' the network has '"));
  tables = read("idx,e01,e02,a_ms\n30,3,1,5\n40,0,1,1\n");
  EXPECT_THAT(refused("idx,e01,e02,b_ms\n30,0,1,5\n"),
              HasSubstr("column 'e01' says '0', but by column 'idx' the network has '3'"));
  EXPECT_THAT(refused("idx,e01,e02,b_ms\n99,0,1,5\n"),
              HasSubstr("column 'idx' says '99', but by columns 'e01' .. 'e02' the network has '40'"));
}

TEST_F(SampledNetworksRead, AnotherDevicesLatenciesAreNotTheTargets) {
  EXPECT_THAT(refused("idx,a_ms\n40,2\n"),
              HasSubstr("list.csv: has latencies of 'a', which the tables have, and none "
                        "of 'b'; if they are, call the column b_ms"));
  EXPECT_THAT(refused("idx,A_us\n40,2\n"), HasSubstr("has latencies of 'A', which the tables have"));
  EXPECT_EQ(sampled("idx,A_ms\n40,2\n", "a").latency_ms, std::vector<double>{2});
  EXPECT_EQ(sampled("idx,other_ms\n40,2\n").latency_ms, std::vector<double>{2});
  EXPECT_EQ(sampled("idx,a_ms,b_ms\n40,1,2\n").latency_ms, std::vector<double>{2});
  // No device is named, so that it is none of the tables'.
  EXPECT_EQ(sampled("idx,a_ms,c_ms\n40,1,2\n", "").latency_ms, std::vector<double>{2});
  EXPECT_THAT(refusal_of([&] { sampled("idx,a_ms\n40,1\n", ""); }, "a_ms"),
              HasSubstr("has latencies of 'a', which the tables have, and none of a further device"));
  tables = read("idx,latency_ms\n40,1\n");  // a name that says no device
  EXPECT_EQ(sampled("idx,latency_ms\n40,2\n").latency_ms, std::vector<double>{2});
}

TEST_F(SampledNetworksRead, WhatIsWrongIsOneLine) {
  EXPECT_THAT(refused("idx,b_ms\n41,2\n"), HasSubstr(":2: network '41' is not in the table"));
  EXPECT_THAT(refused("idx,b_ms\n40,2\n40,3\n"), HasSubstr(":3: network '40' stands in line 2 already"));
  EXPECT_THAT(refused("idx,c_ms,d_ms\n40,2,3\n"), HasSubstr("has no latency of 'b' among 'c, d'"));
  EXPECT_THAT(refused("idx,b\n40,2\n"), HasSubstr(":1: column 'b' says no unit"));
  EXPECT_THAT(refused("idx,b_ms\n40,0\n"), HasSubstr(":2: column 'b_ms' is 0"));
  EXPECT_THAT(refused("40\n41\n"), HasSubstr(":2: network '41' is not in the table"));
}

}  // namespace
}  // namespace flash::test

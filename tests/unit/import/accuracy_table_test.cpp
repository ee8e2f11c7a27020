// Tables of accuracies: how a row names its network, fractions and percent, and all that is refused.
#include "flash/import/accuracy_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "flash/core/error.hpp"
#include "flash/space/families/families.hpp"
#include "flash/space/network_text.hpp"

namespace flash {
namespace {

using testing::HasSubstr;

constexpr const char* conv_cell =
    "|nor_conv_3x3~0|+|nor_conv_3x3~0|none~1|+|skip_connect~0|none~1|nor_conv_3x3~2|";
constexpr const char* skip_cell = "|skip_connect~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|";
constexpr const char* dead_cell = "|skip_connect~0|+|none~0|none~1|+|none~0|none~1|nor_conv_3x3~2|";

class AccuracyTables : public testing::Test {
 protected:
  ~AccuracyTables() override { std::filesystem::remove(path); }

  AccuracyTable read(const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
    return read_accuracy_table(path, format, space);
  }
  std::string refusal(const std::string& text) {
    try {
      read(text);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
      EXPECT_THAT(error.what(), Not(HasSubstr("\n")));
      EXPECT_THAT(error.what(), HasSubstr(path.string()));
      return error.what();
    }
    ADD_FAILURE() << "accepted: " << text;
    return "";
  }
  NetworkId id(const std::string& text) const { return named_network(space, text); }
  std::string rows(const std::string& head, std::initializer_list<std::pair<const char*, const char*>> list) {
    std::string text = head + "\n";
    for (const auto& [network, accuracy] : list)
      text.append(network).append(",").append(accuracy).append("\n");
    return text;
  }

  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("flash_accuracies_" + std::to_string(::getpid()) + ".csv");
  Space space{find_preset("nasbench201")->definition};
  AccuracyFormat format;
};

TEST_F(AccuracyTables, NameNetworksByTextIdOrOptions) {
  const std::map<NetworkId, double> wanted{{id(conv_cell), 0.7}, {id(skip_cell), 0.5}};
  const auto of = [&](const char* text) { return id_text(id(text)); };
  EXPECT_EQ(read(rows("arch,accuracy", {{conv_cell, "0.7"}, {skip_cell, "0.5"}})).accuracy, wanted);
  EXPECT_EQ(read(rows("network,accuracy", {{conv_cell, "0.7"}, {skip_cell, "0.5"}})).accuracy, wanted);
  EXPECT_EQ(
      read(rows("id,accuracy", {{of(conv_cell).c_str(), "0.7"}, {of(skip_cell).c_str(), "0.5"}})).accuracy,
      wanted);
  EXPECT_EQ(read("network,accuracy\n\"" + network_text(space, space.point(id(conv_cell))) + "\",0.7\n" +
                 of(skip_cell) + ",0.5\n")
                .accuracy,
            wanted);
  EXPECT_EQ(read("op_0,op_1,op_2,op_3,op_4,op_5,accuracy\n"
                 "nor_conv_3x3,nor_conv_3x3,none,skip_connect,none,nor_conv_3x3,0.7\n"
                 "skip_connect,none,none,skip_connect,none,none,0.5\n")
                .accuracy,
            wanted);
  format.network = {"cell"};
  format.accuracy = "c100";
  EXPECT_EQ(read("id,cell,c100\n0," + std::string(conv_cell) + ",0.7\n1," + skip_cell + ",0.5\n").accuracy,
            wanted);
}

TEST_F(AccuracyTables, AreFractionsOrPercentByTheColumnsName) {
  for (const char* name : {"accuracy_pct", "accuracy_percent", "Accuracy_PCT"})
    EXPECT_EQ(read(rows(std::string("arch,") + name, {{conv_cell, "0.5"}})).accuracy.begin()->second, 0.005)
        << name;
  format.accuracy = "cifar100 [%]";
  EXPECT_EQ(read(rows("arch,cifar100 [%]", {{conv_cell, "70"}})).accuracy.begin()->second, 0.7);
  format.accuracy = "cifar100";
  EXPECT_EQ(read(rows("arch,cifar100", {{conv_cell, "1"}})).accuracy.begin()->second, 1);
  EXPECT_THAT(refusal(rows("arch,cifar100", {{conv_cell, "70"}})),
              HasSubstr(":2: column 'cifar100' is 70, which is no accuracy (0 .. 1); if it is in percent"));
}

TEST_F(AccuracyTables, LeaveOutWhatCannotLearnOrIsNotKnown) {
  const AccuracyTable table =
      read(rows("arch,accuracy", {{conv_cell, "0.7"}, {dead_cell, "0.1"}, {skip_cell, ""}}));
  EXPECT_EQ(table.networks(), std::vector{id(conv_cell)});
  EXPECT_EQ(table.dead.size(), 1u);
  EXPECT_EQ(table.unknown, 1u);
  EXPECT_THAT(refusal(rows("arch,accuracy", {{dead_cell, "0.1"}})),
              HasSubstr("of no network that can learn"));
}

TEST_F(AccuracyTables, TwiceWithOneValueIsOnce) {
  EXPECT_EQ(read(rows("arch,accuracy", {{conv_cell, "0.7"}, {conv_cell, "0.70"}})).accuracy.size(), 1u);
  EXPECT_THAT(refusal(rows("arch,accuracy", {{conv_cell, "0.7"}, {skip_cell, "0.5"}, {conv_cell, "0.71"}})),
              HasSubstr(":4: network " + id_text(id(conv_cell)) + " has 0.71, but 0.7 in line 2"));
}

TEST_F(AccuracyTables, DigestIsOfWhatTheySay) {
  const std::string one = read(rows("arch,accuracy", {{conv_cell, "0.7"}, {skip_cell, "0.5"}})).digest();
  EXPECT_EQ(read(rows("network,accuracy_pct", {{skip_cell, "50"}, {conv_cell, "70"}})).digest(), one);
  EXPECT_NE(read(rows("arch,accuracy", {{conv_cell, "0.7"}, {skip_cell, "0.51"}})).digest(), one);
}

TEST_F(AccuracyTables, WhatIsWrongIsOneLine) {
  EXPECT_THAT(refusal(rows("arch,accuracy", {{"|conv~0|+|none~0|none~1|+|none~0|none~1|none~2|", "0.7"}})),
              HasSubstr(":2: the network is not in the space: there is no operator 'conv'"));
  EXPECT_THAT(refusal(rows("id,accuracy", {{"15625", "0.7"}})), HasSubstr(":2: id 15625 is out of range"));
  EXPECT_THAT(refusal(rows("id,accuracy", {{"best", "0.7"}})), HasSubstr(":2: column 'id' holds 'best'"));
  EXPECT_THAT(refusal(rows("arch,accuracy", {{conv_cell, "1.01"}})),
              HasSubstr("is 1.01, which is no accuracy"));
  EXPECT_THAT(refusal(rows("arch,accuracy", {{conv_cell, "-0.1"}})),
              HasSubstr("is -0.1, which is no accuracy"));
  EXPECT_THAT(refusal(rows("arch,accuracy_pct", {{conv_cell, "101"}})), HasSubstr("in percent (0 .. 100)"));
  EXPECT_THAT(read(rows("arch,accuracy_pct", {{conv_cell, "0.7"}, {skip_cell, "0.9"}})).doubt,
              HasSubstr("if they are fractions"));
  EXPECT_EQ(read(rows("arch,accuracy_pct", {{conv_cell, "0.7"}, {skip_cell, "9"}})).doubt, "");
  EXPECT_THAT(refusal(rows("arch,accuracy", {{conv_cell, "good"}})),
              HasSubstr("column 'accuracy' holds 'good'"));
  EXPECT_THAT(refusal("arch,accuracy\n"), HasSubstr("holds no row"));
  EXPECT_THAT(refusal(rows("arch,latency_ms", {{conv_cell, "1"}})), HasSubstr("has no column 'accuracy'"));
  EXPECT_THAT(refusal(rows("cell,accuracy", {{conv_cell, "1"}})), HasSubstr("which network a row is"));
  EXPECT_THAT(refusal("arch,accuracy,accuracy_pct\n" + std::string(conv_cell) + ",0.7,70\n"),
              HasSubstr("name one as train.accuracy_column"));
  EXPECT_THAT(refusal("id,arch,accuracy\n3," + std::string(conv_cell) + ",0.7\n"),
              HasSubstr("column 'id' tells network 3, column 'arch' network"));
  EXPECT_THAT(refusal("arch,accuracy\n" + std::string(conv_cell) + ",0.7,3\n"), HasSubstr("has 3 cells"));
  format.network = {"arhc"};
  EXPECT_THAT(refusal(rows("arch,accuracy", {{conv_cell, "1"}})), HasSubstr("did you mean 'arch'?"));
  format.network = {"arch", "accuracy"};
  EXPECT_THAT(refusal(rows("arch,accuracy", {{conv_cell, "1"}})), HasSubstr("train.network_columns names 2"));
}

// Third-party data, which is no part of the project.
TEST_F(AccuracyTables, OfTheBenchmarkItselfAreRead) {
  const char* folder = std::getenv("FLASH_DEVICES");
  if (folder == nullptr) GTEST_SKIP() << "FLASH_DEVICES names no folder that holds nasbench201_1500.csv";
  format.accuracy = "accuracy_cifar100_pct";
  const AccuracyTable table =
      read_accuracy_table(std::filesystem::path(folder) / "nasbench201_1500.csv", format, space);
  EXPECT_EQ(table.accuracy.size(), 1'471u);
  EXPECT_EQ(table.dead.size(), 29u);
}

}  // namespace
}  // namespace flash

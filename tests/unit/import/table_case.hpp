// A table of measurements written to a file and read again, for the tests of its forms.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "flash/core/error.hpp"
#include "flash/import/measured_table.hpp"
#include "flash/space/families/families.hpp"

namespace flash::test {

class TableCase : public testing::Test {
 protected:
  ~TableCase() override { std::filesystem::remove(path); }

  std::vector<MeasuredRow> read(const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
    return read_measured_table(path, format, space, &rest);
  }

  // Of a table with one row.
  double latency(const std::string& text) {
    const auto rows = read(text);
    EXPECT_EQ(rows.size(), 1u) << text;
    return rows.front().metrics[Metric::latency];
  }

  // The one line that says what is wrong with the text.
  std::string refusal(const std::string& text) {
    try {
      read(text);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
      EXPECT_THAT(error.what(), Not(testing::HasSubstr("\n")));
      EXPECT_THAT(error.what(), testing::HasSubstr(path.string()));
      return error.what();
    }
    ADD_FAILURE() << "accepted: " << text;
    return "";
  }

  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("flash_table_" + std::to_string(::getpid()) + ".csv");
  const Space space{find_preset("shapes-mini")->definition};
  TableFormat format;
  TableRest rest;
};

}  // namespace flash::test

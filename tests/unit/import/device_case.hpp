// Tables of devices written to files and read again.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "flash/core/error.hpp"
#include "flash/import/device_tables.hpp"
#include "flash/space/families/families.hpp"
#include "flash/space/network_text.hpp"

namespace flash::test {

class DeviceCase : public testing::Test {
 protected:
  DeviceCase() { std::filesystem::create_directories(folder); }
  ~DeviceCase() override { std::filesystem::remove_all(folder); }

  std::filesystem::path file(const std::string& name, const std::string& text) const {
    std::ofstream(folder / name, std::ios::binary) << text;
    return folder / name;
  }
  DeviceTables read(const std::string& text, const Space* space = nullptr) const {
    return read_device_tables({file("a.csv", text)}, format, space);
  }
  // The one line that says what is wrong.
  std::string refusal(const std::string& text, const Space* space = nullptr) const {
    return refusal_of([&] { read(text, space); }, text);
  }
  template <class Action>
  std::string refusal_of(Action action, const std::string& what) const {
    try {
      action();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data) << error.what();
      EXPECT_THAT(error.what(), Not(testing::HasSubstr("\n")));
      EXPECT_THAT(error.what(), testing::HasSubstr(folder.string()));
      return error.what();
    }
    ADD_FAILURE() << "accepted: " << what;
    return "";
  }

  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("flash_devices_" + std::to_string(::getpid()));
  DeviceFormat format;
};

constexpr const char* conv_cell =
    "|nor_conv_3x3~0|+|nor_conv_3x3~0|none~1|+|skip_connect~0|none~1|nor_conv_3x3~2|";
constexpr const char* skip_cell = "|skip_connect~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|";
constexpr const char* dead_cell = "|skip_connect~0|+|none~0|none~1|+|none~0|none~1|nor_conv_3x3~2|";

}  // namespace flash::test

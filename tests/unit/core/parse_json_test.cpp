#include "flash/core/parse_json.hpp"

#include <gtest/gtest.h>

#include <string>

#include "flash/core/error.hpp"

namespace flash {
namespace {

TEST(ParseJson, TakesWhatFlashWrites) {
  const Json json{{"b", {1, -2.5, nullptr, "text"}}, {"a", true}};
  EXPECT_EQ(parse_json(json.dump()), json);
  EXPECT_EQ(parse_json(json.dump()).dump(), json.dump());  // keys in their order
}

TEST(ParseJson, RefusesAnythingElse) {
  for (const std::string& text :
       {std::string(), std::string("{\"a\": "), std::string("[1e999]"), std::string("\"\xff\""),
        std::string(100'000, '['), std::string(101, '[') + std::string(101, ']')}) {
    try {
      parse_json(text);
      ADD_FAILURE() << text.substr(0, 20);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
    }
  }
  EXPECT_NO_THROW(parse_json(std::string(100, '[') + "7" + std::string(100, ']')));
}

}  // namespace
}  // namespace flash

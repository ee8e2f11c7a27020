// Documents, errors and texts that the rooms with files of their own share; the job's tests cover the rest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flash/config/document.hpp"
#include "flash/config/errors.hpp"
#include "flash/config/text.hpp"
#include "flash/core/error.hpp"

namespace flash {
namespace {

TEST(ConfigDocument, KnowsTheLineOfEveryKey) {
  const ConfigDocument document =
      read_document("a = 1\n\n[b]\nc = [1, 2]\n\nd = \"x\"\n", "f.toml", "test file");
  ASSERT_EQ(document.sections.size(), 2u);
  EXPECT_FALSE(document.section("a")->is_table);
  EXPECT_EQ(document.entry("b", "c")->value, Json::array({1, 2}));
  EXPECT_EQ(document.line("b", "d"), 6);
  EXPECT_EQ(document.line("b", "absent"), 3);
  EXPECT_EQ(document.line("absent"), 1);
  EXPECT_EQ(document.section("absent"), nullptr);
}

TEST(ConfigDocument, SaysWhatTheFileOughtToBe) {
  try {
    read_document(std::string((1 << 20) + 1, '#'), "f.toml", "test file");
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_job);
    EXPECT_STREQ(error.what(), "f.toml: is larger than 1 MiB, which no test file is");
  }
  try {
    read_config_text("/", "test file");
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::missing_input);
    EXPECT_STREQ(error.what(), "/: is a folder, not a test file");
  }
}

TEST(ConfigErrors, AreThrownInTheOrderOfTheFile) {
  ConfigErrors errors("f.toml");
  EXPECT_NO_THROW(errors.throw_if_any());
  errors.add(7, "b.c", "is 3");
  errors.add(2, "a", "is 4");
  EXPECT_FALSE(errors.clean("b"));
  EXPECT_TRUE(errors.clean("bb"));
  try {
    errors.throw_if_any();
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "f.toml:2: a: is 4\nf.toml:7: b.c: is 3");
  }
}

TEST(ConfigText, ShowsWhatWasWritten) {
  EXPECT_EQ(shown("a\nb"), "\"a\\nb\"");
  EXPECT_EQ(shown_key("plain-key_1"), "plain-key_1");
  EXPECT_EQ(shown_key("a b"), "\"a b\"");
  EXPECT_EQ(one_line("a\nb\tc"), "a b c");
  EXPECT_STREQ(found_name(Json(nullptr)), "a date or time");
  EXPECT_LE(shown_key(std::string(1000, 'x')).size(), 63u);
}

}  // namespace
}  // namespace flash

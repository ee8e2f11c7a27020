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

std::string refusal(const std::string& text) {
  try {
    read_document(text, "f.toml", "test file");
    return "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_job);
    return error.what();
  }
}

TEST(ConfigDocument, NamesCharactersThatWereMeantToBePlain) {
  EXPECT_EQ(refusal("[a]\nname = “x”"),
            "f.toml:2:8: holds “ (U+201C), a typographic quotation mark: write \"");
  EXPECT_EQ(refusal("[a]\nname = \"x”\nb = 1"),
            "f.toml:2:11: holds ” (U+201D), a typographic quotation mark: write \"");
  EXPECT_EQ(refusal("name = ‘x’"), "f.toml:1:8: holds ‘ (U+2018), a typographic quotation mark: write \"");
  EXPECT_EQ(refusal("a\u00A0= 1"),
            "f.toml:1:2: holds \u00A0 (U+00A0), a no-break space: write a plain blank");
  EXPECT_EQ(refusal("a = −1"), "f.toml:1:5: holds − (U+2212), a typographic minus sign: write -");
  // In Latin-1, which no message repeats.
  EXPECT_THAT(refusal("\xBB a = 1"),
              testing::AllOf(testing::HasSubstr("not UTF-8"), testing::Not(testing::HasSubstr("\xBB"))));
  EXPECT_EQ(refusal("a = –1"), "f.toml:1:5: holds – (U+2013), a typographic dash: write -");
  EXPECT_EQ(refusal("a = １"), "f.toml:1:5: holds １ (U+FF11), a full-width character: write 1");
  EXPECT_EQ(refusal("a = [1， 2]"), "f.toml:1:7: holds ， (U+FF0C), a full-width character: write ,");
  EXPECT_EQ(refusal("[a]\n\uFEFFb = 1"),
            "f.toml:2:1: holds \uFEFF (U+FEFF), a byte order mark, which only the file's "
            "start may have: delete it");
  EXPECT_EQ(refusal("a = 1 \u200B"),
            "f.toml:1:7: holds \u200B (U+200B), a character without width: delete it");
}

TEST(ConfigDocument, TakesSuchCharactersInTexts) {
  EXPECT_EQ(refusal("\uFEFFa = \"“x” – １\" # ‘y’"), "accepted");
  EXPECT_EQ(refusal("a = \"“x”\" b").find("U+201"), std::string::npos);  // the fault is elsewhere
}

TEST(ConfigDocument, NamesAnotherEncoding) {
  EXPECT_EQ(refusal(std::string("\xFF\xFE[\0a\0]\0", 8)), "f.toml:1:1: is UTF-16; save it as UTF-8");
  EXPECT_EQ(refusal("a = \"caf\xE9\""),
            "f.toml:1:8: not valid TOML: holds a character that is not UTF-8; save the file as UTF-8");
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

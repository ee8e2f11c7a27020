// Anything at all may stand in a file: random mutations of valid ones are read or refused, nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flash/core/random.hpp"
#include "flash/job/options.hpp"
#include "job_text.hpp"

namespace flash {
namespace {

using test::full_job;
using testing::StartsWith;

// One to six small edits.
std::string mutated(std::string text, Philox& random) {
  const std::string pieces[] = {"[",        "]",    "\"",    "\n",  "=",     "{",         "}",
                                "..",       "-1",   "1e999", "nan", "[job]", "#",         "\\u",
                                "\xc3\xa4", "\xff", "'''",   ",",   "\t",    "2026-01-01"};
  for (std::uint64_t edits = 1 + random.below(6); edits > 0; --edits) {
    const std::size_t at = random.below(text.size() + 1);
    switch (random.below(5)) {
      case 0:
        text.insert(at, pieces[random.below(std::size(pieces))]);
        break;
      case 1:
        text.erase(at, random.below(20));
        break;
      case 2:
        text.insert(at, text.substr(random.below(text.size() + 1), random.below(40)));
        break;
      case 3:
        text.insert(at, 1, static_cast<char>(random.below(256)));
        break;
      default:
        if (at < text.size()) text[at] = static_cast<char>('0' + random.below(10));
    }
  }
  return text;
}

TEST(JobFile, SurvivesRandomMutations) {
  Philox random(20);
  int accepted = 0;
  for (int i = 0; i < 4'000; ++i) {
    const std::string text = mutated(i % 2 ? full_job : sample_job(), random);
    try {
      parse_job(text, "dir/job.toml");
      ++accepted;
    } catch (const Error& error) {
      ASSERT_EQ(error.code(), ExitCode::bad_job) << text;
      ASSERT_THAT(error.what(), StartsWith("dir/job.toml:")) << text;
      ASSERT_NO_THROW(Json(error.what()).dump()) << text;  // whole UTF-8
    }
  }
  EXPECT_GT(accepted, 100);  // the mutations are small enough to reach every part of the reader
  EXPECT_LT(accepted, 3'900);
}

}  // namespace
}  // namespace flash

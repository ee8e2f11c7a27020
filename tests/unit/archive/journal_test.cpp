#include "flash/archive/journal.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "flash/core/file.hpp"
#include "flash/core/hash.hpp"
#include "flash/core/random.hpp"
#include "temporary_folder.hpp"

namespace flash {
namespace {

using testing::HasSubstr;

class JournalTest : public FolderTest {
 protected:
  void SetUp() override {
    FolderTest::SetUp();
    path_ = folder_ / "journal";
  }
  // A journal of four records, one of them empty; remembers where each ends.
  std::string fill() {
    ends_ = {16};
    Journal journal(path_);
    for (std::size_t i = 0; i < payloads_.size(); ++i) {
      journal.append(static_cast<std::uint32_t>(i), payloads_[i]);
      ends_.push_back(ends_.back() + 16 + payloads_[i].size());
    }
    return read_file(path_);
  }
  void put(const std::string& bytes) { std::ofstream(path_, std::ios::binary) << bytes; }
  void expect_first(std::size_t count, const JournalContents& contents) {
    ASSERT_EQ(contents.records.size(), count);
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_EQ(contents.records[i].type, i);
      EXPECT_EQ(contents.records[i].payload, payloads_[i]);
    }
  }
  std::filesystem::path path_;
  const std::vector<std::string> payloads_{std::string("a\0b\n", 4), "", R"({"accuracy":0.71})",
                                           std::string(40, '\xff')};
  std::vector<std::size_t> ends_;
};

TEST_F(JournalTest, BytesAreThoseOfTheWrittenFormat) {
  { Journal(path_).append(7, "hello"); }
  const std::string bytes = read_file(path_);
  ASSERT_EQ(bytes.size(), 16u + 16u + 5u);
  EXPECT_EQ(bytes.substr(0, 16), "flash-journal 1\n");
  EXPECT_EQ(bytes.substr(16, 8), std::string("\x05\0\0\0\x07\0\0\0", 8));
  const auto u32 = [&](std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
      value |= std::uint32_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
    return value;
  };
  EXPECT_EQ(u32(24), crc32c("hello"));
  EXPECT_EQ(u32(28), crc32c(bytes.substr(16, 12)));
  EXPECT_EQ(bytes.substr(32), "hello");
}

TEST_F(JournalTest, ReadsBackAndGoesOn) {
  fill();
  JournalContents contents;
  {
    Journal journal(path_, &contents);
    expect_first(4, contents);
    journal.append(4, "more");
    journal.sync();
  }
  contents = read_journal(path_);
  ASSERT_EQ(contents.records.size(), 5u);
  EXPECT_EQ(contents.records[4].payload, "more");
  EXPECT_EQ(contents.torn_bytes, 0u);
}

TEST_F(JournalTest, CutAtEveryByteKeepsTheWholeRecordsAndTakesNewOnes) {
  const std::string whole = fill();
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    SCOPED_TRACE(cut);
    put(whole.substr(0, cut));
    std::size_t records = 0;
    while (records + 1 < ends_.size() && ends_[records + 1] <= cut) ++records;
    const std::size_t good = cut < 16 ? 0 : ends_[records];
    const JournalContents seen = read_journal(path_);
    expect_first(records, seen);
    EXPECT_EQ(seen.good_bytes, good);
    EXPECT_EQ(seen.torn_bytes, cut - good);
    JournalContents opened;
    { Journal(path_, &opened).append(99, "new"); }
    EXPECT_EQ(opened.torn_bytes, cut - good);
    const JournalContents after = read_journal(path_);
    ASSERT_EQ(after.records.size(), records + 1);
    EXPECT_EQ(after.records.back().payload, "new");
    EXPECT_EQ(after.torn_bytes, 0u);
  }
}

// Before the last record a flipped byte is damage, in the last one it looks torn; a wrong record is never
// read.
TEST_F(JournalTest, EveryFlippedByteIsNoticed) {
  const std::string whole = fill();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    SCOPED_TRACE(at);
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x20);
    put(bytes);
    if (at >= ends_[3]) {
      const JournalContents contents = read_journal(path_);
      expect_first(3, contents);
      EXPECT_EQ(contents.torn_bytes, whole.size() - ends_[3]);
      continue;
    }
    std::size_t record = 0;
    while (ends_[record] <= at) ++record;
    const std::size_t offset = record == 0 ? 0 : ends_[record - 1];
    const Error error = error_of([&] { read_journal(path_); });
    EXPECT_EQ(error.code(), ExitCode::bad_data);
    EXPECT_THAT(error.what(), HasSubstr("at byte " + std::to_string(offset) + ";"));
    EXPECT_THAT(error.what(), HasSubstr("`flash repair " + folder_.string() + "`"));
    EXPECT_EQ(error_of([&] { Journal journal(path_); }).code(), ExitCode::bad_data);
    EXPECT_EQ(read_file(path_), bytes) << "a damaged journal was changed";
  }
}

TEST_F(JournalTest, RecordInsideATornPayloadIsNoRecord) {
  const std::string inner = fill().substr(16);
  put("");
  { Journal(path_).append(1, inner); }
  const std::string whole = read_file(path_);
  put(whole.substr(0, whole.size() - 1));
  const JournalContents contents = read_journal(path_);
  EXPECT_TRUE(contents.records.empty());
  EXPECT_EQ(contents.torn_bytes, whole.size() - 1 - 16);
}

TEST_F(JournalTest, ZerosBehindThePowerCutAreATornTail) {
  const std::string whole = fill();
  put(whole + std::string(4096, '\0'));
  const JournalContents contents = read_journal(path_);
  expect_first(4, contents);
  EXPECT_EQ(contents.torn_bytes, 4096u);
}

TEST_F(JournalTest, RandomBytesNeverCrash) {
  Philox random(1);
  for (int trial = 0; trial < 300; ++trial) {
    std::string bytes = trial % 2 ? "flash-journal 1\n" : "";
    for (std::uint64_t n = random.below(200); n > 0; --n) bytes.push_back(static_cast<char>(random()));
    put(bytes);
    try {
      EXPECT_TRUE(read_journal(path_).records.empty());
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
    }
  }
}

// 400,000 whole headers, each of a payload of millions of bytes that are other headers. The test's time limit
// is the check: looking at every payload would take a quarter of an hour.
TEST_F(JournalTest, HeadersWithinHeadersAreSearchedOnce) {
  const auto u32 = [](std::uint32_t value) {
    std::string bytes;
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(value >> shift & 0xFFu);
    return bytes;
  };
  std::string header = u32(3'200'000) + u32(1) + u32(12345);
  header += u32(crc32c(header));
  std::string bytes = "flash-journal 1\ndamaged";
  for (int i = 0; i < 400'000; ++i) bytes += header;
  put(bytes);
  const JournalContents contents = read_journal(path_);
  EXPECT_TRUE(contents.records.empty());
  EXPECT_EQ(contents.good_bytes, 16u);
  EXPECT_EQ(repair_journal(path_).records, 0u);
}

TEST_F(JournalTest, OtherFilesAreRefusedAndLeftAlone) {
  put("accuracy,latency\n0.7,12.5\n");
  EXPECT_EQ(error_of([&] { Journal journal(path_); }).code(), ExitCode::bad_data);
  EXPECT_EQ(error_of([&] { repair_journal(path_); }).code(), ExitCode::bad_data);
  EXPECT_EQ(read_file(path_), "accuracy,latency\n0.7,12.5\n");
  EXPECT_EQ(error_of([&] { read_journal(folder_); }).code(), ExitCode::bad_data);
  EXPECT_EQ(error_of([&] { read_journal(folder_ / "absent"); }).code(), ExitCode::missing_input);
  EXPECT_EQ(error_of([&] { Journal journal(folder_ / "no" / "journal"); }).code(), ExitCode::io);
}

TEST_F(JournalTest, FailedAppendLeavesTheWholeRecords) {
  fill();
  const std::string before = read_file(path_);
  Journal journal(path_);
  {
    const FileSizeLimit limit(before.size() + 100);
    const Error error = error_of([&] { journal.append(8, std::string(1000, 'x')); });
    EXPECT_EQ(error.code(), ExitCode::io);
    EXPECT_THAT(error.what(), HasSubstr(path_.string()));
  }
  EXPECT_EQ(read_file(path_), before) << "a torn record was left";
  journal.append(4, "after");
  const JournalContents contents = read_journal(path_);
  ASSERT_EQ(contents.records.size(), 5u);
  EXPECT_EQ(contents.records[4].payload, "after");
}

TEST_F(JournalTest, RepairSavesEveryWholeRecordAroundAnyFlippedByte) {
  const std::string whole = fill();
  for (std::size_t at = 0; at < whole.size(); at += 3) {
    SCOPED_TRACE(at);
    std::string bytes = whole;
    bytes[at] = static_cast<char>(~bytes[at]);
    put(bytes);
    std::filesystem::remove(path_.string() + ".damaged");
    const RepairReport report = repair_journal(path_);
    std::size_t record = 0;  // the damaged one, counted from 1; 0 is the file's head
    while (ends_[record] <= at) ++record;
    EXPECT_EQ(report.records, record == 0 ? 4u : 3u);
    EXPECT_EQ(report.lost_bytes, record == 0 ? 16u : ends_[record] - ends_[record - 1]);
    EXPECT_EQ(report.original, path_.string() + ".damaged");
    EXPECT_EQ(read_file(report.original), bytes);
    const JournalContents contents = read_journal(path_);
    EXPECT_EQ(contents.records.size(), report.records);
    for (const Record& kept : contents.records) EXPECT_EQ(kept.payload, payloads_[kept.type]);
  }
}

TEST_F(JournalTest, RepairNeverOverwritesAndLeavesAWholeJournalAlone) {
  const std::string whole = fill();
  EXPECT_EQ(repair_journal(path_).records, 4u);
  EXPECT_EQ(repair_journal(path_).original, "");
  EXPECT_EQ(entries(), 1u);
  std::ofstream(path_.string() + ".damaged") << "precious";
  put(whole + "torn");
  EXPECT_EQ(repair_journal(path_).original, path_.string() + ".damaged.2");
  EXPECT_EQ(read_file(path_.string() + ".damaged"), "precious");
  EXPECT_EQ(read_file(path_), whole);
}

TEST_F(JournalTest, RepairOnAFullDiskChangesNothing) {
  const std::string damaged = fill() + "torn";
  put(damaged);
  {
    const FileSizeLimit limit(20);
    EXPECT_EQ(error_of([&] { repair_journal(path_); }).code(), ExitCode::io);
  }
  EXPECT_EQ(read_file(path_), damaged);
}

}  // namespace
}  // namespace flash

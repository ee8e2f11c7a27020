#include "flash/archive/archive.hpp"

#include <gmock/gmock.h>
#include <sys/mount.h>

#include <bit>
#include <cmath>
#include <fstream>
#include <limits>

#include "example_archive.hpp"
#include "flash/archive/journal.hpp"
#include "flash/core/file.hpp"
#include "flash/core/random.hpp"
#include "temporary_folder.hpp"

namespace flash {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

// Says where, rather than printing both.
void expect_equal(const ArchiveContents& a, const ArchiveContents& b) {
  EXPECT_TRUE(a.attributes == b.attributes);
  ASSERT_EQ(a.tables.size(), b.tables.size());
  for (std::size_t t = 0; t < a.tables.size(); ++t) {
    SCOPED_TRACE(b.tables[t].path);
    EXPECT_EQ(a.tables[t].path, b.tables[t].path);
    EXPECT_TRUE(a.tables[t].attributes == b.tables[t].attributes);
    ASSERT_EQ(a.tables[t].columns.size(), b.tables[t].columns.size());
    for (std::size_t c = 0; c < a.tables[t].columns.size(); ++c) {
      EXPECT_TRUE(a.tables[t].columns[c] == b.tables[t].columns[c]) << b.tables[t].columns[c].name;
    }
  }
}

class ArchiveTest : public FolderTest {
 protected:
  void SetUp() override {
    FolderTest::SetUp();
    path_ = folder_ / "archive.h5";
  }
  ArchiveContents round_trip(const ArchiveContents& contents) {
    write_file_atomically(path_, archive_bytes(contents));
    return read_archive(path_);
  }
  fs::path path_;
};

TEST_F(ArchiveTest, ReadsBackExactlyWhatWasWrittenInItsOrder) {
  const ArchiveContents contents = example_archive();
  expect_equal(round_trip(contents), contents);
  expect_equal(round_trip(ArchiveContents()), ArchiveContents());
  EXPECT_EQ(entries(), 1u) << "a temporary file was left behind";
}

TEST_F(ArchiveTest, DoublesKeepEveryBit) {
  const std::vector<double> values{0.0, -0.0, 5e-324, 1e308, std::nan(""), INFINITY, -INFINITY, 0.1};
  const ArchiveContents read = round_trip({{}, {{"t", {}, {{"x", "1", "", values}}}}});
  const auto& back = std::get<std::vector<double>>(read.find("t")->find("x")->values);
  ASSERT_EQ(back.size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(std::bit_cast<std::uint64_t>(back[i]), std::bit_cast<std::uint64_t>(values[i])) << i;
  }
}

TEST_F(ArchiveTest, ManyRowsAndManyTables) {
  Philox random(1);
  ArchiveContents contents;
  Column ids{"id", "1", "", std::vector<std::uint64_t>()};
  Column texts{"text", "", "", std::vector<std::string>()};
  for (int i = 0; i < 50000; ++i) {
    std::get<std::vector<std::uint64_t>>(ids.values).push_back(random.bits64());
    std::get<std::vector<std::string>>(texts.values).push_back(std::string(random.below(20), 'z'));
  }
  contents.tables.push_back({"large", {}, {ids, texts}});
  for (int i = 60; i > 0; --i)
    contents.tables.push_back({std::string("t").append(std::to_string(i)), {{"n", std::int64_t{i}}}, {}});
  contents.attributes.emplace_back("job", std::string(200000, 'j'));  // longer than an object header may be
  expect_equal(round_trip(contents), contents);
}

TEST_F(ArchiveTest, TextsThatAreNoTextsAreMadeSo) {
  const std::vector<std::string> texts{std::string("a\0b", 3),
                                       "\xff\xfe",
                                       "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x8e\x89",
                                       "\xc3",
                                       "\xed\xa0\x80",
                                       "\xc0\x80",
                                       "\xe2\x82"};
  const std::vector<std::string> clean{"a?b", "??", texts[2], "?", "???", "??", "??"};
  const ArchiveContents read = round_trip({{}, {{"t", {}, {{"x", "", "", texts}}}}});
  auto values = std::get<std::vector<std::string>>(read.tables[0].columns[0].values);
  for (std::string& value : values) {
    for (auto at = value.find("\xEF\xBF\xBD"); at != std::string::npos; at = value.find("\xEF\xBF\xBD")) {
      value.replace(at, 3, 1, '?');
    }
  }
  EXPECT_EQ(values, clean);
}

// Texts are of fixed length, padded; padding and repetition cost next to nothing.
TEST_F(ArchiveTest, RepeatedAndPaddedTextsAreSmall) {
  std::vector<std::string> texts(5000, "shgo-hierarchical");
  texts[7] = std::string(10000, 'x');
  const ArchiveContents contents{{}, {{"t", {}, {{"c", "", "", texts}}}}};
  expect_equal(round_trip(contents), contents);
  std::vector<std::string> names(200000, "shgo-hierarchical");
  EXPECT_LT(archive_bytes({{}, {{"t", {}, {{"c", "", "", names}}}}}).size(), 50000u);
}

TEST_F(ArchiveTest, AllTextsOfOneLetterAreReadBack) {
  const ArchiveContents contents{{}, {{"t", {}, {{"a", "", "", std::vector<std::string>(1000000, "a")}}}}};
  expect_equal(round_trip(contents), contents);
}

TEST_F(ArchiveTest, ReadingAndWritingAgainIsTheSameFile) {
  write_file_atomically(path_, archive_bytes(example_archive()));
  write_file_atomically(folder_ / "again.h5", archive_bytes(read_archive(path_)));
  EXPECT_TRUE(read_file(path_) == read_file(folder_ / "again.h5"));
}

TEST_F(ArchiveTest, ColumnsOfUnequalLengthAreABugOfTheCaller) {
  const Table table{"t", {}, {{"a", "", "", std::vector<double>{1}}, {"b", "", "", std::vector<double>{}}}};
  EXPECT_EQ(error_of([&] {
              write_file_atomically(path_, archive_bytes({{}, {table}}));
            }).code(),
            ExitCode::internal);
  EXPECT_EQ(entries(), 0u);
}

TEST_F(ArchiveTest, FailedWriteLeavesTheOldArchiveAndNoTemporary) {
  write_file_atomically(path_, archive_bytes(example_archive()));
  const std::string before = read_file(path_);
  {
    const FileSizeLimit limit(before.size() / 2);
    EXPECT_EQ(error_of([&] { write_file_atomically(path_, archive_bytes(example_archive())); }).code(),
              ExitCode::io);
  }
  EXPECT_TRUE(read_file(path_) == before);
  EXPECT_EQ(entries(), 1u);
  EXPECT_EQ(error_of([&] { write_file_atomically(folder_ / "no" / "archive.h5", archive_bytes({})); }).code(),
            ExitCode::io);
}

// A real file system that is really full.
TEST_F(ArchiveTest, FullDiskLeavesTheOldArchiveAndJournal) {
  const fs::path disk = folder_ / "disk";
  fs::create_directories(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=64k") != 0)
    GTEST_SKIP() << "no right to mount a tmpfs";
  path_ = disk / "archive.h5";
  ArchiveContents small{{{"n", std::int64_t{1}}}, {}};
  write_file_atomically(path_, archive_bytes(small));
  {
    Journal journal(disk / "journal");
    std::size_t records = 0;
    const Error full = error_of([&] {
      for (;; ++records) journal.append(1, std::string(3000, 'r'));
    });
    EXPECT_EQ(full.code(), ExitCode::io);
    EXPECT_THAT(full.what(), HasSubstr("No space left"));
    const JournalContents contents = read_journal(disk / "journal");
    EXPECT_EQ(contents.records.size(), records);
    EXPECT_EQ(contents.torn_bytes, 0u);
  }
  small.attributes[0].second = std::int64_t{2};
  small.attributes.emplace_back("job", std::string(100000, 'j'));
  EXPECT_EQ(error_of([&] { write_file_atomically(path_, archive_bytes(small)); }).code(), ExitCode::io);
  EXPECT_EQ(read_archive(path_).attributes[0].second, Attribute(std::int64_t{1}));
  EXPECT_EQ(std::distance(fs::directory_iterator(disk), {}), 2) << "a temporary file was left behind";
  EXPECT_EQ(::umount(disk.c_str()), 0);
}

TEST_F(ArchiveTest, WhatIsNoArchiveIsRefused) {
  EXPECT_EQ(error_of([&] { read_archive(path_); }).code(), ExitCode::missing_input);
  EXPECT_EQ(error_of([&] { read_archive(folder_); }).code(), ExitCode::bad_data);
  for (const std::string& bytes : {std::string(), std::string("\x89HDF"), std::string(5000, 'x')}) {
    std::ofstream(path_, std::ios::binary) << bytes;
    const Error error = error_of([&] { read_archive(path_); });
    EXPECT_EQ(error.code(), ExitCode::bad_data);
    EXPECT_THAT(error.what(), HasSubstr("archive.h5: is no HDF5 file"));
  }
}

TEST_F(ArchiveTest, CutAnywhereIsBadData) {
  write_file_atomically(path_, archive_bytes(example_archive()));
  const std::string whole = read_file(path_);
  for (std::size_t size = 0; size<whole.size(); size += whole.size() - size> 200 ? 997 : 1) {
    std::ofstream(path_, std::ios::binary) << whole.substr(0, size);
    EXPECT_EQ(error_of([&] { read_archive(path_); }).code(), ExitCode::bad_data) << size;
  }
}

TEST_F(ArchiveTest, EveryFlippedByteIsNoticed) {
  write_file_atomically(path_, archive_bytes(example_archive()));
  const std::string whole = read_file(path_);
  for (std::size_t at = 0; at + 1 < whole.size(); at += at + 100 < whole.size() ? 211 : 1) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    std::ofstream(path_, std::ios::binary) << bytes;
    EXPECT_EQ(error_of([&] { read_archive(path_); }).code(), ExitCode::bad_data) << at;
  }
}

}  // namespace
}  // namespace flash

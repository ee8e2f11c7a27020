// Archives of format 1 whose texts somebody has altered in bad faith and sealed again: HDF5 1.10 itself hangs
// or crashes on them.
#include <gmock/gmock.h>

#include <algorithm>
#include <stdexcept>

#include "../../format_1.hpp"
#include "flash/archive/archive.hpp"
#include "flash/core/file.hpp"
#include "flash/core/hash.hpp"
#include "temporary_folder.hpp"

namespace flash {
namespace {

using testing::HasSubstr;

constexpr std::string_view mark = "\nflash-archive sha256 ";
constexpr std::size_t collection_length = 8;  // where its bytes are, behind the start of the collection
constexpr std::size_t first_object = 16;
constexpr std::size_t first_length = 24;

class GlobalHeapTest : public FolderTest {
 protected:
  void SetUp() override {
    FolderTest::SetUp();
    body_ = unsealed_format_1_archive({"a", "", "caf\xc3\xa9"});
    heap_ = body_.find("GCOL");
    ASSERT_NE(heap_, std::string::npos);
  }
  // Little-endian.
  static std::string bytes(std::uint64_t value, int count) {
    std::string bytes;
    for (; count > 0; --count, value >>= 8) bytes += static_cast<char>(value & 0xff);
    return bytes;
  }
  void replace(std::size_t at, std::uint64_t value, int count) {
    std::ranges::copy(bytes(value, count), body_.begin() + static_cast<std::ptrdiff_t>(at));
  }
  void put(std::size_t at, std::uint64_t value, int count) { replace(heap_ + at, value, count); }
  // An archive with one column, which holds the text and 99 empty ones; where its reference to the text is:
  // the text's length, the collection's address, a number.
  std::size_t column_of(const std::string& text) {
    std::vector<std::string> texts(100);
    texts.front() = text;
    body_ = unsealed_format_1_archive(texts);
    for (heap_ = 0; (heap_ = body_.find("GCOL", heap_)) != std::string::npos; ++heap_) {
      const std::size_t at = body_.find(bytes(text.size(), 4) + bytes(heap_, 8));
      if (at != std::string::npos) return at;
    }
    throw std::logic_error("no reference found");
  }
  std::filesystem::path sealed() const {
    const std::filesystem::path path = folder_ / "archive.h5";
    write_file_atomically(path, body_ + std::string(mark) + sha256_hex(body_) + "\n");
    return path;
  }
  void expect_refused(const std::string& reason) const {
    const Error error = error_of([&] { read_archive(sealed()); });
    EXPECT_EQ(error.code(), ExitCode::bad_data);
    EXPECT_THAT(error.what(), HasSubstr(reason));
  }
  std::string body_;
  std::size_t heap_ = 0;
};

TEST_F(GlobalHeapTest, SealedAgainUnchangedItIsRead) {
  const Column column{"c", "", "", std::vector<std::string>{"a", "", "caf\xc3\xa9"}};
  EXPECT_TRUE(read_archive(sealed()) == ArchiveContents({}, {{"t", {}, {column}}}));
}

// Header and length, rounded up to 8, make 2^64: HDF5 stays where it is.
TEST_F(GlobalHeapTest, AnObjectAsLongAsTheAddressSpaceIsRefused) {
  put(first_length, ~std::uint64_t{0} - 15, 8);
  expect_refused("an object of a wrong length");
}

TEST_F(GlobalHeapTest, FreeSpaceOfNoSizeIsRefused) {
  put(first_object, 0, 2);
  put(first_length, 0, 8);
  expect_refused("an object of a wrong length");
}

TEST_F(GlobalHeapTest, AnObjectBeyondItsCollectionIsRefused) {
  put(first_length, 4096, 8);
  expect_refused("an object of a wrong length");
}

TEST_F(GlobalHeapTest, ACollectionOfAWrongLengthIsRefused) {
  for (const std::uint64_t length : {std::uint64_t{8}, std::uint64_t{1} << 40, ~std::uint64_t{0}}) {
    put(collection_length, length, 8);
    expect_refused("at byte " + std::to_string(heap_) + " has a wrong length");
  }
}

TEST_F(GlobalHeapTest, ATextLongerThanItsObjectIsRefused) {
  const std::size_t reference = column_of(std::string(1000, 'x'));
  for (const std::uint64_t length : {std::uint64_t{1001}, std::uint64_t{0xffffffff}}) {
    replace(reference, length, 4);
    expect_refused("column c: refers to a text that is not there");
  }
}

TEST_F(GlobalHeapTest, ATextWhoseObjectIsNotThereIsRefused) {
  replace(column_of(std::string(1000, 'x')) + 12, 60000, 4);
  expect_refused("column c: refers to a text that is not there");
}

TEST_F(GlobalHeapTest, ATextWhoseCollectionIsNotThereIsRefused) {
  const std::size_t reference = column_of(std::string(1000, 'x'));
  for (const std::uint64_t address : {std::uint64_t{0}, heap_ + 8, body_.size() - 4, ~std::uint64_t{0}}) {
    replace(reference + 4, address, 8);
    expect_refused("at byte " + std::to_string(address) + ", where there is none");
  }
}

// A small file that named one long text often would fill the memory.
TEST_F(GlobalHeapTest, TextsThatAreTogetherLongerThanTheFileAreRefused) {
  const std::size_t reference = column_of(std::string(100000, 'x'));
  for (std::size_t row = 1; row < 100; ++row) body_.replace(reference + 16 * row, 16, body_, reference, 16);
  expect_refused("column c: refers to a text that is not there");
}

}  // namespace
}  // namespace flash

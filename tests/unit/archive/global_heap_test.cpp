// Archives whose texts somebody has altered in bad faith and sealed again: HDF5 1.10 hangs on them.
#include <gmock/gmock.h>

#include "example_archive.hpp"
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
    body_ = archive_bytes(example_archive());
    body_.resize(body_.rfind(mark));
    heap_ = body_.find("GCOL");
    ASSERT_NE(heap_, std::string::npos);
  }
  void put(std::size_t at, std::uint64_t value, int bytes) {
    for (; bytes > 0; --bytes, value >>= 8) body_[heap_ + at++] = static_cast<char>(value & 0xff);
  }
  std::filesystem::path sealed() const {
    const std::filesystem::path path = folder_ / "archive.h5";
    write_file_atomically(path, body_ + std::string(mark) + sha256_hex(body_) + "\n");
    return path;
  }
  void expect_refused() const {
    const Error error = error_of([&] { read_archive(sealed()); });
    EXPECT_EQ(error.code(), ExitCode::bad_data);
    EXPECT_THAT(error.what(), HasSubstr("global heap at byte " + std::to_string(heap_)));
  }
  std::string body_;
  std::size_t heap_ = 0;
};

TEST_F(GlobalHeapTest, SealedAgainUnchangedItIsRead) {
  EXPECT_TRUE(read_archive(sealed()) == example_archive());
}

// Header and length, rounded up to 8, make 2^64: HDF5 stays where it is.
TEST_F(GlobalHeapTest, AnObjectAsLongAsTheAddressSpaceIsRefused) {
  put(first_length, ~std::uint64_t{0} - 15, 8);
  expect_refused();
}

TEST_F(GlobalHeapTest, FreeSpaceOfNoSizeIsRefused) {
  put(first_object, 0, 2);
  put(first_length, 0, 8);
  expect_refused();
}

TEST_F(GlobalHeapTest, AnObjectBeyondItsCollectionIsRefused) {
  put(first_length, 4096, 8);
  expect_refused();
}

TEST_F(GlobalHeapTest, ACollectionSmallerThanAnyIsRefused) {
  put(collection_length, 8, 8);
  expect_refused();
}

// HDF5 does not look at the reserved bytes either.
TEST_F(GlobalHeapTest, ReservedBytesHideNothing) {
  put(5, 0xffffff, 3);
  put(first_length, ~std::uint64_t{0} - 15, 8);
  expect_refused();
}

TEST_F(GlobalHeapTest, ACollectionBeyondTheFileIsLeftToHdf5) {
  put(collection_length, std::uint64_t{1} << 40, 8);
  EXPECT_EQ(error_of([&] { read_archive(sealed()); }).code(), ExitCode::bad_data);
}

}  // namespace
}  // namespace flash

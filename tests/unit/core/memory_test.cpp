#include "flash/core/memory.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include <sys/mman.h>

namespace flash {
namespace {

constexpr std::size_t block_mib = 256;

// Resident for a moment, then given back.
void touch_a_block() {
  const std::size_t bytes = block_mib << 20;
  void* block =
      ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  ASSERT_NE(block, MAP_FAILED);
  ::munmap(block, bytes);
}

TEST(PeakMemory, IsThatOfItsOwnTime) {
  touch_a_block();
  const PeakMemory after;
  if (std::isnan(after.mib())) GTEST_SKIP() << "no peak can be forgotten here";
  EXPECT_GT(after.mib(), 0);
  EXPECT_LT(after.mib(), block_mib);
  touch_a_block();
  EXPECT_GE(after.mib(), block_mib);
}

TEST(PeakMemory, IsAbsentWhereTheOldPeakCannotBeForgotten) {
  EXPECT_TRUE(std::isnan(PeakMemory("/nowhere/clear_refs").mib()));
  // Can be opened, but refuses what is written.
  EXPECT_TRUE(std::isnan(PeakMemory("/dev/full").mib()));
}

}  // namespace
}  // namespace flash

#include "flash/core/processor.hpp"

#include <gtest/gtest.h>

namespace flash {
namespace {

TEST(ProcessorName, IsOneLineOfText) {
  EXPECT_FALSE(processor_name().empty());
  EXPECT_EQ(processor_name().find_first_of("\n\t:"), std::string::npos);
}

}  // namespace
}  // namespace flash

#include "flash/devices/monotonicity.hpp"

#include <gtest/gtest.h>

namespace flash {
namespace {

TEST(Monotonicity, OneDevice) { EXPECT_EQ(central_device(monotonicity({})), 0u); }

}  // namespace
}  // namespace flash

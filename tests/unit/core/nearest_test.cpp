#include <gtest/gtest.h>

#include "flash/core/nearest.hpp"

namespace flash {
namespace {

const std::vector<std::string> keys{"epochs", "learning_rate",    "batch", "wm", "sgd",
                                    "shgo",   "shgo-hierarchical"};

TEST(Nearest, FindsEveryKindOfTypingError) {
  EXPECT_EQ(nearest("epoch", keys), "epochs");    // left out
  EXPECT_EQ(nearest("epochss", keys), "epochs");  // put in
  EXPECT_EQ(nearest("epachs", keys), "epochs");   // replaced
  EXPECT_EQ(nearest("sdg", keys), "sgd");         // swapped: one edit, not two
  EXPECT_EQ(nearest("Learning-Rate", keys), "learning_rate");
  EXPECT_EQ(nearest("SGD", keys), "sgd");
}

TEST(Nearest, GivesNothingWhereNothingIsNear) {
  EXPECT_EQ(nearest("momentum", keys), "");
  EXPECT_EQ(nearest("wn", keys), "");  // half of its length away
  EXPECT_EQ(nearest("epo", keys), "");
  EXPECT_EQ(nearest("", keys), "");
  EXPECT_EQ(nearest("epochs", {}), "");
  EXPECT_EQ(nearest("a", {"", "abc"}), "");
}

TEST(Nearest, ReachesExactlyAThirdOfTheCandidate) {
  EXPECT_EQ(nearest("xxcdef", {"abcdef"}), "abcdef");
  EXPECT_EQ(nearest("xxxdef", {"abcdef"}), "");
}

TEST(Nearest, TakesTheNearestAndTheFirstOfEqualOnes) {
  EXPECT_EQ(nearest("shgo-hierarchial", keys), "shgo-hierarchical");
  EXPECT_EQ(nearest("cat", {"bat", "car"}), "bat");
  EXPECT_EQ(nearest("cat", {"bat", "cat"}), "cat");
}

TEST(Nearest, BearsWordsOfAnyLengthAndByte) {
  EXPECT_EQ(nearest(std::string(1 << 20, 'a'), keys), "");
  EXPECT_EQ(nearest(std::string("\xff\0ochs", 6), keys), "epochs");
}

}  // namespace
}  // namespace flash

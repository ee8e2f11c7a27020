#include "flash/core/parallel_for.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace flash {
namespace {

TEST(ParallelFor, CallsEveryIndexOnce) {
  for (const std::size_t threads : {0, 1, 2, 7})
    for (const std::size_t count : {0, 1, 5, 1000}) {
      std::vector<std::atomic<int>> calls(count);
      parallel_for(count, threads, [&](std::size_t index, std::size_t thread) {
        ++calls[index];
        EXPECT_LT(thread, std::max<std::size_t>(threads, 1));
      });
      for (const std::atomic<int>& times : calls) EXPECT_EQ(times, 1);
    }
}

TEST(ParallelFor, WorksOnAsManyThreadsAsAsked) {
  std::latch all(3);  // nobody passes before three are there
  std::vector<std::thread::id> ids(3);
  parallel_for(3, 3, [&](std::size_t, std::size_t thread) {
    all.arrive_and_wait();
    ids[thread] = std::this_thread::get_id();
  });
  EXPECT_EQ(ids[2], std::this_thread::get_id());
  EXPECT_NE(ids[0], ids[1]);
  EXPECT_NE(ids[0], ids[2]);
}

// Whichever thread is first: the second failure is there before the first is thrown.
TEST(ParallelFor, ThrowsTheLeastIndexsException) {
  for (int round = 0; round < 20; ++round) {
    std::latch later_failed(1);
    try {
      parallel_for(100, 4, [&](std::size_t index, std::size_t) {
        if (index == 2) later_failed.wait();
        if (index == 3) later_failed.count_down();
        if (index == 2 || index == 3) throw std::runtime_error(std::to_string(index));
      });
      ADD_FAILURE() << "nothing was thrown";
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "2");
    }
  }
}

TEST(ParallelFor, EndsAllThreadsBeforeItThrows) {
  std::atomic<int> running{0};
  std::latch begun(2);
  const auto body = [&](std::size_t index, std::size_t) {
    ++running;
    if (index < 2) begun.arrive_and_wait();
    --running;
    if (index == 0) throw std::runtime_error("the first");
  };
  EXPECT_THROW(parallel_for(1'000'000, 2, body), std::runtime_error);
  EXPECT_EQ(running, 0);
}

TEST(ParallelFor, HandsNothingOutAfterAFailure) {
  std::size_t calls = 0;
  const auto body = [&](std::size_t, std::size_t) {
    if (++calls == 3) throw std::runtime_error("the third");
  };
  EXPECT_THROW(parallel_for(10, 1, body), std::runtime_error);
  EXPECT_EQ(calls, 3U);
}

}  // namespace
}  // namespace flash

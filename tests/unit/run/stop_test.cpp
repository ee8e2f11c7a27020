#include "flash/run/stop.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "flash/core/clock.hpp"

namespace flash {
namespace {

using namespace std::chrono_literals;

TEST(StopCondition, NothingAsksForAStop) {
  EXPECT_FALSE(any_of({})());
  EXPECT_FALSE(stop_on_signal()());
}

TEST(StopCondition, DeadlinePasses) {
  EXPECT_FALSE(stop_after_seconds(1e6)());
  const StopCondition stop = stop_after_seconds(0.05);
  while (!stop()) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(stop(), "deadline");
}

TEST(StopCondition, SlurmsEndTimeIsADeadlineWithAMargin) {
  setenv("SLURM_JOB_END_TIME", std::to_string(static_cast<long>(unix_time()) + 10).c_str(), 1);
  EXPECT_EQ(stop_before_slurm_does()(), "end of the Slurm job's time");
  setenv("SLURM_JOB_END_TIME", std::to_string(static_cast<long>(unix_time()) + 600).c_str(), 1);
  EXPECT_FALSE(stop_before_slurm_does()());
  unsetenv("SLURM_JOB_END_TIME");
  EXPECT_FALSE(stop_before_slurm_does()());
}

TEST(StopCondition, TheBudgetOfTasksIsUsedUp) {
  std::size_t done = 2;
  const StopCondition stop = stop_after_tasks(3, done);
  EXPECT_FALSE(stop());
  done = 3;
  EXPECT_EQ(stop(), "budget of 3 tasks");
}

TEST(StopCondition, TheFirstOfSeveralThatHoldsIsTheReason) {
  const StopCondition never = any_of({});
  std::size_t done = 5;
  EXPECT_FALSE(any_of({never, never})());
  EXPECT_EQ(any_of({never, stop_after_tasks(1, done), stop_after_seconds(0)})(), "budget of 1 tasks");
}

TEST(StopCondition, StopFileIsSeen) {
  const auto file =
      std::filesystem::temp_directory_path() / ("flash_stop_test." + std::to_string(::getpid()));
  std::filesystem::remove(file);
  const StopCondition stop = stop_on_file(file);
  EXPECT_FALSE(stop());
  std::ofstream(file) << "";
  while (!stop()) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(stop(), "STOP file");
  EXPECT_EQ(stop_on_file(file)(), "STOP file");  // the first question is answered at once
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace flash

#include "flash/job/stop.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <thread>

namespace flash {
namespace {

using namespace std::chrono_literals;

TEST(StopCondition, NothingAsksForAStop) { EXPECT_FALSE(StopCondition(0, "").reason()); }

TEST(StopCondition, DeadlinePasses) {
  const StopCondition stop(0.05, "");
  EXPECT_FALSE(stop.reason());
  std::this_thread::sleep_for(80ms);
  EXPECT_EQ(stop.reason(), "deadline");
}

TEST(StopCondition, SlurmsEndTimeIsADeadlineWithAMargin) {
  setenv("SLURM_JOB_END_TIME", std::to_string(static_cast<long>(unix_time()) + 10).c_str(), 1);
  EXPECT_EQ(StopCondition(0, "").reason(), "deadline");
  setenv("SLURM_JOB_END_TIME", std::to_string(static_cast<long>(unix_time()) + 600).c_str(), 1);
  EXPECT_FALSE(StopCondition(0, "").reason());
  unsetenv("SLURM_JOB_END_TIME");
}

TEST(StopCondition, StopFileIsSeenAndCleared) {
  const auto file =
      std::filesystem::temp_directory_path() / ("flash_stop_test." + std::to_string(::getpid()));
  std::filesystem::remove(file);
  const StopCondition stop(0, file);
  EXPECT_FALSE(stop.reason());
  std::ofstream(file) << "";
  std::this_thread::sleep_for(300ms);
  EXPECT_EQ(stop.reason(), "STOP file");
  stop.clear_stop_file();
  EXPECT_FALSE(std::filesystem::exists(file));
}

}  // namespace
}  // namespace flash

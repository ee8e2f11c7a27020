#include "flash/run/threads.hpp"

#include <gtest/gtest.h>
#include <sched.h>

#include <cstdlib>

namespace flash {
namespace {

TEST(Threads, RanksThatShareCoresDivideThem) {
  EXPECT_EQ(threads_of({.cores = 64, .host_cores = 64, .ranks = 4}), 16U);
  EXPECT_EQ(threads_of({.cores = 8, .host_cores = 8, .ranks = 1}), 8U);
  EXPECT_EQ(threads_of({.cores = 2, .host_cores = 2, .ranks = 5}), 1U);
}

TEST(Threads, CoresThatARankIsBoundToAreItsOwn) {
  EXPECT_EQ(threads_of({.cores = 4, .host_cores = 64, .ranks = 16}), 4U);
  EXPECT_EQ(threads_of({.cores = 4, .host_cores = 64, .ranks = 2}), 4U);
  EXPECT_EQ(threads_of({.cores = 1, .host_cores = 64, .ranks = 2}), 1U);
}

TEST(Threads, ASocketIsSharedByTheRanksThatAreBoundToIt) {
  EXPECT_EQ(threads_of({.cores = 32, .host_cores = 64, .ranks = 4}), 16U);
}

// The environment and the cores of one rank of two, as launchers set them.
class Placement : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(sched_getaffinity(0, sizeof before_, &before_), 0);
    for (const char* name : {"OMPI_COMM_WORLD_LOCAL_SIZE", "OMPI_MCA_orte_bound_at_launch",
                             "SLURM_CPU_BIND_TYPE", "SLURM_STEP_TASKS_PER_NODE", "SLURM_CPUS_ON_NODE"})
      ::unsetenv(name);
  }
  void TearDown() override { sched_setaffinity(0, sizeof before_, &before_); }

  void bind_to_one_core() {
    cpu_set_t one;
    CPU_ZERO(&one);
    for (int core = 0; CPU_COUNT(&one) == 0; ++core)
      if (CPU_ISSET(core, &before_)) CPU_SET(core, &one);
    ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  }

  cpu_set_t before_{};
};

TEST_F(Placement, OfMpirunWithoutBinding) {
  ::setenv("OMPI_COMM_WORLD_LOCAL_SIZE", "2", 1);
  bind_to_one_core();  // as taskset does around mpirun: the ranks share this core
  const RankPlacement placement = rank_placement();
  EXPECT_EQ(placement.ranks, 2U);
  EXPECT_EQ(placement.cores, 1U);
  EXPECT_EQ(placement.host_cores, 1U);
}

TEST_F(Placement, OfMpirunWithBinding) {
  ::setenv("OMPI_COMM_WORLD_LOCAL_SIZE", "2", 1);
  ::setenv("OMPI_MCA_orte_bound_at_launch", "1", 1);
  bind_to_one_core();
  const RankPlacement placement = rank_placement();
  EXPECT_EQ(placement.cores, 1U);
  EXPECT_GE(placement.host_cores, static_cast<unsigned>(CPU_COUNT(&before_)));
  cpu_set_t after;
  ASSERT_EQ(sched_getaffinity(0, sizeof after, &after), 0);
  EXPECT_EQ(CPU_COUNT(&after), 1);  // the question moves nothing
}

TEST_F(Placement, OfSrun) {
  ::setenv("SLURM_STEP_TASKS_PER_NODE", "16(x3),1", 1);
  ::setenv("SLURM_CPUS_ON_NODE", "64", 1);
  ::setenv("SLURM_CPU_BIND_TYPE", "mask_cpu:", 1);
  EXPECT_EQ(rank_placement().ranks, 16U);
  EXPECT_EQ(rank_placement().host_cores, 64U);
  ::setenv("SLURM_CPU_BIND_TYPE", "none", 1);
  EXPECT_EQ(rank_placement().host_cores, static_cast<unsigned>(CPU_COUNT(&before_)));
}

}  // namespace
}  // namespace flash

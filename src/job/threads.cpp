#include "flash/job/threads.hpp"

#include <sched.h>

#include <algorithm>
#include <cstdlib>

namespace flash {
namespace {

// Slurm's form is "2(x3),1": the first node's number stands for all.
int ranks_here() {
  for (const char* name : {"OMPI_COMM_WORLD_LOCAL_SIZE", "SLURM_STEP_TASKS_PER_NODE"})
    if (const char* value = std::getenv(name)) return std::max(1, std::atoi(value));
  return 1;
}

int cores() {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

}  // namespace

unsigned threads_of_rank() { return static_cast<unsigned>(std::max(1, cores() / ranks_here())); }

}  // namespace flash

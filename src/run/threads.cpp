#include "flash/run/threads.hpp"

#include <sched.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <thread>

#include "flash/core/number.hpp"

namespace flash {
namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// The number that an environment variable begins with, 0 where it does not: Slurm writes "2(x3),1", whose
// first node stands for all.
unsigned leading_number(const char* name) {
  const std::string_view text = environment(name);
  return static_cast<unsigned>(whole_number(text.substr(0, text.find_first_of("(,"))).value_or(0));
}

unsigned own_cores() {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? static_cast<unsigned>(CPU_COUNT(&set)) : 1;
}

// The cores that this process may be moved to, whatever it is bound to now: the system cuts a wish for all of
// them down to those of its control group. A thread wishes, so that the process stays where it is.
unsigned reachable_cores() {
  unsigned cores = 1;
  std::thread([&cores] {
    cpu_set_t all;
    std::memset(&all, 0xFF, sizeof all);
    sched_setaffinity(0, sizeof all, &all);
    cores = own_cores();
  }).join();
  return cores;
}

bool started_by_mpirun() { return !environment("OMPI_COMM_WORLD_LOCAL_SIZE").empty(); }

bool bound() {
  if (started_by_mpirun()) return environment("OMPI_MCA_orte_bound_at_launch") == "1";
  const std::string_view binding = environment("SLURM_CPU_BIND_TYPE");
  return !binding.empty() && binding != "none";
}

unsigned host_cores() {
  if (!bound()) return own_cores();
  const unsigned of_slurm = started_by_mpirun() ? 0 : leading_number("SLURM_CPUS_ON_NODE");
  return of_slurm > 0 ? of_slurm : reachable_cores();
}

}  // namespace

RankPlacement rank_placement() {
  const char* ranks = started_by_mpirun() ? "OMPI_COMM_WORLD_LOCAL_SIZE" : "SLURM_STEP_TASKS_PER_NODE";
  return {own_cores(), host_cores(), std::max(1U, leading_number(ranks))};
}

unsigned threads_of(const RankPlacement& placement) {
  return std::clamp(placement.host_cores / placement.ranks, 1U, placement.cores);
}

}  // namespace flash

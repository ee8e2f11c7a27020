#include "launcher.hpp"

#include <cstdlib>
#include <string>

#include "flash/core/error.hpp"
#include "flash/core/number.hpp"

namespace flash {
namespace {

bool is_set(const char* name) { return std::getenv(name) != nullptr; }

// 0 where the variable is absent or no number.
std::uint64_t number(const char* name) {
  const char* value = std::getenv(name);
  return value ? whole_number(value).value_or(0) : 0;
}

// One process in a batch job of several tasks, outside any step: legitimate where the user says so.
bool single_on_purpose() { return !is_set("SLURM_STEP_ID") && number("FLASH_SINGLE") == 1; }

[[noreturn]] void refuse(const std::string& who, std::uint64_t processes, const std::string& advice) {
  throw Error(ExitCode::mpi, who + " stands for " + std::to_string(processes) +
                                 " processes, but this one sees no other: " + advice);
}

}  // namespace

// The innermost launcher counts: `mpirun -n 1` within a job of four tasks is one process on purpose.
void refuse_mismatch(int world_size) {
  if (world_size > 1) return;
  if (is_set("OMPI_COMM_WORLD_SIZE")) {
    if (const std::uint64_t n = number("OMPI_COMM_WORLD_SIZE"); n > 1)
      refuse("OMPI_COMM_WORLD_SIZE", n, "start flash with the mpirun of the Open MPI that it was built with");
  } else if (const std::uint64_t pmi = number("PMI_SIZE"); pmi > 1) {
    refuse("PMI_SIZE", pmi, "the launcher is another MPI's; use Open MPI's mpirun, or srun --mpi=pmix");
  } else if (const std::uint64_t tasks = number("SLURM_NTASKS"); tasks > 1 && !single_on_purpose()) {
    refuse(
        "SLURM_NTASKS", tasks,
        "start it with `srun --mpi=pmix` or `mpirun` (or, for one process on purpose, set FLASH_SINGLE=1 and "
        "do without srun)");
  }
}

double silence_limit() {
  constexpr double usual = 60;
  const char* text = std::getenv("FLASH_SILENCE_LIMIT");
  if (text == nullptr) return usual;
  const std::optional<double> seconds = decimal_number(text);
  if (!seconds || !(*seconds > 0))
    throw Error(ExitCode::usage, std::string("the environment variable FLASH_SILENCE_LIMIT is \"") + text +
                                     "\", expected seconds, a number above 0");
  return *seconds;
}

bool started_alone() {
  for (const char* name :
       {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMIX_NAMESPACE", "PMI_RANK", "PMI_FD", "PMI_SIZE"})
    if (is_set(name)) return false;
  return true;
}

StartSettings::StartSettings() {
  set("OMPI_MCA_mpi_yield_when_idle", "1");
  set("OMPI_MCA_mpi_add_procs_cutoff", "1024");
}

StartSettings::~StartSettings() {
  for (const char* name : set_here_) ::unsetenv(name);
}

void StartSettings::set(const char* name, const char* value) {
  if (is_set(name)) return;
  ::setenv(name, value, 0);
  set_here_.push_back(name);
}

}  // namespace flash

// How this process was started, as far as the environment tells.
#pragma once

#include <vector>

namespace flash {

// Throws Error mpi where a launcher says that it started several processes, but this one is alone.
void refuse_mismatch(int world_size);

// Whether no launcher is in sight: MPI would then make a world of one process.
bool started_alone();

// How long a rank may be silent before it counts as lost, s: FLASH_SILENCE_LIMIT, else 60. Throws Error usage
// where that is no number above 0.
double silence_limit();

// Settings of Open MPI that the user has not made, in force during its start only. Idle waits of MPI yield.
// Ranks (up to 1,024) learn of each other at the start, not when a first message comes: otherwise, in Open
// MPI 4.1, a connection that comes while rank 0 starts can crash it (4 of 100 starts by srun on a busy
// machine).
class StartSettings {
 public:
  StartSettings();
  ~StartSettings();  // takes away what it set: programs started later see none of it
  StartSettings(const StartSettings&) = delete;
  StartSettings& operator=(const StartSettings&) = delete;

 private:
  void set(const char* name, const char* value);
  std::vector<const char*> set_here_;
};

}  // namespace flash

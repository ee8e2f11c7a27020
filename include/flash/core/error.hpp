// Errors that a user can do something about, and the exit codes that scripts rely on.
#pragma once

#include <stdexcept>
#include <string>

namespace flash {

// Exit codes of every flash program (the numbers follow BSD's sysexits.h).
enum class ExitCode : int {
  ok = 0,
  usage = 64,          // wrong command line
  bad_data = 65,       // a data file, an archive or a journal that cannot be right
  missing_input = 66,  // a file that is named but is not there
  lost_rank = 69,      // a rank is gone; the same command goes on where it stopped
  internal = 70,       // a bug in flash
  mpi = 71,            // the MPI environment is not what it seems
  io = 74,             // reading or writing failed: disk full, permission, broken pipe
  stopped = 75,        // stopped on request; the same command goes on where it stopped
  bad_job = 78,        // an error in the job file or in a file of settings that it names
};

// An error with one clear line: what happened, where, and what to do. Caught once, in main, which prints the
// line and exits with the code.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ExitCode code() const noexcept { return code_; }

 private:
  ExitCode code_;
};

}  // namespace flash

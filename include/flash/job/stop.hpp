// Stop conditions: a signal, a STOP file in the run directory, a deadline.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "flash/core/clock.hpp"

namespace flash {

// SIGTERM, SIGINT and SIGUSR1 ask for a stop; a second one ends the process at once with exit code 75.
void install_stop_signals();
// On ranks that take their orders from rank 0: the same signals do nothing.
void ignore_stop_signals();

class StopCondition {
 public:
  // deadline_seconds from now, 0: none; under Slurm also the job's end time less a margin of 60 s. An empty
  // stop_file: none.
  StopCondition(double deadline_seconds, std::filesystem::path stop_file);
  // The reason once a stop is asked for: "signal 15 (Terminated)", "STOP file", "deadline". Cheap enough to
  // be asked often.
  std::optional<std::string> reason() const;
  // How long running tasks may go on after a stop. SIGTERM and SIGINT often mean that a kill is a second away
  // (mpirun's own habit), so they get next to nothing; whoever announces the end by other means leaves more
  // time.
  double grace_seconds() const;
  void clear_stop_file() const;  // a resumed run must not stop at the file that stopped its predecessor

 private:
  std::filesystem::path stop_file_;
  double deadline_unix_ = 0;  // 0: none
  mutable Stopwatch since_look_;
  mutable bool file_seen_ = false;
};

}  // namespace flash

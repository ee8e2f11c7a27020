// When a run is to stop: small conditions, and any of them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace flash {

// SIGTERM, SIGINT and SIGUSR1 ask for a stop; a second one ends the process at once with exit code 75.
void install_stop_signals();
// On ranks that take their orders from rank 0: the same signals do nothing.
void ignore_stop_signals();

// The reason once a stop is asked for. Cheap enough to be asked often.
using StopCondition = std::function<std::optional<std::string>()>;

StopCondition stop_on_signal();  // "signal 15 (Terminated)"
// "STOP file"; looks when it is first asked, then five times a second.
StopCondition stop_on_file(const std::filesystem::path& path);
StopCondition stop_after_seconds(double seconds);  // "deadline", that long from now
// "end of the Slurm job's time": 60 s before SLURM_JOB_END_TIME, where the environment has it. Like all of
// these it goes by a clock that nobody sets, once it is made.
StopCondition stop_before_slurm_does();
// "budget of 100 tasks", once `done` has come that far; `done` outlives the condition.
StopCondition stop_after_tasks(std::size_t tasks, const std::size_t& done);
StopCondition any_of(std::vector<StopCondition> conditions);

// How long running tasks may go on after a stop. SIGTERM and SIGINT often mean that a kill is a second away
// (mpirun's own habit), so they get next to nothing; whoever announces the end by other means leaves more
// time.
double stop_grace_seconds();

}  // namespace flash

// RUN/status.json: how far a run is, for people and scripts that watch it. Written every 2 s.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "flash/core/clock.hpp"
#include "flash/core/json.hpp"
#include "flash/farm/farm.hpp"

namespace flash {

struct RankStatus {
  std::string host;
  double silent_s = 0;           // since rank 0 heard of it last
  std::uint64_t memory_mib = 0;  // resident, its trainer's not included; 0: not said yet
  std::size_t done = 0;          // tasks in this stage and start
  std::size_t failed = 0;
  double busy = 0;  // part of the stage's time so far that its finished tasks took, 0 to 1
};

struct Status {
  std::string state;  // running, stopped, failed, idle (a command has ended, the run has not) or finished
  std::string stage;
  std::size_t tasks = 0;  // of the stage; waiting + running + done + failed
  std::size_t waiting = 0, running = 0, done = 0, failed = 0;
  double rate_per_s = 0;    // tasks, in this start
  double seconds_left = 0;  // of the stage; NaN while unknown
  double time = 0;          // Unix time
  std::string inputs;       // of a finished run: digest of all that its answer was made from
  Json stages;  // by name {"done", "failed"}: of what counts today, not of what is superseded; or null
  std::vector<RankStatus> ranks;
};

Json to_json(const Status& status);
Status status_from_json(const Json& json);      // what is missing stays as it is by default
std::string status_text(const Status& status);  // the lines below the state: tasks, rate, ranks

// Counts what a stage's outcomes mean for its status.
class StageStatus {
 public:
  // `tasks` of the stage, of which `done` and `failed` in earlier starts.
  StageStatus(std::string stage, std::size_t tasks, std::size_t done, std::size_t failed = 0);
  void add(const Outcome& outcome, bool ok);  // ok: its result can be used
  Status now(const std::string& state, std::size_t running, double seconds_left,
             const std::vector<SignOfLife>& signs) const;

 private:
  struct Work {
    std::size_t done = 0, failed = 0;
    double seconds = 0;
  };
  std::string stage_;
  std::size_t tasks_, done_before_, failed_before_;
  std::vector<Work> work_;  // by rank
  Stopwatch watch_;
};

}  // namespace flash

// All that a run has found out so far: what the journal holds, in memory.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "flash/archive/journal.hpp"
#include "flash/core/json.hpp"
#include "flash/farm/task.hpp"

namespace flash {

// A task's final outcome. Where not ok, error says why and output is null.
struct StageOutcome {
  bool ok = false;
  Json output;
  std::string error;
  int attempt = 1;
  int rank = 0;
  std::string host;
  double t_start = 0;  // Unix time
  double t_end = 0;
};

struct Event {
  double time = 0;   // Unix time
  std::string kind;  // start, begin, stop, retry, torn, ...
  std::string text;
};

// Stages know their tasks by id; a stage's outcomes are ordered by it, whatever the order in which they came.
// What a stage was made from besides the job is known by a digest. An event says so when a stage begins; with
// another digest than before it also says that what the stage holds no longer counts.
class Results {
 public:
  using Stage = std::map<std::uint64_t, StageOutcome>;
  const Stage& stage(const std::string& name) const;
  const std::vector<Event>& events() const { return events_; }
  std::size_t size() const;  // outcomes of all stages

  void add(const std::string& stage, std::uint64_t id, StageOutcome outcome);
  void add(Event event);
  Stage take(const std::string& name);  // a stage's outcomes, which are then no longer here

  // The event for a stage that begins with that digest; none where it is the last that was begun with.
  std::optional<Event> beginning(const std::string& stage, const std::string& digest) const;

  // Journal records and back. Throws Error bad_data for a record that is none of ours.
  static Record encode(const std::string& stage, std::uint64_t id, const StageOutcome& outcome);
  static Record encode(const Event& event);
  void replay(const Record& record);

 private:
  std::map<std::string, Stage> stages_;
  std::map<std::string, std::string> digests_;  // by stage
  std::vector<Event> events_;
};

}  // namespace flash

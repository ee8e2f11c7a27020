// All that a run has found out so far: what the journal holds, in memory.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "flash/archive/journal.hpp"
#include "flash/core/json.hpp"
#include "flash/space/space.hpp"

namespace flash {

// What a task is within its stage: a place in a list, or a network's number. The farm knows it by a number of 64
// bits (farm_task). As JSON an integer, from 2^64 on a text of digits.
using TaskId = NetworkId;
Json task_json(TaskId id);

// A task, and the digest of all that its result depends on: with another digest it is another result. What
// does not change a result (a time limit, where a file lies) is not in it.
struct StageTask {
  TaskId id = 0;
  double cost = 0;     // as Task's
  std::string input;   // likewise
  std::string inputs;  // the digest
};

// A task's final outcome. Where not ok, error says why; output is then null, or what there is all the same:
// the curve of a network that diverged.
struct StageOutcome {
  bool ok = false;
  Json output;
  std::string error;
  int attempt = 1;
  int rank = 0;
  std::string host;
  double t_start = 0;  // Unix time
  double t_end = 0;
  std::string inputs;  // of its task; "" in a journal of a version that did not say
};

struct Event {
  double time = 0;   // Unix time
  std::string kind;  // start, job, inputs, images, stop, retry, torn, ...
  std::string text;
};
inline constexpr const char* images_event = "images";  // what is to be said of them: a JSON list of sentences

// An outcome that no longer counts: its task's inputs have changed, or it is no longer asked for.
struct Superseded {
  std::string stage;
  TaskId id = 0;
  StageOutcome outcome;
};

// Stages know their tasks by id; a stage's outcomes are ordered by it, whatever the order in which they came.
class Results {
 public:
  using Stage = std::map<TaskId, StageOutcome>;
  const Stage& stage(const std::string& name) const;
  const std::vector<Superseded>& superseded() const { return superseded_; }
  const std::vector<Event>& events() const { return events_; }
  std::size_t size() const;  // outcomes of all stages that count

  // A later outcome of a task replaces the earlier; one that was made from other inputs supersedes it.
  void add(const std::string& stage, TaskId id, StageOutcome outcome);
  void add(Event event);
  Stage take(const std::string& name);  // a stage's outcomes, which are then no longer here

  // Makes a stage's outcomes those of its tasks, as they are asked for now: by inputs, never by id alone. The
  // others are superseded; a superseded one whose inputs are asked for again counts again. Where
  // `trust_silent`, an outcome that does not say its inputs counts for the task of its id.
  struct Selection {
    std::size_t held = 0;     // outcomes that count
    std::size_t remade = 0;   // superseded now, their tasks are to be done anew
    std::size_t dropped = 0;  // superseded now, and no longer asked for
  };
  Selection select(const std::string& stage, std::span<const StageTask> tasks, bool trust_silent = false);

  // Journal records and back. Throws Error bad_data for a record that is none of ours.
  static Record encode(const std::string& stage, TaskId id, const StageOutcome& outcome);
  static Record encode(const Event& event);
  void replay(const Record& record);

 private:
  void supersede(const std::string& stage, Stage::node_type outcome);
  void begin_silent(const std::string& text);

  std::map<std::string, Stage> stages_;
  std::vector<Superseded> superseded_;
  std::map<std::string, std::string> silent_digests_;  // by stage
  std::vector<Event> events_;
};

}  // namespace flash

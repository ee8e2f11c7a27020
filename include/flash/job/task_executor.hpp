// Runs tasks on a rank: the one place that knows what each kind of task means.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "flash/farm/task.hpp"

namespace flash {

class Evaluator;
class Child;

// A task's input is JSON with a key "kind": train and measure go to flash-trainer, a
// child process (timeout_s: how long it may take, 0 for ever); simulate, import, sweep and search run here.
// Not thread-safe: one a rank.
class TaskExecutor {
 public:
  // Sweeps run on so many threads, all else on one. `given_up` is asked during long tasks; when true nobody
  // waits for their result any more and they end with an Error.
  TaskExecutor(std::string trainer_program, unsigned threads, std::function<bool()> given_up);
  ~TaskExecutor();
  std::string operator()(const Task& task);

 private:
  const Evaluator& evaluator(const std::string& key);
  std::unique_ptr<Child> trainer_;
  unsigned threads_;
  std::function<bool()> given_up_;
  std::string evaluator_key_;  // text that the evaluator below was made from
  std::unique_ptr<Evaluator> evaluator_;
};

// flash-trainer beside this program, or what FLASH_TRAINER names.
std::string trainer_program();

}  // namespace flash

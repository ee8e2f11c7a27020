// Runs tasks on a rank.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "flash/core/json.hpp"
#include "flash/farm/task.hpp"

namespace flash {

class Evaluator;
class Child;

// What the tasks of a rank share. Not thread-safe: one a rank.
class TaskWorker {
 public:
  // Sweeps run on so many threads, all else on one. `given_up` is asked during long tasks; when true nobody
  // waits for their result any more and they end with an Error.
  TaskWorker(std::string trainer_program, unsigned threads, std::function<bool()> given_up);
  ~TaskWorker();

  // Runs the task by its kind. Throws Error internal where there is no such kind.
  std::string operator()(const Task& task);
  std::string run(const Json& input);  // the same of its input

  const Evaluator& evaluator() const { return *evaluator_; }  // of the task that runs, if it names one
  Child& trainer() { return *trainer_; }                      // flash-trainer, a child process
  unsigned threads() const { return threads_; }
  const std::function<bool()>& given_up() const { return given_up_; }

 private:
  void take_evaluator(const std::string& key);

  std::unique_ptr<Child> trainer_;
  unsigned threads_;
  std::function<bool()> given_up_;
  std::string evaluator_key_;  // text that the evaluator below was made from
  std::unique_ptr<Evaluator> evaluator_;
};

// flash-trainer beside this program, or what FLASH_TRAINER names.
std::string trainer_program();

}  // namespace flash

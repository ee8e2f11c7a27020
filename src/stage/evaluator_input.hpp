// What a task needs to make its evaluator, and what its result depends on.
#pragma once

#include <string>
#include <vector>

#include "flash/findings/plan.hpp"
#include "flash/search/models.hpp"

namespace flash {

// The evaluator's part of the input of all tasks that evaluate under one constraint set: there are thousands,
// so it is written and digested once.
class EvaluatorInput {
 public:
  EvaluatorInput(const Job& job, const Models& models, const Constraints& constraints);
  // `input` is the task's own part, all of which its result depends on.
  StageTask task(std::uint64_t id, double cost, const Json& input) const;

 private:
  std::string text_;
  std::string digest_;
};

// What such tasks are made from, in words.
std::vector<TaskInput> evaluation_inputs(const Job& job, const Models& models,
                                         const std::vector<Constraints>& sets);

}  // namespace flash

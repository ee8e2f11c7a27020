// Constraints that nothing meets: which one binds, and by how much.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "flash/search/evaluator.hpp"

namespace flash {

// One bounded quantity, against a value of it.
struct ConstraintCheck {
  std::optional<Metric> metric;  // none: the floor on accuracy (on NN-Degree in a training-free search)
  double bound = 0;
  double value = 0;
  double miss = 0;  // relative excess over the bound, or shortfall from the floor; 0 where it is met
  bool met() const { return miss == 0; }
  std::string option() const;  // "accuracy_min", "latency_max_ms", ...: the job's key; "latency@pixel3"
};

// The constraint that a configuration misses by most: its miss is the evaluation's violation. None where all
// are met.
std::optional<ConstraintCheck> binding_constraint(const Evaluation& evaluation,
                                                  const Constraints& constraints);

// Each bounded quantity against its best value in the whole space, whatever the others: what is not met here
// no configuration meets.
std::vector<ConstraintCheck> best_alone(const Evaluator& evaluator);

// One line for a configuration that misses, such as "id 17 has latency 3.2 ms, 14 % over latency_max_ms
// = 2.8", with what was asked where a margin has tightened it, then what the space can do against each bound alone.
std::string binding_text(const Evaluator& evaluator, NetworkId id);

// {id, binding: {option, bound, value, miss}, alone: [{option, bound, value, miss, met}]}; null where the
// configuration meets all.
Json binding_json(const Evaluator& evaluator, NetworkId id);

// Both of a network in a form of its own: by what it is worth there, and each quantity's best among all forms.
std::string binding_text(const Evaluator& evaluator, NetworkId id, const Evaluation& evaluation,
                         const Evaluation& best);
Json binding_json(const Evaluator& evaluator, NetworkId id, const Evaluation& evaluation,
                  const Evaluation& best);

}  // namespace flash

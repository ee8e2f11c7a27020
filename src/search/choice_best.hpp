// The best configurations that a search of choices has met. Internal to the room.
#pragma once

#include <vector>

#include "choice_knapsack.hpp"
#include "choice_search.hpp"
#include "flash/search/id_map.hpp"

namespace flash {

class RankedBest {
 public:
  RankedBest(const Evaluator& evaluator, const ChoiceQuestion& question);

  // Evaluates it where it is not known, under its lowest number: twins' options ascend. Of those that exchanging them
  // gives, which are worth the same, all are ranked. Whether least_wanted() may have changed.
  bool offer(const Knapsack& knapsack, const std::vector<std::int64_t>& options);

  bool found() const { return found_; }
  double least_wanted() const;  // no objective below it is wanted
  // Whether a part of a stratum may hold something to be ranked where all are worth the same: its lowest number says.
  bool wants_numbers(const Knapsack& knapsack, const std::vector<std::uint64_t>& options) const;
  // The lowest number of a part of a stratum.
  NetworkId first(const Knapsack& knapsack, const std::vector<std::uint64_t>& options) const;
  void fill(ExactResult& result) const;

 private:
  void rank(const Ranked& candidate);

  const Evaluator& evaluator_;
  const ChoiceQuestion question_;
  struct Nothing {};
  IdMap<Nothing> known_{256};
  bool found_ = false;
  NetworkId best_id_ = 0;
  Evaluation best_;
  std::vector<Ranked> top_;
  std::vector<std::int64_t> options_;
};

}  // namespace flash

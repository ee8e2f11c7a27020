// A stratum as a multiple-choice knapsack: one option a slot, each with what it adds. Internal to the room.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "choice_goal.hpp"

namespace flash {

// What a slot's options add to each quantity.
struct ChoiceSlot {
  std::vector<Values> adds;  // [option][quantity]
  std::vector<Values> most;  // the same of the part of which the largest slot's counts; empty: none
  Values largest{};          // absolute values among adds
  std::uint64_t useful = 0;  // bit k: option k may be part of the best configurations
};

struct Knapsack {
  const Stratum* stratum = nullptr;
  Values base{};
  std::vector<const ChoiceSlot*> slots;
  bool has_most = false;
  // Of a quantity: no sum of a stratum's tables is larger in absolute value.
  Values scale{};
  // Slots next to each other with the same tables: exchanging their options changes nothing.
  bool twin(std::size_t slot) const { return slot > 0 && slots[slot] == slots[slot - 1]; }

  Values sums(OptionView options) const;  // without the parts that are a maximum
  double most(OptionView options, std::size_t quantity) const;
};

// Strata share what their slots add.
class KnapsackStore {
 public:
  static constexpr std::size_t most_options = 64;

  // Of an option without which there are `top_k` at least as good ones of lower numbers nothing is kept.
  KnapsackStore(const Evaluator& evaluator, const Goal& goal, std::size_t top_k);
  const Knapsack& open(std::size_t stratum);

 private:
  using Key = std::array<const double*, 2 * most_quantities>;  // the tables behind a slot
  struct Hash {
    std::size_t operator()(const Key& key) const;
  };
  const ChoiceSlot& slot(const StratumTables& tables, std::size_t slot);

  const Evaluator& evaluator_;
  const Goal& goal_;
  std::size_t top_k_;
  std::unordered_map<Key, std::unique_ptr<ChoiceSlot>, Hash> slots_;
  std::vector<std::unique_ptr<Knapsack>> knapsacks_;  // of each stratum, once opened
};

}  // namespace flash

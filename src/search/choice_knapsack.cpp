#include "choice_knapsack.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace flash {

Values Knapsack::sums(OptionView options) const {
  Values sums = base;
  for (std::size_t s = 0; s < slots.size(); ++s) {
    const Values& adds = slots[s]->adds[static_cast<std::size_t>(options[s])];
    for (std::size_t q = 0; q < most_quantities; ++q) sums[q] += adds[q];
  }
  return sums;
}

double Knapsack::most(OptionView options, std::size_t quantity) const {
  double largest = 0;
  for (std::size_t s = 0; s < slots.size(); ++s)
    if (!slots[s]->most.empty())
      largest = std::max(largest, slots[s]->most[static_cast<std::size_t>(options[s])][quantity]);
  return largest;
}

KnapsackStore::KnapsackStore(const Evaluator& evaluator, const Goal& goal, std::size_t top_k)
    : evaluator_(evaluator), goal_(goal), top_k_(top_k), knapsacks_(evaluator.space().strata().size()) {}

const Knapsack& KnapsackStore::open(std::size_t stratum) {
  std::unique_ptr<Knapsack>& place = knapsacks_[stratum];
  if (place) return *place;
  place = std::make_unique<Knapsack>();
  Knapsack& knapsack = *place;
  const StratumTables& tables = evaluator_.tables(stratum);
  knapsack.stratum = &evaluator_.space().strata()[stratum];
  knapsack.base[0] = goal_.sign() * tables.degree.base;
  for (std::size_t q = 1; q < goal_.size(); ++q) knapsack.base[q] = goal_.term(tables, q).base;
  for (std::size_t q = 0; q < goal_.size(); ++q) knapsack.scale[q] = std::abs(knapsack.base[q]);
  for (std::size_t s = 0; s < knapsack.stratum->cells(); ++s) {
    const ChoiceSlot& made = slot(tables, s);
    knapsack.slots.push_back(&made);
    knapsack.has_most = knapsack.has_most || !made.most.empty();
    for (std::size_t q = 0; q < goal_.size(); ++q) knapsack.scale[q] += made.largest[q];
  }
  return knapsack;
}

std::size_t KnapsackStore::Hash::operator()(const Key& key) const {
  std::size_t hash = 0;
  for (const double* table : key)
    hash = (hash ^ reinterpret_cast<std::uintptr_t>(table)) * 0x9e3779b97f4a7c15 + (hash >> 29);
  return hash;
}

const ChoiceSlot& KnapsackStore::slot(const StratumTables& tables, std::size_t slot) {
  Key key{};
  for (std::size_t q = goal_.sign() == 0 ? 1 : 0; q < goal_.size(); ++q) {
    const Term& term = goal_.term(tables, q);
    key[2 * q] = term.sum[slot].data();
    if (!term.most.empty()) key[2 * q + 1] = term.most[slot].data();
  }
  std::unique_ptr<ChoiceSlot>& place = slots_[key];
  if (place) return *place;
  place = std::make_unique<ChoiceSlot>();
  ChoiceSlot& made = *place;
  const std::size_t options = tables.degree.sum[slot].size();
  made.adds.resize(options, Values{});
  for (std::size_t q = 0; q < goal_.size(); ++q) {
    const Term& term = goal_.term(tables, q);
    const double sign = q == 0 ? goal_.sign() : 1;
    for (std::size_t k = 0; k < options; ++k) made.adds[k][q] = sign == 0 ? 0 : sign * term.sum[slot][k];
    for (const Values& adds : made.adds) made.largest[q] = std::max(made.largest[q], std::abs(adds[q]));
    if (term.most.empty()) continue;
    made.most.resize(options, Values{});
    for (std::size_t k = 0; k < options; ++k) made.most[k][q] = term.most[slot][k];
  }
  const auto no_worse = [&](std::size_t a, std::size_t b) {
    bool holds = made.adds[a][0] >= made.adds[b][0];
    for (std::size_t q = 1; q < goal_.size(); ++q) {
      holds = holds && made.adds[a][q] <= made.adds[b][q];
      if (!made.most.empty()) holds = holds && made.most[a][q] <= made.most[b][q];
    }
    return holds;
  };
  for (std::size_t k = 0; k < options; ++k) {
    std::size_t before = 0;
    for (std::size_t other = 0; other < k; ++other) before += no_worse(other, k) ? 1 : 0;
    if (before < top_k_) made.useful |= std::uint64_t{1} << k;
  }
  return made;
}

}  // namespace flash

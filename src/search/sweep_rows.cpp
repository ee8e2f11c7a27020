#include "sweep_rows.hpp"

#include <algorithm>
#include <functional>

#include "choice_search.hpp"

namespace flash {
namespace {

constexpr std::int64_t longest_row = 20'000;  // joined: its tables stay near the processor
// For each row there are at most so many options in one: making a longer one's tables would take longer than sweeping.
constexpr NetworkId options_a_row = 16;

// Of the slots from `first` on, options combined by `combine`, the last slot's fastest.
template <class Combine>
std::vector<double> joined(const Term::Tables& tables, std::size_t first, const Combine& combine) {
  std::vector<double> row(tables.back().begin(), tables.back().end());
  for (std::size_t slot = tables.size() - 1; slot-- > first;) {
    std::vector<double> longer;
    longer.reserve(row.size() * tables[slot].size());
    for (const double value : tables[slot])
      for (const double rest : row) longer.push_back(combine(value, rest));
    row = std::move(longer);
  }
  return row;
}

}  // namespace

SweepRows::SweepRows(const Evaluator& evaluator)
    : evaluator_(evaluator), joins_(has_many_choices(evaluator.space())) {}

void SweepRows::set_stratum(const Stratum& stratum) {
  tables_ = &evaluator_.tables(stratum.index);
  options_ = stratum.options;
  if (!joins_) return;
  while (options_.size() > 1) {
    const std::int64_t longer = options_.back() * options_[options_.size() - 2];
    if (longer > longest_row || static_cast<NetworkId>(longer * longer) > options_a_row * stratum.size) break;
    options_.pop_back();
    options_.back() = longer;
  }
  const std::size_t first = options_.size() - 1;
  joined_ = *tables_;
  store_.clear();
  join_slots(joined_.degree, first);
  for (const Metric m : evaluator_.metrics()) join_slots(joined_.metric[m], first);
  tables_ = &joined_;
}

void SweepRows::join_slots(Term& term, std::size_t first) {
  const auto join = [&](Term::Tables& tables, const auto& combine) {
    store_.push_back(joined(tables, first, combine));
    tables.resize(first);
    tables.emplace_back(store_.back());
  };
  if (first + 1 == term.sum.size()) return;
  join(term.sum, std::plus());
  if (!term.most.empty()) join(term.most, [](double a, double b) { return std::max(a, b); });
  term.non_decreasing = false;
}

std::vector<std::int64_t> SweepRows::options_at(std::uint64_t place) const {
  std::vector<std::int64_t> options(options_.size());
  for (std::size_t slot = options.size(); slot-- > 0;) {
    const auto size = static_cast<std::uint64_t>(options_[slot]);
    options[slot] = static_cast<std::int64_t>(place % size);
    place /= size;
  }
  return options;
}

}  // namespace flash

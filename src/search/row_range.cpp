#include "row_range.hpp"

#include <algorithm>
#include <functional>
#include <limits>

namespace flash {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// The first index below `size` that is `over`, as all after it are; size where none is. Looked for from
// `hint`, in doubling steps, then by halving; the answer is the next hint.
template <class Predicate>
std::size_t cut(std::size_t size, std::size_t& hint, const Predicate& over) {
  std::size_t low = 0;      // none before it is over
  std::size_t high = size;  // it is over, or there is none
  const std::size_t start = std::min(hint, size);
  std::size_t step = 1;
  if (start < size && !over(start)) {
    for (low = start + 1; low + step <= size && !over(low + step - 1); step *= 2) low += step;
    high = std::min(size, low + step - 1);
  } else {
    for (high = start; high >= step && over(high - step); step *= 2) high -= step;
    low = high >= step ? high - step + 1 : 0;
  }
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (over(middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return hint = low;
}

}  // namespace

RowRanges::RowRanges(const Evaluator& evaluator)
    : evaluator_(evaluator), window_(degree_window(evaluator, evaluator.constraints().accuracy_min)) {}

bool RowRanges::set_stratum(const StratumTables& tables) {
  tables_ = &tables;
  const std::span<const double> degrees = tables_->degree.sum.back();
  descends_ = !std::ranges::is_sorted(degrees);
  if (window_.bounded() && descends_ && !std::ranges::is_sorted(degrees, std::greater{})) return false;
  return std::ranges::all_of(evaluator_.metrics(), [&](Metric m) {
    return evaluator_.constraints().metric_max[m] == infinity || tables_->metric[m].non_decreasing;
  });
}

RowRange RowRanges::operator()(double degree, const PerMetric<Term::Lead>& metric) {
  const std::span<const double> degrees = tables_->degree.sum.back();
  const std::size_t size = degrees.size();
  RowRange range{0, 0, size, size};
  // Where the row crosses the bound: from there on it reaches it, or where it descends, is below it.
  const auto reaches = [&](std::size_t& hint, double bound) {
    return cut(size, hint, [&](std::size_t k) { return (degree + degrees[k] >= bound) != descends_; });
  };
  const auto exceeds = [&](std::size_t& hint, double bound) {
    return cut(size, hint, [&](std::size_t k) { return (degree + degrees[k] > bound) != descends_; });
  };
  if (window_.maybe_low > -infinity) {
    (descends_ ? range.last : range.first) = reaches(cuts_[0], window_.maybe_low);
    (descends_ ? range.end : range.begin) = reaches(cuts_[1], window_.sure_low);
  }
  if (window_.maybe_high < infinity) {
    (descends_ ? range.begin : range.end) = exceeds(cuts_[2], window_.sure_high);
    (descends_ ? range.first : range.last) = exceeds(cuts_[3], window_.maybe_high);
  }
  for (const Metric m : evaluator_.metrics()) {
    const double max = evaluator_.constraints().metric_max[m];
    if (max == infinity) continue;
    const Term& term = tables_->metric[m];
    const std::span<const double> costs = term.sum.back();
    const double lead = metric[m].sum;
    const std::size_t last =
        term.most.empty()
            ? cut(size, metric_cuts_[m], [&](std::size_t k) { return lead + costs[k] > max; })
            : cut(size, metric_cuts_[m], [&](std::size_t k) { return term.with_last(metric[m], k) > max; });
    range.last = std::min(range.last, last);
  }
  range.first = std::min(range.first, range.last);
  range.begin = std::clamp(range.begin, range.first, range.last);
  range.end = std::clamp(range.end, range.begin, range.last);
  return range;
}

}  // namespace flash

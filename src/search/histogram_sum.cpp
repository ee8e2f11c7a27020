// Histograms of separable sums, and of what is monotone in one: of the pairs of a lead (the sum without the
// last cell) and an option of the last cell, those below an edge are found in the sorted leads without
// forming the others.
#include <algorithm>
#include <cmath>

#include "flash/search/degree_window.hpp"
#include "histogram_counts.hpp"

namespace flash {
namespace {

// An edge in terms of the sum: surely not reached below `low`, surely reached from `high` on. Between them, a
// hair's breadth, only the evaluator can tell.
struct Threshold {
  double low = 0;
  double high = 0;
};

const Term& term_of(const StratumTables& tables, Quantity quantity) {
  const std::optional<Metric> metric = metric_of(quantity);
  return metric ? tables.metric[*metric] : tables.degree;
}

// Leads in ascending order, each with the sums that it forms with one addend; asked for addends in ascending
// order, so that the answers descend and each one is near the last.
class SortedLeads {
 public:
  explicit SortedLeads(const std::vector<double>& leads) : leads_(leads), place_(leads.size()) {}

  // How many leads give a sum below the bound. Rounding keeps the order of the sums.
  std::size_t below(double addend, double bound) {
    std::size_t step = 1;
    std::size_t low = place_;
    while (low > 0 && !(leads_[low - 1] + addend < bound)) {
      place_ = low - 1;
      low = low > step ? low - step : 0;
      step *= 2;
    }
    const auto first = leads_.begin() + static_cast<std::ptrdiff_t>(low);
    const auto last = leads_.begin() + static_cast<std::ptrdiff_t>(place_);
    place_ = static_cast<std::size_t>(
        std::partition_point(first, last, [=](double lead) { return lead + addend < bound; }) -
        leads_.begin());
    return place_;
  }

 private:
  const std::vector<double>& leads_;
  std::size_t place_;
};

class SumCounter : public PartCounter {
 public:
  SumCounter(const Evaluator& evaluator, Quantity quantity, std::vector<double> inner)
      : evaluator_(evaluator),
        inner_(std::move(inner)),
        quantity_(quantity),
        predicted_(quantity == Quantity::accuracy && !evaluator.objective().training_free),
        ascending_(!predicted_ || evaluator.degree_helps()) {
    for (const double edge : inner_)
      thresholds_.push_back(predicted_ ? degrees(edge) : Threshold{edge, edge});
  }

  void count(const HistogramPart& part, std::span<std::uint64_t> counts) const override {
    const Stratum& stratum = evaluator_.space().strata()[part.stratum];
    const Term& term = term_of(evaluator_.tables(part.stratum), quantity_);
    std::vector<double> leads;
    leads.reserve(part.rows);
    for_each_run(stratum, part, [&](const RowRun& run) {
      const double outer = term.lead(run.outer).sum;
      for (const double value : run_sums(term, run)) leads.push_back(outer + value);
    });
    std::ranges::sort(leads);
    std::vector<double> addends(term.sum.back().begin(), term.sum.back().end());
    std::ranges::sort(addends);

    std::uint64_t lower = 0;  // configurations below the edge before
    for (std::size_t edge = 0; edge <= inner_.size(); ++edge) {
      std::uint64_t below = part.size;
      if (edge < inner_.size()) {
        below = short_of(edge, leads, addends);
        if (!ascending_) below = part.size - below;
      }
      counts[edge] += below - lower;
      lower = below;
    }
  }

 private:
  // Accuracy rises with NN-Degree, or falls, to within rounding_slack.
  Threshold degrees(double edge) const {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const DegreeWindow window = degree_window(evaluator_, edge);
    if (ascending_) return {window.maybe_low, window.sure_low};
    return {std::nextafter(window.sure_high, infinity), std::nextafter(window.maybe_high, infinity)};
  }

  // The configurations that, as the sum ascends, come before the edge.
  std::uint64_t short_of(std::size_t edge, const std::vector<double>& leads,
                         const std::vector<double>& addends) const {
    const Threshold& threshold = thresholds_[edge];
    if (leads.front() + addends.front() >= threshold.high) return 0;
    const bool exact = threshold.low == threshold.high;
    SortedLeads sure(leads);
    SortedLeads maybe(leads);
    std::uint64_t total = 0;
    for (const double addend : addends) {
      const std::size_t first = sure.below(addend, threshold.low);
      total += first;
      if (exact) continue;
      const std::size_t last = maybe.below(addend, threshold.high);
      for (std::size_t i = first; i < last; ++i) total += comes_before(edge, leads[i] + addend);
    }
    return total;
  }

  bool comes_before(std::size_t edge, double degree) const {
    return ((*evaluator_.models().accuracy)(degree) < inner_[edge]) == ascending_;
  }

  const Evaluator& evaluator_;
  const std::vector<double> inner_;
  const Quantity quantity_;
  const bool predicted_;  // by the accuracy predictor, from the sum
  const bool ascending_;  // in the sum
  std::vector<Threshold> thresholds_;
};

}  // namespace

std::unique_ptr<PartCounter> sum_counter(const Evaluator& evaluator, Quantity quantity,
                                         std::vector<double> inner) {
  return std::make_unique<SumCounter>(evaluator, quantity, std::move(inner));
}

}  // namespace flash

// Histograms of a term with a part that is a maximum over cells: row by row. Along a row that ascends each
// edge is found near where the row before had it.
#include <algorithm>

#include "histogram_counts.hpp"

namespace flash {
namespace {

class TermCounter : public PartCounter {
 public:
  TermCounter(const Evaluator& evaluator, Metric metric, std::vector<double> inner)
      : evaluator_(evaluator), metric_(metric), inner_(std::move(inner)) {}

  void count(const HistogramPart& part, std::span<std::uint64_t> counts) const override {
    const Term& term = evaluator_.tables(part.stratum).metric[metric_];
    std::vector<std::size_t> below(inner_.size());  // of each edge, in the row before
    for_each_run(evaluator_.space().strata()[part.stratum], part, [&](const RowRun& run) {
      const Term::Lead outer = term.lead(run.outer);
      const std::span<const double> sums = run_sums(term, run);
      const std::span<const double> most = run_most(term, run);
      for (std::size_t row = 0; row < run.count; ++row) {
        const Term::Lead lead{outer.sum + sums[row], std::max(outer.most, most[row])};
        if (term.non_decreasing) {
          count_ascending(term, lead, below, counts);
        } else {
          for (std::size_t k = 0; k < term.sum.back().size(); ++k) ++counts[bin(term.with_last(lead, k))];
        }
      }
    });
  }

 private:
  std::size_t bin(double value) const {
    return static_cast<std::size_t>(std::ranges::upper_bound(inner_, value) - inner_.begin());
  }

  void count_ascending(const Term& term, const Term::Lead& lead, std::vector<std::size_t>& below,
                       std::span<std::uint64_t> counts) const {
    const std::size_t size = term.sum.back().size();
    std::size_t lower = 0;
    for (std::size_t edge = 0; edge < inner_.size(); ++edge) {
      std::size_t& place = below[edge];
      while (place < size && term.with_last(lead, place) < inner_[edge]) ++place;
      while (place > 0 && !(term.with_last(lead, place - 1) < inner_[edge])) --place;
      counts[edge] += place - lower;
      lower = place;
    }
    counts[inner_.size()] += size - lower;
  }

  const Evaluator& evaluator_;
  const Metric metric_;
  const std::vector<double> inner_;
};

}  // namespace

std::unique_ptr<PartCounter> term_counter(const Evaluator& evaluator, Metric metric,
                                          std::vector<double> inner) {
  return std::make_unique<TermCounter>(evaluator, metric, std::move(inner));
}

}  // namespace flash

// Histogram of what known accuracies decide: network by network, since they are no function of a sum.
#include <algorithm>

#include "histogram_counts.hpp"

namespace flash {
namespace {

class KnownCounter : public PartCounter {
 public:
  KnownCounter(const Evaluator& evaluator, Quantity quantity, std::vector<double> inner)
      : evaluator_(evaluator), quantity_(quantity), inner_(std::move(inner)) {}

  void count(const HistogramPart& part, std::span<std::uint64_t> counts) const override {
    const Stratum& stratum = evaluator_.space().strata()[part.stratum];
    const auto row_size = static_cast<std::uint64_t>(stratum.options.back());
    const NetworkId first = stratum.first_id + part.first_row * row_size;
    for (std::uint64_t i = 0; i < part.size; ++i) {
      const double found = value(evaluator_.at(first + i), quantity_);
      ++counts[static_cast<std::size_t>(std::ranges::upper_bound(inner_, found) - inner_.begin())];
    }
  }

 private:
  const Evaluator& evaluator_;
  const Quantity quantity_;
  const std::vector<double> inner_;
};

}  // namespace

std::unique_ptr<PartCounter> known_counter(const Evaluator& evaluator, Quantity quantity,
                                           std::vector<double> inner) {
  return std::make_unique<KnownCounter>(evaluator, quantity, std::move(inner));
}

}  // namespace flash

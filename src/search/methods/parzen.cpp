#include "parzen.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace flash {
namespace {

constexpr double prior_weight = 1;
constexpr double reach = 6;  // widths, beyond which a kernel counts for nothing
constexpr double least_density = 1e-12;

// The normal distribution's integral, from a table: erfc would be most of a search's time.
double integral(double x) {
  constexpr double steps = 512;  // of a unit
  static const auto table = [] {
    std::array<double, static_cast<std::size_t>(2 * reach * steps) + 2> values{};
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = 0.5 * std::erfc((reach - static_cast<double>(i) / steps) / std::sqrt(2.0));
    return values;
  }();
  const double place = std::clamp(x + reach, 0.0, 2 * reach) * steps;
  const auto below = static_cast<std::size_t>(place);
  return table[below] + (place - static_cast<double>(below)) * (table[below + 1] - table[below]);
}

}  // namespace

// A kernel an observation: the prior spread over all categories, and 1 more where it was observed; and the prior's
// own, which is flat.
CategoryEstimator::CategoryEstimator(std::span<const double> weights, double observations)
    : density_(weights.size()) {
  const auto categories = static_cast<double>(weights.size());
  double total = 0;
  for (const double weight : weights) total += weight;
  const double share = prior_weight / (observations + 1);
  for (std::size_t k = 0; k < weights.size(); ++k) {
    density_[k] = (weights[k] + total * share) / (1 + categories * share) + prior_weight / categories;
    total_ += density_[k];
  }
}

std::size_t CategoryEstimator::sample(Philox& random) const {
  double rest = random.uniform() * total_;
  std::size_t k = 0;
  while (k + 1 < density_.size() && rest >= density_[k]) rest -= density_[k++];
  return k;
}

RangeEstimator::RangeEstimator(double range, std::span<const Observed> observed) : range_(range) {
  const double middle = range / 2, full = range + 1;
  double observations = 0;
  for (const Observed& each : observed) observations += each.count;
  const double narrowest = full / std::min(100.0, 2 + observations);  // the prior is one of them
  const auto width = [&](double gap) { return std::clamp(gap, narrowest, full); };
  kernels_.reserve(observed.size() + 8);
  add(middle, full, prior_weight);
  for (std::size_t i = 0; i < observed.size(); ++i) {
    const auto& [at, weight, count] = observed[i];
    double left = i > 0 ? at - observed[i - 1].at : 0;
    double right = i + 1 < observed.size() ? observed[i + 1].at - at : 0;
    // The prior's place is a neighbour too.
    if (middle <= at && (i == 0 || observed[i - 1].at < middle)) left = at - middle;
    if (middle > at && (i + 1 == observed.size() || observed[i + 1].at > middle)) right = middle - at;
    if (count == 1) {
      add(at, width(std::max(left, right)), weight);
      continue;
    }
    // Of several in one place the first has a neighbour before it, the last one behind it.
    const double one = weight / count, first = width(left), last = width(right);
    double inner = weight - 2 * one;
    for (const double end : {first, last}) {
      if (end == narrowest) {
        inner += one;
      } else {
        add(at, end, one);
      }
    }
    if (inner > 0) add(at, narrowest, inner);
  }
}

void RangeEstimator::add(double at, double width, double weight) {
  const double inside = integral((range_ + 0.5 - at) / width) - integral((-0.5 - at) / width);
  kernels_.push_back({at, width, weight, weight / inside});
  total_ += weight;
}

double RangeEstimator::operator()(double at) const {
  const double low = std::max(at - 0.5, -0.5), high = std::min(at + 0.5, range_ + 0.5);
  double density = least_density;
  for (const Kernel& kernel : kernels_) {
    const double far = reach * kernel.width;
    if (kernel.at < low - far || kernel.at > high + far) continue;
    density += kernel.density *
               (integral((high - kernel.at) / kernel.width) - integral((low - kernel.at) / kernel.width));
  }
  return density;
}

double RangeEstimator::sample(Philox& random) const {
  double rest = random.uniform() * total_;
  std::size_t k = 0;
  while (k + 1 < kernels_.size() && rest >= kernels_[k].weight) rest -= kernels_[k++].weight;
  const Kernel& kernel = kernels_[k];
  for (;;) {  // at least a third of the draws lie within the ends
    const double at = kernel.at + kernel.width * random.normal();
    if (at >= -0.5 && at <= range_ + 0.5) return std::clamp(at, 0.0, range_);
  }
}

}  // namespace flash

#include "flash/findings/promise.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

#include "flash/findings/networks.hpp"
#include "flash/hardware/hardware_model.hpp"
#include "flash/predict/additive_score.hpp"
#include "flash/predict/probability.hpp"
#include "flash/search/margin.hpp"
#include "flash/space/liveness.hpp"

namespace flash {
namespace {

constexpr std::size_t groups = 10;     // of the jackknife
constexpr double worth_a_place = 0.5;  // of the largest improvement

double density(double z) { return std::exp(-0.5 * z * z) / std::sqrt(2 * std::numbers::pi); }

// Of a value with a mean and a deviation, beyond `least`.
double expected_gain(double mean, double deviation, double least) {
  if (!(deviation > 0)) return std::max(0.0, mean - least);
  const double z = (mean - least) / deviation;
  return (mean - least) * normal_probability(z) + deviation * density(z);
}

// The predictor as it would be without a part of the samples.
class Jackknife {
 public:
  explicit Jackknife(const KnownNetworks& known) : space_(known.space) {
    const auto used = std::ranges::find_if(known.fits, &PredictorFit::used);
    std::size_t place = 0;
    for (std::size_t group = 0; group < groups; ++group) {
      std::vector<TrainedSample> rest;
      place = 0;
      for (const TrainedSample& sample : known.samples)
        if (sample.good && !sample.holdout && place++ % groups != group) rest.push_back(sample);
      PredictorFit fit = *used;
      if (refit(fit, space_, rest)) replicates_.push_back(Replicate(fit, space_));
    }
  }

  // Standard deviation of the predicted accuracy.
  double deviation(const Point& point) const {
    const auto count = static_cast<double>(replicates_.size());
    double sum = 0, squares = 0;
    for (const Replicate& replicate : replicates_) {
      const double accuracy = replicate(space_, point);
      sum += accuracy;
      squares += accuracy * accuracy;
    }
    const double variance = squares / count - (sum / count) * (sum / count);
    return count > 1 ? std::sqrt(std::max(0.0, (count - 1) * variance)) : 0;
  }

 private:
  struct Replicate {
    Replicate(const PredictorFit& of, const Space& space)
        : fit(of), score(fit.additive ? bound_score(*fit.additive, space) : nullptr) {}
    double operator()(const Space& space, const Point& point) const {
      if (!score) return fit.fit.model(predictor_value(fit.predictor, space, point));
      const Stratum& stratum = space.stratum(point);
      return fit.fit.model(value(*score, stratum.shape, point.options, stratum.slots));
    }
    PredictorFit fit;
    std::shared_ptr<const Score> score;
  };

  const Space& space_;
  std::vector<Replicate> replicates_;
};

class Outlook {
 public:
  explicit Outlook(const KnownNetworks& known)
      : known_(known), evaluator_(known.evaluator), jackknife_(known) {
    const auto used = std::ranges::find_if(known.fits, &PredictorFit::used);
    noise_ = training_noise(known.samples).deviation;
    const double error = used->fit.rmse_loo;
    misfit_ = std::isnan(noise_) ? error : std::sqrt(std::max(0.0, error * error - noise_ * noise_));
    best_ = best_known();
  }

  Promise of(NetworkId id) const {
    const Evaluation predicted = this->predicted(id);
    const Point point = known_.space.point(id);
    Promise promise{.id = id};
    promise.deviation = std::hypot(jackknife_.deviation(alive(point)), misfit_);
    promise.probability = probability(predicted, point, promise.deviation);
    // To first order the objective strays as accuracy does, times its slope.
    const double stray =
        evaluator_.objective().slope(predicted.objective, predicted.accuracy) * promise.deviation;
    promise.improvement = promise.probability * expected_gain(predicted.objective, stray, best_);
    return promise;
  }

 private:
  // What the predictor was fitted to.
  Point alive(const Point& point) const {
    return evaluator_.models().additive ? living(known_.space, point) : point;
  }

  // Accuracy is that of what is alive, metrics are those of all.
  Evaluation predicted(NetworkId id) const {
    const Evaluation whole = evaluator_.in_full(id);
    const Point point = known_.space.point(id), part = alive(point);
    if (part == point) return whole;
    const Evaluation living = evaluator_.in_full(known_.space.id(part));
    return evaluator_.weigh(living.nn_degree, living.accuracy, whole.metrics);
  }

  double probability(const Evaluation& predicted, const Point& point, double deviation) const {
    const Constraints bounds = as_asked(evaluator_.constraints());
    Measurement bands;
    for (const Metric metric : fitted_metrics())
      if (const auto& model = evaluator_.models().metrics[metric];
          model && std::isfinite(bounds.metric_max[metric]))
        bands[metric] = model->support ? predict(*model, known_.space, point).band : 0;
    const BoundProbability each = bound_probability(bounds, predicted, two_sided * deviation, bands);
    double all = std::isnan(each.accuracy) ? 1 : each.accuracy;
    for (const Metric metric : fitted_metrics())
      if (!std::isnan(each.metric[metric])) all *= each.metric[metric];
    for (const Metric metric : exact_metrics)
      if (predicted.metrics[metric] > bounds.metric_max[metric]) all = 0;
    return all;
  }

  // The objective of the best of the trained ones, by what is left of their accuracies when noise is reckoned
  // with; of none that meets the constraints 0.
  double best_known() const {
    double best = 0;
    for (const TrainedSample& sample : known_.samples) {
      if (!sample.good) continue;
      const Evaluation predicted = this->predicted(sample.id);
      const double own = std::isnan(noise_) ? 0 : noise_ * noise_ / static_cast<double>(sample.trainings());
      const double share = misfit_ > 0 ? misfit_ * misfit_ / (misfit_ * misfit_ + own) : 1;
      const double accuracy = predicted.accuracy + share * (sample.accuracy() - predicted.accuracy);
      const Evaluation known = evaluator_.weigh(predicted.nn_degree, accuracy, predicted.metrics);
      if (known.feasible()) best = std::max(best, known.objective);
    }
    return best;
  }

  static constexpr double two_sided = 1.96;  // a 95 % band's half width in standard deviations

  const KnownNetworks& known_;
  const Evaluator& evaluator_;
  const Jackknife jackknife_;
  double noise_ = 0;   // NaN where it is not known
  double misfit_ = 0;  // of a true accuracy about the predicted one
  double best_ = 0;
};

}  // namespace

std::vector<Promise> promises(const KnownNetworks& known, std::span<const NetworkId> candidates) {
  const Outlook outlook(known);
  std::vector<Promise> list;
  for (const NetworkId id : candidates) list.push_back(outlook.of(id));
  return list;
}

std::vector<NetworkId> most_promising(const KnownNetworks& known, NetworkId first,
                                      std::span<const NetworkId> candidates, std::size_t count) {
  std::set<NetworkId> tried;
  for (const TrainedSample& sample : known.samples) tried.insert(sample.id);
  std::vector<NetworkId> chosen;
  if (!tried.contains(first)) chosen.push_back(first);
  std::vector<NetworkId> open;
  for (const NetworkId id : candidates)
    if (!tried.contains(id) && id != first) open.push_back(id);
  std::ranges::sort(open);
  open.erase(std::ranges::unique(open).begin(), open.end());
  std::vector<Promise> list = promises(known, open);
  std::ranges::stable_sort(list, std::greater{}, &Promise::improvement);
  const double least = list.empty() ? 0 : worth_a_place * list.front().improvement;
  std::vector<NetworkId> worthy;
  for (const Promise& promise : list)
    if (promise.improvement >= least && promise.improvement > 0) worthy.push_back(promise.id);
  if (chosen.size() >= count) return chosen;
  if (chosen.empty() && !worthy.empty()) chosen.push_back(worthy.front());
  for (const NetworkId id : spread_among(known.space, worthy, chosen, count - chosen.size()))
    chosen.push_back(id);
  return chosen;
}

}  // namespace flash

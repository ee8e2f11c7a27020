// What the results say of the networks that were to be confirmed.
#include "flash/stage/confirmation.hpp"

#include <cmath>
#include <limits>

#include "flash/findings/constraint_sets.hpp"
#include "flash/hardware/graph_costs.hpp"
#include "flash/search/margin.hpp"
#include "flash/search/model_warnings.hpp"
#include "flash/search/models.hpp"
#include "unknown.hpp"

namespace flash {
namespace {

ConfirmTraining training_of(const Results::Stage& outcomes, std::uint64_t task, int k) {
  ConfirmTraining training{.k = k};
  const auto found = outcomes.find(task);
  if (found == outcomes.end()) return training;
  training.outcome = &found->second;
  if (!found->second.output.is_null()) training.result = training_result_from_json(found->second.output);
  training.good = found->second.ok && training.result.ok;
  return training;
}

// Mean and, of two values or more, standard deviation.
struct Spread {
  double mean = unknown;
  double deviation = unknown;
};
Spread spread_of(const std::vector<double>& values) {
  Spread spread;
  if (values.empty()) return spread;
  double sum = 0;
  for (const double value : values) sum += value;
  spread.mean = sum / static_cast<double>(values.size());
  if (values.size() < 2) return spread;
  double squares = 0;
  for (const double value : values) squares += (value - spread.mean) * (value - spread.mean);
  spread.deviation = std::sqrt(squares / static_cast<double>(values.size() - 1));
  return spread;
}

class Collector {
 public:
  Collector(const Job& job, const Space& space, const Models& models, const std::vector<Constraints>& sets,
            const Results& results)
      : job_(job),
        models_(models),
        space_(space),
        trainings_(results.stage(std::string(confirm_name))),
        measurements_(results.stage(std::string(confirm_measure_name))) {
    for (const Constraints& set : sets) evaluators_.emplace_back(space, models, job.objective, as_asked(set));
  }

  ConfirmedNetwork collect(const ConfirmNetwork& network, std::size_t place) const {
    ConfirmedNetwork confirmed;
    confirmed.network = network;
    const Evaluator& evaluator = evaluators_[network.set];
    confirmed.predicted = evaluator.in_full(network.id);
    add_bands(confirmed);
    add_trainings(confirmed, place);
    add_measurement(confirmed);
    confirmed.held = held(evaluator, confirmed);
    return confirmed;
  }
  // What is bounded and was not measured is not known to be met.
  bool meets(const ConfirmedNetwork& confirmed, std::size_t set) const {
    for (const Metric m : all_metrics())
      if (std::isfinite(evaluators_[set].constraints().metric_max[m]) &&
          !std::isfinite(confirmed.measured[m]))
        return false;
    const Evaluation e = held(evaluators_[set], confirmed);
    return std::isfinite(e.objective) && e.feasible();
  }
  BoundProbability probability(const ConfirmedNetwork& confirmed, std::size_t set) const {
    return bound_probability(evaluators_[set].constraints(), confirmed.predicted, confirmed.accuracy_band,
                             confirmed.metric_band);
  }

 private:
  void add_bands(ConfirmedNetwork& confirmed) const {
    confirmed.accuracy_band = accuracy_band(models_, confirmed.predicted.nn_degree);
    const Point point = space_.point(confirmed.network.id);
    for (const Metric m : fitted_metrics())
      if (const auto& model = models_.metrics[m]; model && model->support)
        confirmed.metric_band[m] = predict(*model, space_, point).band;
  }

  void add_trainings(ConfirmedNetwork& confirmed, std::size_t place) const {
    std::vector<double> judged, tested;
    for (int k = 0; k < job_.confirm.seeds; ++k) {
      confirmed.trainings.push_back(training_of(trainings_, confirm_task(job_, place, k), k));
      const ConfirmTraining& training = confirmed.trainings.back();
      if (!training.good) continue;
      judged.push_back(training.result.accuracy);
      tested.push_back(training.result.test_accuracy);
    }
    const Spread test = spread_of(tested);
    confirmed.accuracy = spread_of(judged).mean;
    confirmed.test_accuracy = test.mean;
    confirmed.deviation = test.deviation;
  }

  void add_measurement(ConfirmedNetwork& confirmed) const {
    const Point point = space_.point(confirmed.network.id);
    confirmed.latency_spread = unknown;
    for (const Metric m : exact_metrics) confirmed.measured[m] = exact_value(m, space_, point);
    const auto found = measurements_.find(confirmed.network.id);
    if (found == measurements_.end()) return;
    confirmed.measurement = &found->second;
    if (!found->second.ok) return;
    if (found->second.output.contains("latency_ms_iqr"))
      confirmed.latency_spread = number_or_nan(found->second.output.at("latency_ms_iqr"));
    for (const Metric m : fitted_metrics()) {
      const auto value = found->second.output.find(std::string(key(m)));
      if (value != found->second.output.end()) confirmed.measured[m] = number_or_nan(*value);
    }
  }

  // NaN in what is missing makes the objective NaN; the violation is that of what is known.
  static Evaluation held(const Evaluator& evaluator, const ConfirmedNetwork& confirmed) {
    return evaluator.weigh(confirmed.predicted.nn_degree, confirmed.test_accuracy, confirmed.measured);
  }

  const Job& job_;
  const Models& models_;
  const Space& space_;
  const Results::Stage& trainings_;
  const Results::Stage& measurements_;
  std::vector<Evaluator> evaluators_;
};

// A predictor that is no better than the mean says nothing: then all are expected to be alike.
void set_expectations(std::vector<ConfirmedNetwork>& confirmed, bool predicts) {
  const double test_noise = pooled_deviation(confirmed, &TrainingResult::test_accuracy);
  const double judged_noise = pooled_deviation(confirmed, &TrainingResult::accuracy);
  std::vector<ObservedAccuracy> judged, tested;
  for (const ConfirmedNetwork& network : confirmed) {
    if (network.good() == 0) continue;
    const double predicted = predicts ? network.predicted.accuracy : 0;
    judged.push_back({predicted, network.accuracy, network.good()});
    tested.push_back({predicted, network.test_accuracy, network.good()});
  }
  const std::vector<ExpectedAccuracy> by_judges = expected_accuracies(judged, judged_noise);
  const std::vector<ExpectedAccuracy> by_tests = expected_accuracies(tested, test_noise);
  std::size_t at = 0;
  for (ConfirmedNetwork& network : confirmed) {
    const bool any = network.good() > 0;
    network.expected = any ? by_judges[at] : ExpectedAccuracy{unknown, unknown};
    network.expected_test = any ? by_tests[at] : ExpectedAccuracy{unknown, unknown};
    at += any;
  }
}

}  // namespace

std::size_t ConfirmedNetwork::good() const {
  std::size_t count = 0;
  for (const ConfirmTraining& training : trainings) count += training.good;
  return count;
}

std::uint64_t confirm_task(const Job& job, std::size_t place, int k) {
  return place * static_cast<std::uint64_t>(job.confirm.seeds) + static_cast<std::uint64_t>(k);
}

std::vector<ConfirmedNetwork> confirmed_networks(const Job& job, const Space& space, const Models& models,
                                                 const std::vector<Constraints>& sets,
                                                 std::span<const ConfirmNetwork> networks,
                                                 const Results& results) {
  const Collector collector(job, space, models, sets, results);
  std::vector<ConfirmedNetwork> confirmed;
  for (std::size_t place = 0; place < networks.size(); ++place)
    confirmed.push_back(collector.collect(networks[place], place));
  const std::size_t own = own_set(job, sets);
  for (ConfirmedNetwork& network : confirmed) {
    network.meets_own = collector.meets(network, own);
    network.probability = collector.probability(network, own);
  }
  set_expectations(confirmed, models.accuracy && grounds(models) != Grounds::mean);
  return confirmed;
}

}  // namespace flash

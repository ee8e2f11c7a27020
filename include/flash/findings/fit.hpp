// From results to fits: the accuracy predictor with its rivals, and the hardware models.
#pragma once

#include <array>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "flash/core/machine.hpp"
#include "flash/findings/plan.hpp"
#include "flash/findings/results.hpp"
#include "flash/hardware/hardware_model.hpp"
#include "flash/job/job.hpp"
#include "flash/predict/accuracy_model.hpp"
#include "flash/predict/additive_score.hpp"
#include "flash/task/host_measurement.hpp"
#include "flash/task/training.hpp"

namespace flash {

// One planned network with what came of it; state "missing" where the stage has not answered yet.
template <typename Result>
struct NetworkSample {
  NetworkId id = 0;
  std::optional<Point> point;  // nothing where a table gives the network by its features alone
  bool holdout = false;
  const StageOutcome* outcome = nullptr;  // null: missing
  Result result;                          // meaningful where good
  bool good = false;                      // done, and fit to be used
  std::string failure;                    // why not, where there is an outcome
};

// A network trained for the accuracy predictor.
struct TrainedSample : NetworkSample<TrainingResult> {
  int round = 0;                // of refinement that chose it, from 1; 0: of the first design
  std::vector<double> again{};  // accuracies of its further trainings, from other seeds (sample.repeats)
  std::size_t trainings() const { return good ? 1 + again.size() : 0; }
  double accuracy() const;  // mean over its trainings; meaningful where good
};

// How far one training's accuracy lies from the mean of all trainings of its network: pooled standard deviation
// over the networks that were trained more than once, `freedom` degrees of freedom. NaN where none was.
struct TrainingNoise {
  double deviation = std::numeric_limits<double>::quiet_NaN();
  std::size_t freedom = 0;
  std::size_t networks = 0;  // that it rests on
};
TrainingNoise training_noise(const std::vector<TrainedSample>& samples);
// The correlation with single trainings' accuracies that a predictor would have which knew every network's true
// one: sqrt(1 - noise^2 / variance of the samples' accuracies) (the correction for attenuation of Spearman,
// American Journal of Psychology 15, 1904). 0 where noise is all there is; NaN where it is not known.
double best_correlation(const std::vector<TrainedSample>& samples, const TrainingNoise& noise);

// What a calibration task brings: the metrics of any target, and how the host measured them.
struct NetworkMeasurement {
  Measurement metrics;
  std::optional<HostMeasurement> host;  // where the host has measured
  std::optional<Machine> machine;       // and which machine that is
  std::vector<double>
      layer_ms{};  // of each layer as they run, where the interval is asked for and the target tells
};
struct MeasuredSample : NetworkSample<NetworkMeasurement> {
  std::vector<double> features;  // in the order of the target's
  // A table may give networks by their features alone: id is then a digest of these.
  // Of a network that was far out and has been measured again (stage remeasure) both latencies, in ms; else
  // NaN. `result` is the measurement with the smaller one: other programs make a machine slower, nothing makes
  // it faster than it is.
  double latency_first = std::numeric_limits<double>::quiet_NaN();
  double latency_again = std::numeric_limits<double>::quiet_NaN();
};
inline constexpr const char* remeasure_name = "remeasure";
inline constexpr const char* train_name = "train";    // the stages of trainings that fits rest on
inline constexpr const char* repeat_name = "repeat";  // task id: the network's
inline constexpr const char* refine_name = "refine";  // likewise
// Of the networks of networks_to_train and networks_to_measure. `stage`: the one that trains them.
std::vector<TrainedSample> trained_samples(const Space& space, const NetworkPlan& networks,
                                           const Results& results, const std::string& stage = train_name);
std::vector<MeasuredSample> measured_samples(const Job& job, const Space& space, const NetworkPlan& networks,
                                             const Results& results);

// Networks to measure again, by what stage calibrate has measured alone: far_out() of their latencies. None until
// each network has an outcome. Ascending in the order of `networks`.
std::vector<NetworkId> networks_far_out(const Job& job, const Space& space, const NetworkPlan& networks,
                                        const Results& results);

// The scores of the family, and the rivals that need no training, each through the same fit; and the additive
// score.
struct PredictorFit {
  std::string predictor;    // a score's ("nn_degree.links", "nn_mass"), "parameters", "macs", "additive"
  bool used = false;        // the one that searches use
  AccuracyFit fit;          // of NaN where too few networks differ in a rival
  double rmse_holdout = 0;  // NaN without hold-out samples
  std::size_t samples = 0;
  std::string score{};                      // the family's score that it is, which models can rest on
  std::optional<AdditiveScore> additive{};  // of "additive", where it could be fitted
  std::string choice{};                     // of the used one: why it is used, for people
};
inline constexpr const char* additive_predictor = "additive";

// Value of a predictor for a network; positive (NN-Mass is shifted by 1, since it may be 0).
// Throws Error internal where the family has none of the name.
double predictor_value(const std::string& predictor, const Space& space, const Point& point);
// The same of a fit, the additive one included.
double predictor_value(const PredictorFit& fit, const Space& space, const Point& point);

// Marks the fit that searches use and says why (src/findings/predictors.cpp). By predictor.kind: "paper",
// theta of the job's reading; "additive"; "auto", the one of the least leave-one-out error of theta of
// the job's reading and the additive score; where they differ by less than one standard error of the samples'
// squared errors' differences, theta [ours].
// Throws Error bad_data where none of those asked for could be fitted.
void choose_predictor(const Job& job, std::vector<PredictorFit>& fits);

inline constexpr std::size_t least_trained = 4;  // networks that an accuracy predictor needs
// Throws Error bad_data where fewer good samples remain, saying how many failed and why.
std::vector<PredictorFit> fit_predictors(const Job& job, const Space& space,
                                         const std::vector<TrainedSample>& samples);

// The same predictor, fitted to these samples instead. False where that cannot be: `fit` is then of no use.
bool refit(PredictorFit& fit, const Space& space, const std::vector<TrainedSample>& samples);

// Of each metric that the target has; at least one. Throws Error bad_data where fewer than 4 networks were
// measured, or fewer than a table's features need.
// Of a metric on a device the first most_on_device networks are fitted and the others test the fit: a benchmark's table
// has more than a fit needs.
inline constexpr std::size_t most_on_device = 1000;
using HardwareFit = PerMetric<std::optional<MetricFit>>;
// Is told before each of `all` fits how many are done, and after the last; each may take seconds. What it throws ends
// them.
using FitWatch = std::function<void(std::size_t done, std::size_t all)>;
HardwareFit fit_hardware(const Job& job, const std::vector<MeasuredSample>& samples,
                         std::span<const Metric> metrics = fitted_metrics(), const FitWatch& watch = {});

}  // namespace flash

// From results to models: the accuracy predictor with its rivals, and the hardware models.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "flash/hardware/hardware_model.hpp"
#include "flash/job/job.hpp"
#include "flash/job/results.hpp"
#include "flash/predict/accuracy_model.hpp"
#include "flash/search/models.hpp"
#include "flash/task/host_measurement.hpp"
#include "flash/task/training.hpp"

namespace flash {

// One planned network with what came of it; state "missing" where the stage has not answered yet.
template <typename Result>
struct NetworkSample {
  std::uint64_t id = 0;
  Configuration configuration;
  bool holdout = false;
  const StageOutcome* outcome = nullptr;  // null: missing
  Result result;                          // meaningful where good
  bool good = false;                      // done, and fit to be used
  std::string failure;                    // why not, where there is an outcome
};
using TrainedSample = NetworkSample<TrainingResult>;
using MeasuredSample = NetworkSample<HostMeasurement>;
std::vector<TrainedSample> trained_samples(const Job& job, const Space& space, const Results& results);
std::vector<MeasuredSample> measured_samples(const Job& job, const Space& space, const Results& results);

// NN-Degree in both readings and the rivals that need no training, each through the same fit.
struct PredictorFit {
  std::string predictor;  // "nn_degree.links", "nn_degree.channels", "nn_mass", "parameters", "macs"
  bool used = false;      // the one that searches use
  AccuracyFit fit;
  double rmse_holdout = 0;  // NaN without hold-out samples
  std::size_t samples = 0;
};
// Value of a predictor for a network; positive (NN-Mass is shifted by 1, since it may be 0).
double predictor_value(const std::string& predictor, const Space& space, const Configuration& configuration);
const std::vector<std::string>& predictor_names();

// Throws Error bad_data where fewer than 4 good samples remain, saying how many failed and why.
std::vector<PredictorFit> fit_predictors(const Job& job, const Space& space,
                                         const std::vector<TrainedSample>& samples);
MetricFit fit_latency(const Space& space, const std::vector<MeasuredSample>& samples);

// The models that searches use, with their provenance.
Models make_models(const Job& job, const std::vector<PredictorFit>& predictors, const MetricFit& latency);

}  // namespace flash

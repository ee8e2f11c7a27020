// What a run's results say so far: samples, fits, models, constraint sets, merged sweeps.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "flash/findings/fit.hpp"
#include "flash/findings/plan.hpp"
#include "flash/findings/proxies.hpp"
#include "flash/findings/refinement.hpp"
#include "flash/findings/results.hpp"
#include "flash/job/job.hpp"
#include "flash/search/exhaustive.hpp"
#include "flash/search/models.hpp"

namespace flash {

// Each is made when it is first asked for and kept until the results that it rests on change: a fit takes
// longer than all that is asked of it. References hold until then. Not thread-safe.
class Findings {
 public:
  // All three must outlive it.
  Findings(const Job& job, const Space& space, const Results& results);

  // Of hardware() and of all that rests on it.
  void watch_fits(FitWatch watch) { watch_ = std::move(watch); }

  const Job& job() const { return job_; }
  const Space& space() const { return space_; }
  const Results& results() const { return results_; }

  // networks_to_train and networks_to_measure, with proxies as far as its rounds are known; throw as they do.
  const NetworkPlan& to_train();
  const NetworkPlan& to_measure();

  // With proxies: the rounds as far as they are known, which to_measure() has.
  const ProxyRounds& proxy_rounds();

  // The first design's, then those of refinement.
  const std::vector<TrainedSample>& trained();
  // Without rounds where none is asked for, or where what a round is chosen from is not all there.
  const Refinement& refinement();
  const std::vector<MeasuredSample>& measured();

  // Throw Error missing_input naming the stage to run where the run lacks something; bad_data where what it
  // has does not suffice.
  const std::vector<PredictorFit>& predictors();
  const HardwareFit& hardware();
  const std::optional<AdaptedLatency>& adapted();  // what hardware() has of it where the job has proxies
  const Models& models();                          // as run_models, from what was trained and measured so far
  const std::vector<Constraints>& sets();  // of the comparison, or the job's own alone; with its margin
  void take_own_constraints() { own_constraints_ = true, sets_.reset(); }

  // Outcomes of a stage that fits rest on have changed, of any of them where none is named. What trainings alone change
  // leaves the fits to measurements, which may take seconds, as they are.
  void forget_samples(std::string_view stage = "");

 private:
  bool design_is_done() const;
  Models models_of(std::optional<std::vector<PredictorFit>> predictors);

  const Job& job_;
  const Space& space_;
  const Results& results_;
  FitWatch watch_;
  bool own_constraints_ = false;
  std::optional<NetworkPlan> to_train_, to_measure_;
  std::optional<ProxyRounds> proxy_rounds_;
  std::optional<AdaptedLatency> adapted_;
  std::optional<std::vector<TrainedSample>> trained_;
  std::optional<std::vector<MeasuredSample>> measured_;
  std::optional<Refinement> refinement_;
  std::optional<std::vector<PredictorFit>> predictors_;
  std::optional<HardwareFit> hardware_;
  std::optional<Models> models_;
  std::optional<std::vector<Constraints>> sets_;
};

}  // namespace flash

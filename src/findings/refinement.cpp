#include "flash/findings/refinement.hpp"

#include <algorithm>
#include <map>

#include "flash/core/random.hpp"
#include "flash/findings/constraint_sets.hpp"
#include "flash/findings/networks.hpp"
#include "flash/findings/promise.hpp"
#include "flash/findings/trainings.hpp"
#include "flash/search/exact.hpp"

namespace flash {
namespace {

constexpr std::size_t exact_top = 500;      // of the models, from which promising networks are taken
constexpr std::size_t random_draws = 5000;  // likewise

std::vector<int> gate_epochs(int epochs) {
  std::vector<int> list;
  for (const int divisor : {4, 2}) {
    const int epoch = (epochs + divisor - 1) / divisor;
    if (epoch < epochs && (list.empty() || list.back() < epoch)) list.push_back(epoch);
  }
  return list;
}

class Refiner {
 public:
  Refiner(const Job& job, const Space& space, const Results& results,
          const std::vector<TrainedSample>& design, const ModelsOfFits& models_of)
      : job_(job), space_(space), results_(results), models_of_(models_of), samples_(design) {}

  Refinement run() {
    for (int round = 0; round < job_.refine.rounds; ++round) {
      const bool settled = choose();
      if (settled || found_.rounds.back().networks.empty()) {
        found_.ended =
            settled ? "the models' best has stayed what it was" : "no other network promises anything";
        found_.rounds.pop_back();
        found_.complete = true;
        return std::move(found_);
      }
      if (!take_results()) return std::move(found_);
    }
    found_.complete = true;
    found_.ended = "refine.rounds were spent";
    return std::move(found_);
  }

 private:
  // Appends the next round. True where it would only confirm what the last one has found.
  bool choose() {
    const std::vector<PredictorFit> fits = fit_predictors(job_, space_, samples_);
    const Models models = models_of_(fits);
    const std::vector<Constraints> sets = constraint_sets(job_, space_, models);
    const Evaluator evaluator(space_, models, job_.objective, sets[own_set(job_, sets)]);
    const ExactResult exact = solve_exact(
        evaluator, [] { return false; }, exact_top);
    RefineRound& round = found_.rounds.emplace_back();
    round.best = exact.best_id;
    const bool known =
        std::ranges::find(samples_, round.best, &TrainedSample::id) != samples_.end() || !exact.found;
    const std::size_t before = found_.rounds.size() - 1;
    if (known && before > 0 && found_.rounds[before - 1].best == round.best) return true;
    std::vector<NetworkId> candidates =
        draw_networks(space_, random_draws, job_.sample.max_mmacs,
                      derive_seed(job_.seed, refine_name, static_cast<std::uint64_t>(before)));
    for (const Ranked& ranked : exact.top) candidates.push_back(ranked.id);
    if (!exact.found) round.best = samples_.front().id;  // nothing to begin with
    round.networks = most_promising({job_, space_, samples_, fits, evaluator}, round.best, candidates,
                                    static_cast<std::size_t>(job_.refine.networks));
    if (job_.refine.halving) round.gates = gates();
    return false;
  }

  // By the medians of all that reached an epoch.
  std::vector<EpochGate> gates() const {
    std::vector<EpochGate> list;
    for (const int epoch : gate_epochs(job_.training.epochs)) {
      std::vector<double> reached;
      for (const TrainedSample& sample : samples_)
        if (sample.outcome != nullptr)
          for (const EpochRecord& record : sample.result.curve)
            if (record.epoch == epoch) reached.push_back(record.accuracy);
      if (reached.empty()) continue;
      const auto middle = reached.begin() + static_cast<std::ptrdiff_t>(reached.size() / 2);
      std::ranges::nth_element(reached, middle);
      list.push_back({epoch, *middle});
    }
    return list;
  }

  // Of the last round. False where a training is still to come.
  bool take_results() {
    const RefineRound& round = found_.rounds.back();
    const StagePlan plan = plan_refinement(job_, space_, {round});
    const Results::Stage& outcomes = results_.stage(refine_name);
    bool all = true;
    for (const StageTask& task : plan.tasks) {
      const auto found = outcomes.find(task.id);
      all &= found != outcomes.end() && found->second.inputs == task.inputs;
    }
    if (!all) return false;
    for (TrainedSample& sample :
         trained_samples(space_, {round.networks, round.networks.size()}, results_, refine_name)) {
      sample.round = static_cast<int>(found_.rounds.size());
      samples_.push_back(sample);
      found_.samples.push_back(std::move(sample));
    }
    return true;
  }

  const Job& job_;
  const Space& space_;
  const Results& results_;
  const ModelsOfFits& models_of_;
  std::vector<TrainedSample> samples_;
  Refinement found_;
};

}  // namespace

Refinement refinement(const Job& job, const Space& space, const Results& results,
                      const std::vector<TrainedSample>& design, const ModelsOfFits& models_of) {
  return Refiner(job, space, results, design, models_of).run();
}

StagePlan plan_refinement(const Job& job, const Space& space, const std::vector<RefineRound>& rounds) {
  std::vector<PlannedTraining> trainings;
  for (const RefineRound& round : rounds)
    for (const NetworkId id : round.networks)
      trainings.push_back({id, id, network_seed(job, train_name, id), /*test=*/false, round.gates});
  return plan_trainings(job, space, refine_name, trainings);
}

}  // namespace flash

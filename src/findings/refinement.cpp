#include "flash/findings/refinement.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "flash/core/random.hpp"
#include "flash/findings/constraint_sets.hpp"
#include "flash/findings/networks.hpp"
#include "flash/findings/promise.hpp"
#include "flash/findings/trainings.hpp"
#include "flash/search/exact.hpp"
#include "flash/space/liveness.hpp"

namespace flash {
namespace {

constexpr std::size_t exact_top = 500;        // of the models, from which promising networks are taken
constexpr std::size_t random_draws = 5000;    // likewise
constexpr std::size_t listed_draws = 20'000;  // of a table of accuracies

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
    const std::size_t before = found_.rounds.size() - 1;
    const std::vector<NetworkId> candidates = this->candidates(exact, before);
    const auto best = best_of(evaluator, exact, candidates);
    round.best = best.value_or(samples_.front().id);  // else there is nothing to begin with
    const bool known =
        best.has_value() && std::ranges::find(samples_, *best, &TrainedSample::id) != samples_.end();
    // Of a table another look costs nothing, and what promises most is not only what the models think best.
    const bool costs = only_trainable(job_).empty();
    if (known && costs && before > 0 && found_.rounds[before - 1].best == round.best) return true;
    round.networks = most_promising({job_, space_, samples_, fits, evaluator}, round.best, candidates,
                                    static_cast<std::size_t>(job_.refine.networks));
    if (job_.refine.halving) round.gates = gates();
    return false;
  }

  bool can_train(NetworkId id) const { return why_not_trained(job_, space_, id).empty(); }
  // Nothing of it is dead: of others the models think too well, since they sum over all of a network.
  bool is_whole(NetworkId id) const {
    const Point point = space_.point(id);
    return living(space_, point) == point;
  }

  // Of all that can be trained: the exact top and random ones; of a table all of it, unless it is huge.
  std::vector<NetworkId> candidates(const ExactResult& exact, std::size_t round) const {
    const std::vector<NetworkId> only = only_trainable(job_);
    std::vector<NetworkId> list =
        draw_networks(space_, only.empty() ? random_draws : listed_draws, job_.sample.max_mmacs,
                      derive_seed(job_.seed, refine_name, static_cast<std::uint64_t>(round)), only);
    for (const Ranked& ranked : exact.top)
      if (const NetworkId id = ranked.id; can_train(id)) list.push_back(id);
    return list;
  }

  // The best by the models that can be trained; nothing where none that is known meets the constraints.
  std::optional<NetworkId> best_of(const Evaluator& evaluator, const ExactResult& exact,
                                   const std::vector<NetworkId>& candidates) const {
    if (!exact.found) return std::nullopt;
    for (const Ranked& ranked : exact.top)
      if (const NetworkId id = ranked.id; is_whole(id) && can_train(id)) return id;
    std::optional<NetworkId> best;
    double most = 0;
    for (const NetworkId id : candidates) {
      if (!is_whole(id)) continue;
      const Evaluation e = evaluator.at(id);
      if (!e.feasible() || (best && (e.objective < most || (e.objective == most && id > *best)))) continue;
      best = id;
      most = e.objective;
    }
    return best;
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

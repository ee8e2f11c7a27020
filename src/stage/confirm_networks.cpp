// Which networks are confirmed.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "flash/findings/constraint_sets.hpp"
#include "flash/findings/fit.hpp"
#include "flash/findings/networks.hpp"
#include "flash/findings/plan.hpp"
#include "flash/findings/trainings.hpp"
#include "flash/search/exact.hpp"
#include "flash/search/search.hpp"
#include "flash/space/network_text.hpp"
#include "flash/space/random_id.hpp"
#include "flash/stage/answer.hpp"
#include "flash/stage/confirmation.hpp"

namespace flash {
namespace {

constexpr std::size_t draws = 20'000;  // networks that rivals and controls are chosen from
constexpr std::size_t nearest_rivals =
    200;                                // of the exact search: the top of the space, however large that is
constexpr double unknown_error = 0.05;  // of accuracies, relative, where nothing is known of the predictor's

class Choice {
 public:
  Choice(const Job& job, const Space& space, const Models& models, const std::vector<Constraints>& sets,
         const Results& results)
      : job_(job), space_(space), models_(models), results_(results) {
    for (const Constraints& set : sets) evaluators_.emplace_back(space, models, job.objective, set);
    primary_ = own_set(job, sets);
  }

  std::vector<ConfirmNetwork> named() {
    for (const std::string& text : job_.confirm.named)
      add({named_to_train(job_, space_, text), "asked", primary_});
    return std::move(chosen_);
  }

  std::vector<ConfirmNetwork> top() {
    const auto count = static_cast<std::size_t>(job_.confirm.top);
    for (const NetworkId id : best_of(primary_, count)) add({id, "asked", primary_});
    return std::move(chosen_);
  }

  std::vector<ConfirmNetwork> mixed() {
    const auto wanted = static_cast<std::size_t>(job_.confirm.networks);
    limit_ = wanted;
    add_best(primary_);
    add_trained();
    for (std::size_t set = 0; set < evaluators_.size(); ++set)
      if (set != primary_) add_best(set);
    limit_ = std::min(wanted, chosen_.size() + wanted / 4);
    add_answers();
    const std::vector<NetworkId> drawn =
        draw_networks(space_, draws, job_.sample.max_mmacs, derive_seed(job_.seed, confirm_name, 0), only_);
    limit_ = wanted - std::min(wanted / 4, wanted - chosen_.size());
    add_rivals(drawn);
    limit_ = wanted;
    add_controls(drawn);
    return std::move(chosen_);
  }

 private:
  bool full() const { return chosen_.size() >= limit_; }
  void add(ConfirmNetwork network) {
    const bool there = std::ranges::find(chosen_, network.id, &ConfirmNetwork::id) != chosen_.end();
    if (!there && !full()) chosen_.push_back(std::move(network));
  }
  ExactResult optimum(std::size_t set, std::size_t count) const {
    return solve_exact(
        evaluators_[set], [] { return false; }, count);
  }
  bool can_train(NetworkId id) const { return why_not_trained(job_, space_, id).empty(); }

  // The best by the models of all that can be trained: of the exact top, or of a table.
  std::vector<NetworkId> best_of(std::size_t set, std::size_t count) const {
    std::vector<NetworkId> ids;
    if (!only_.empty()) {
      std::vector<std::pair<double, NetworkId>> worth;
      for (const NetworkId id : only_)
        if (const Evaluation e = evaluators_[set].at(id); e.feasible()) worth.emplace_back(-e.objective, id);
      std::ranges::sort(worth);
      for (const auto& [objective, id] : worth)
        if (ids.size() < count) ids.push_back(id);
      return ids;
    }
    // Where some of the best cannot learn, more of them are looked at.
    for (std::size_t looked = count;; looked *= 4) {
      ids.clear();
      const std::vector<Ranked> top = optimum(set, looked).top;
      for (const Ranked& ranked : top)
        if (ids.size() < count && can_train(ranked.id)) ids.push_back(ranked.id);
      if (ids.size() == count || top.size() < looked) return ids;
    }
  }

  void add_best(std::size_t set) {
    for (const NetworkId id : best_of(set, 1)) add({id, "best", set});
  }

  // What others would end with: the best that was observed. Metrics are the models'.
  void add_trained() {
    const Evaluator& evaluator = evaluators_[primary_];
    NetworkId best = 0;
    double most = 0;
    for (const char* stage : {train_name, refine_name})
      for (const auto& [id, outcome] : results_.stage(stage)) {
        if (!outcome.ok) continue;
        const TrainingResult result = training_result_from_json(outcome.output);
        if (!result.ok || result.ended_early) continue;
        const Evaluation predicted = evaluator.at(id);
        const Evaluation found = evaluator.weigh(predicted.nn_degree, result.accuracy, predicted.metrics);
        if (!found.feasible() || found.objective <= most) continue;
        best = id;
        most = found.objective;
      }
    if (most > 0) add({best, "trained", primary_});
  }

  // The job's own set first, methods in the order of the comparison.
  void add_answers() {
    const std::vector<Constraints>& sets = constraints();
    const std::vector<SearchRun> runs = search_runs(job_, sets);
    const Results::Stage& outcomes = results_.stage("compare");
    for (const bool own : {true, false})
      for (std::size_t i = 0; i < runs.size(); ++i) {
        const auto found = outcomes.find(i);
        if (found == outcomes.end() || !found->second.ok || (runs[i].set == primary_) != own) continue;
        const SearchResult result = search_result_from_json(found->second.output);
        if (result.found && !answered(runs[i]) && can_train(result.best_id))
          add({result.best_id, "answer", runs[i].set, runs[i].method});
      }
  }
  // One answer of a method and set is enough.
  bool answered(const SearchRun& run) const {
    return std::ranges::any_of(chosen_, [&](const ConfirmNetwork& network) {
      return network.method == run.method && network.set == run.set;
    });
  }
  const std::vector<Constraints>& constraints() {
    if (sets_.empty())
      for (const Evaluator& evaluator : evaluators_) sets_.push_back(evaluator.constraints());
    return sets_;
  }

  // What the models cannot tell from their best: with its accuracy less by the predictor's error it would be
  // worth no more than these. Neighbours of the best alone would say little.
  void add_rivals(const std::vector<NetworkId>& drawn) {
    const Evaluator& evaluator = evaluators_[primary_];
    const ExactResult exact = optimum(primary_, nearest_rivals);
    if (!exact.found) return;
    const double least = least_worth(exact.best);
    std::vector<NetworkId> candidates;
    const auto consider = [&](NetworkId id) {
      const Evaluation e = evaluator.at(id);
      if (e.feasible() && e.objective >= least && can_train(id)) candidates.push_back(id);
    };
    for (const Ranked& ranked : exact.top) consider(ranked.id);
    for (const NetworkId id : drawn) consider(id);
    std::ranges::sort(candidates);
    candidates.erase(std::ranges::unique(candidates).begin(), candidates.end());
    std::vector<NetworkId> present;
    for (const ConfirmNetwork& network : chosen_) present.push_back(network.id);
    for (const NetworkId id : spread_among(space_, candidates, present, limit_ - chosen_.size()))
      add({id, "rival", primary_});
  }
  double least_worth(const Evaluation& best) const {
    const double error = accuracy_error(models_);
    return worth_within(best, std::isnan(error) ? unknown_error * best.accuracy : error, job_.objective);
  }

  void add_controls(const std::vector<NetworkId>& drawn) {
    for (const NetworkId id : drawn) {
      if (full()) return;
      if (evaluators_[primary_].at(id).feasible()) add({id, "control", primary_});
    }
  }

  const Job& job_;
  const Space& space_;
  const Models& models_;
  const Results& results_;
  const std::vector<NetworkId> only_ = only_trainable(job_);  // none: any
  std::vector<Evaluator> evaluators_;
  std::vector<Constraints> sets_;
  std::size_t primary_ = 0;
  std::size_t limit_ = static_cast<std::size_t>(-1);
  std::vector<ConfirmNetwork> chosen_;
};

}  // namespace

std::vector<ConfirmNetwork> networks_to_confirm(const Job& job, const Space& space, const Models& models,
                                                const std::vector<Constraints>& sets,
                                                const Results& results) {
  Choice choice(job, space, models, sets, results);
  if (!job.confirm.named.empty()) return choice.named();
  return job.confirm.top > 0 ? choice.top() : choice.mixed();
}

std::uint64_t confirm_seed(const Job& job, NetworkId network, int k) {
  const std::uint64_t own = seed_of_network(job.seed, confirm_name, network);
  return derive_seed(own, "training", static_cast<std::uint64_t>(k));
}

}  // namespace flash

// Which networks are compressed to confirm a search over compression: the proven best, round by round.
#include <algorithm>

#include "flash/core/random.hpp"
#include "flash/findings/trainings.hpp"
#include "flash/hardware/file_bytes.hpp"
#include "flash/search/margin.hpp"
#include "flash/stage/joint.hpp"
#include "flash/stage/plans.hpp"

namespace flash {
namespace {

// The best by the models of so many rounds.
std::vector<JointRanked> best_after(Findings& findings, int rounds, std::size_t count) {
  const Job& job = findings.job();
  const JointModels joint = joint_models(job, findings.space(), findings.results(), rounds);
  const Models models = with_file_bytes(findings.models(), joint);
  Objective objective = job.objective;
  Constraints constraints = job.constraints;
  set_joint_question(job, objective, constraints);
  constraints = with_margin(constraints, findings.space(), models, objective);
  const Evaluator dense(findings.space(), models, objective, constraints, {file_bytes()});
  const JointTables tables(dense, joint, modelled_costs(job));
  return solve_joint(
             tables, [] { return false; }, count)
      .top;
}

JointCompression compression_of(Findings& findings, const JointRanked& ranked) {
  const NetworkId id = findings.space().id({ranked.network.stratum, ranked.network.options});
  const std::uint64_t own = network_seed(findings.job(), train_name, id);
  const Measurement& metrics = ranked.evaluation.metrics;
  return {.id = id,
          .options = ranked.network.compression,
          .seed = derive_seed(own, std::string(compress_confirm_name), 0),
          .told = {{"accuracy", ranked.evaluation.accuracy},
                   {"file_bytes", metrics[file_bytes()]},
                   {"latency_ms", number_or_null(metrics[Metric::latency])},
                   {"energy_mj", number_or_null(metrics[Metric::energy])}}};
}

}  // namespace

std::vector<JointCompression> confirmed_compressions(Findings& findings) {
  const Job& job = findings.job();
  const Results::Stage& done = findings.results().stage(std::string(compress_confirm_name));
  std::vector<JointCompression> list;
  for (int round = 0; round < job.joint.rounds; ++round) {
    const std::size_t before = list.size(), wanted = static_cast<std::size_t>(job.joint.top);
    const std::vector<JointRanked> best = best_after(findings, round, before + wanted);
    for (const JointRanked& ranked : best) {
      JointCompression next = compression_of(findings, ranked);
      const bool tried = std::ranges::any_of(list, [&](const JointCompression& other) {
        return other.id == next.id && other.options == next.options;
      });
      if (tried && &ranked == &best.front()) return list;
      if (tried || list.size() == before + wanted || !why_not_trained(job, findings.space(), next.id).empty())
        continue;
      next.task = static_cast<TaskId>(round) * tasks_a_round + (list.size() - before);
      list.push_back(std::move(next));
    }
    const bool all_done = std::all_of(list.begin() + static_cast<std::ptrdiff_t>(before), list.end(),
                                      [&](const JointCompression& each) { return done.contains(each.task); });
    if (!all_done || list.size() == before) break;
  }
  return list;
}

}  // namespace flash

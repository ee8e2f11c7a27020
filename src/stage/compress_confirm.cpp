// Stage compress_confirm: the proven best over networks and options of their cells, truly compressed.
#include "flash/core/random.hpp"
#include "flash/findings/trainings.hpp"
#include "flash/hardware/file_bytes.hpp"
#include "flash/log/log.hpp"
#include "flash/search/margin.hpp"
#include "flash/stage/joint.hpp"
#include "flash/stage/plans.hpp"
#include "joint_text.hpp"

namespace flash {
namespace {

class CompressConfirmStage : public Stage {
 public:
  std::string_view name() const override { return compress_confirm_name; }
  std::string_view words() const override {
    return "the best over networks and compression, truly compressed";
  }

  StagePlan plan(Findings& findings) const override {
    const Job& job = findings.job();
    const Space& space = findings.space();
    const JointModels joint = joint_models(findings);
    const Models models = with_file_bytes(findings.models(), joint);
    Objective objective = job.objective;
    Constraints constraints = job.constraints;
    set_joint_question(job, objective, constraints);
    constraints = with_margin(constraints, space, models, objective);
    const Evaluator dense(space, models, objective, constraints, {file_bytes()});
    const JointTables tables(dense, joint, modelled_costs(job));
    const JointResult result = solve_joint(
        tables, [] { return false; }, static_cast<std::size_t>(job.joint.top));
    std::vector<JointCompression> list;
    for (const JointRanked& ranked : result.top) {
      const NetworkId id = space.id({ranked.network.stratum, ranked.network.options});
      if (!why_not_trained(job, space, id).empty()) continue;
      const Measurement& metrics = ranked.evaluation.metrics;
      list.push_back({.task = list.size(),
                      .id = id,
                      .options = ranked.network.compression,
                      .seed = derive_seed(network_seed(job, train_name, id), std::string(name()), 0),
                      .told = {{"accuracy", ranked.evaluation.accuracy},
                               {"file_bytes", metrics[file_bytes()]},
                               {"latency_ms", number_or_null(metrics[Metric::latency])},
                               {"energy_mj", number_or_null(metrics[Metric::energy])}}});
    }
    return plan_compressions(job, space, name(), list);
  }
  bool of_networks() const override { return true; }
  bool rests_on_models() const override { return true; }
  void judge(StageOutcome& outcome) const override {
    const CompressionResult result = compression_result_from_json(outcome.output);
    outcome.ok = result.ok;
    outcome.error = result.failure;
  }
  void conclude(Findings& findings) const override {
    if (findings.results().stage(std::string(name())).empty())
      log_warning(
          "{}: no network in no form meets the constraints: nothing to confirm; `flash exact --compress` says what "
          "misses by least",
          name());
  }
  bool asked(const Job& job) const override { return job.joint.active() && job.joint.top > 0; }
  bool keeps_checkpoints() const override { return true; }
  bool writes_networks() const override { return true; }
  std::string report(const ArchiveContents& archive, const ReportOptions&) const override {
    return joint_report(archive);
  }
  std::size_t tasks(const Forecast& forecast) const override {
    return asked(forecast.job) ? static_cast<std::size_t>(forecast.job.joint.top) : 0;
  }
};

}  // namespace

const Stage& compress_confirm_stage() {
  static const CompressConfirmStage stage;
  return stage;
}

}  // namespace flash

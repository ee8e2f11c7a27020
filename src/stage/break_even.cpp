// Stage break_even: the layers of networks to be compressed, dense and sparse, timed on the host.
#include "flash/target/break_even.hpp"

#include <algorithm>
#include <set>

#include "flash/core/error.hpp"
#include "flash/stage/compression.hpp"
#include "flash/stage/stage.hpp"
#include "flash/task/break_even.hpp"

namespace flash {
namespace {

constexpr std::string_view measured_target = "host";

Pruned pruned_by(const CompressionSettings& how) {
  return how.groups == "filters" ? Pruned::filters : how.groups == "rows" ? Pruned::rows : Pruned::weights;
}

class BreakEvenStage : public Stage {
 public:
  std::string_view name() const override { return break_even_name; }
  std::string_view words() const override { return "networks whose layers are timed dense and sparse"; }

  StagePlan plan(Findings& findings) const override {
    const Job& job = findings.job();
    StagePlan plan;
    plan.name = name();
    plan.one_per_host = true;
    const Json settings = to_json(BreakEvenSettings{});
    plan.inputs = {{"settings of the timing", digest_of(settings)}, {"seed", std::to_string(job.seed)}};
    std::set<TaskId> planned;
    for (const PlannedCompression& compression : compressions(findings)) {
      const TaskId task = break_even_task(compression);
      if (!planned.insert(task).second) continue;
      Json input{{"kind", "break_even"},
                 {"space", to_json(compression.space)},
                 {"id", id_json(compression.id)},
                 {"seed", compression.seed},
                 {"break_even", settings}};
      const std::string inputs = digest_of(input);
      input["timeout_s"] = job.farm.task_timeout_s;
      plan.tasks.push_back({task, 1, input.dump(), inputs});
    }
    return plan;
  }
  bool of_networks() const override { return true; }
  bool rests_on_models() const override { return true; }
  bool asked(const Job& job) const override {
    return !job.compress.networks.empty() && job.compress.target == measured_target &&
           job.compress.how.method != "smartdeal" && job.compress.how.ratio > 1;
  }
  std::size_t tasks(const Forecast& forecast) const override {
    return asked(forecast.job) ? forecast.job.compress.networks.size() : 0;
  }
};

}  // namespace

TaskId break_even_task(const PlannedCompression& planned) { return planned.task / seeds_a_network; }

std::vector<double> break_evens_of(const Job& job, const PlannedCompression& planned,
                                   const Results& results) {
  const CompressSettings& compress = job.compress;
  // SmartDeal prunes rows of kernels by itself: no layer of it stays dense for a target.
  if (compress.target.empty() || compress.how.ratio <= 1 || compress.how.method == "smartdeal") return {};
  std::vector<double> list;
  if (compress.target == measured_target) {
    const Results::Stage& measured = results.stage(std::string(break_even_name));
    const auto found = measured.find(break_even_task(planned));
    if (found == measured.end() || !found->second.ok)
      throw Error(ExitCode::missing_input,
                  "compress.target: no break-even of " + planned.name + " has been measured on the host");
    for (const LayerBreakEven& layer : break_even_result_from_json(found->second.output).layers)
      list.push_back(layer.break_even);
  } else {
    const Target& target = job.hardware.targets.named(compress.target);
    const Space space(planned.space);
    const int bits = compress.how.bits < 32 ? std::max(2, compress.how.bits) : 32;
    const auto modelled = break_evens(target, space.lower(space.point(planned.id), planned.seed),
                                      {.what = pruned_by(compress.how), .bits = bits});
    if (!modelled)
      throw Error(ExitCode::bad_job, "compress.target: target '" + compress.target +
                                         "' has no model of compressed networks; take host, imc or digital");
    list = *modelled;
  }
  if (std::ranges::any_of(list, [](double share) { return share > 0; })) return list;
  std::string text = "compress.target: pruning single weights gains nothing on ";
  if (compress.how.groups != "none")
    text = "compress.target: pruning " + compress.how.groups + " gains nothing on ";
  text.append(compress.target).append(", whatever the share that is kept: break-evens of the layers are");
  for (const double share : list) text.append(" ").append(Json(share).dump());
  throw Error(ExitCode::bad_job,
              text.append("; take compress.groups = \"rows\" or \"filters\", or ratio = 1 and fewer bits"));
}

const Stage& break_even_stage() {
  static const BreakEvenStage stage;
  return stage;
}

}  // namespace flash

// Compressions as tasks: what each is made from, whatever stage asks for it.
#include "flash/stage/plans.hpp"

namespace flash {

StagePlan plan_compressions(const Job& job, std::string_view stage,
                            const std::vector<CompressionOrder>& orders) {
  StagePlan plan;
  plan.name = stage;
  Json data = to_json(job.data);  // where the images lie does not matter, what they are does
  data.erase("train");
  data.erase("test");
  const Json common{
      {"kind", "compress"}, {"data", data}, {"images", job.images}, {"training", to_json(job.training)}};
  plan.inputs = {{"images", digest_of({common["data"], common["images"]})},
                 {"training settings", digest_of(common["training"])},
                 {"compression settings", digest_of(to_json(job.compress.how))},
                 {"seed", std::to_string(job.seed)}};
  if (!orders.empty() && !orders.front().how.chip.is_null())
    plan.inputs.push_back({"chip", digest_of(orders.front().how.chip)});
  for (const CompressionOrder& order : orders) {
    Json input = common;
    input["space"] = to_json(order.space);
    input["id"] = id_json(order.id);
    input["seed"] = order.seed;
    const std::string dense = digest_of(input);
    input["compression"] = to_json(order.how);
    input["network"] = order.name;
    input["training_number"] = order.k;
    if (!order.joint.is_null()) input["joint"] = order.joint;
    const std::string inputs = digest_of(input);
    // What does not change the result.
    if (!order.joint.is_null()) input["joint"].update(order.told);
    input["data"] = to_json(job.data);
    input["timeout_s"] = job.farm.task_timeout_s;
    std::string file = order.stem;
    input["name"] = file.append("-").append(inputs.substr(0, 8)).append(".fcn");
    input["dense"] = dense;
    const Space space(order.space);
    const auto macs = static_cast<double>(space.counts(space.point(order.id)).macs);
    plan.tasks.push_back({order.task, macs, input.dump(), inputs});
  }
  return plan;
}

void judge_compression(StageOutcome& outcome) {
  const CompressionResult result = compression_result_from_json(outcome.output);
  outcome.ok = result.ok;
  outcome.error = result.failure;
}

void judge_loss(StageOutcome& outcome) {
  const CompressionResult result = compression_result_from_json(outcome.output);
  outcome.ok = result.dense_ok;
  if (!outcome.ok) outcome.error = result.failure;
}

}  // namespace flash

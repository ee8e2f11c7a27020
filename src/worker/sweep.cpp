#include "flash/worker/kinds.hpp"
#include "flash/worker/worker.hpp"

namespace flash {

void SweepTask::write(const Input& input, Json& json) {
  json["top"] = input.top;
  json["first_id"] = input.block.first_id;
  json["count"] = input.block.count;
}

SweepTask::Input SweepTask::read(const Json& json) {
  return {json.at("top").get<std::size_t>(),
          {json.at("first_id").get<std::uint64_t>(), json.at("count").get<std::uint64_t>()}};
}

BlockResult SweepTask::run(const Input& input, TaskWorker& worker) {
  const SweepOptions options{.top_k = input.top, .threads = worker.threads(), .stop = worker.given_up()};
  return sweep_block(worker.evaluator(), input.block, options);
}

const TaskKind& sweep_kind() {
  static const TaskKindOf<SweepTask> kind;
  return kind;
}

}  // namespace flash

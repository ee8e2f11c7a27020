#include "flash/core/error.hpp"
#include "flash/search/methods/search_method.hpp"
#include "flash/worker/kinds.hpp"
#include "flash/worker/worker.hpp"

namespace flash {

void SearchTask::write(const Input& input, Json& json) {
  json["method"] = input.method;
  json["seed"] = input.seed;
  json["evaluations"] = input.evaluations;
}

SearchTask::Input SearchTask::read(const Json& json) {
  return {json.at("method").get<std::string>(), json.at("seed").get<std::uint64_t>(),
          json.at("evaluations").get<std::uint64_t>()};
}

SearchResult SearchTask::run(const Input& input, TaskWorker& worker) {
  SearchBudget budget;
  budget.evaluations = input.evaluations;
  budget.stop = worker.given_up();
  SearchResult result = search(worker.evaluator(), input.method, input.seed, budget);
  // A search that was cut short by a stop is no result: it runs again when the job resumes.
  if (worker.given_up()()) throw Error(ExitCode::stopped, "stopped");
  return result;
}

const TaskKind& search_kind() {
  static const TaskKindOf<SearchTask> kind;
  return kind;
}

}  // namespace flash

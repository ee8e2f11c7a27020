#include "flash/core/error.hpp"
#include "flash/core/json_reader.hpp"
#include "flash/worker/kinds.hpp"
#include "flash/worker/worker.hpp"

namespace flash {
namespace {

Metric metric_named(const std::string& text) {
  if (const auto metric = find_metric(text)) return *metric;
  throw Error(ExitCode::internal, "a task asks for a front of " + text);
}

Json names_of(const std::vector<Metric>& metrics) {
  Json names = Json::array();
  for (const Metric m : metrics) names.push_back(std::string(name(m)));
  return names;
}

}  // namespace

void ParetoTask::write(const Input& input, Json& json) { json["metrics"] = names_of(input.metrics); }

ParetoTask::Input ParetoTask::read(const Json& json) {
  Input input;
  for (const Json& metric : json.at("metrics"))
    input.metrics.push_back(metric_named(metric.get<std::string>()));
  return input;
}

ParetoFront ParetoTask::run(const Input& input, TaskWorker& worker) {
  ParetoFront front = pareto_front(worker.evaluator(), input.metrics, worker.given_up());
  if (!front.complete) throw Error(ExitCode::stopped, "stopped");
  return front;
}

Json ParetoTask::to_json(const Output& front) {
  Json ids = Json::array();
  for (const ParetoPoint& point : front.points) ids.push_back(id_json(point.id));
  return {{"metrics", names_of(front.metrics)},
          {"ids", std::move(ids)},
          {"boxes", front.boxes},
          {"seconds", front.seconds}};
}

ParetoFront ParetoTask::output(const Evaluator& evaluator, const Json& json) {
  const JsonReader reader(json, "front");
  ParetoFront front;
  for (const auto& metric : reader.get<std::vector<std::string>>("metrics"))
    front.metrics.push_back(metric_named(metric));
  for (const Json& entry : reader.at("ids")) {
    const NetworkId id = id_from_json(entry);
    front.points.push_back({id, evaluator.at(id)});
  }
  front.boxes = reader.get<std::uint64_t>("boxes");
  front.seconds = reader.get<double>("seconds");
  return front;
}

const TaskKind& pareto_kind() {
  static const TaskKindOf<ParetoTask> kind;
  return kind;
}

}  // namespace flash

#include "flash/core/error.hpp"
#include "flash/worker/kinds.hpp"
#include "flash/worker/worker.hpp"

namespace flash {
namespace {

Quantity quantity_named(const std::string& text, const Evaluator& evaluator) {
  for (const Quantity quantity : quantities(evaluator))
    if (name(quantity) == text) return quantity;
  throw Error(ExitCode::internal, "a task asks for a histogram of " + text);
}

}  // namespace

void HistogramTask::write(const Input& input, Json& json) {
  json["quantity"] = input.quantity;
  json["edges"] = input.edges;
  json["slices"] = input.slices;
  json["slice"] = input.slice;
}

HistogramTask::Input HistogramTask::read(const Json& json) {
  return {json.at("quantity").get<std::string>(), json.at("edges").get<std::vector<double>>(),
          json.at("slices").get<std::size_t>(), json.at("slice").get<std::size_t>()};
}

Histogram HistogramTask::run(const Input& input, TaskWorker& worker) {
  const Evaluator& evaluator = worker.evaluator();
  const std::vector<HistogramPart> all = histogram_parts(evaluator.space());
  std::vector<HistogramPart> parts;
  for (std::size_t part = input.slice; part < all.size(); part += input.slices) parts.push_back(all[part]);
  return count_histogram(evaluator, quantity_named(input.quantity, evaluator), input.edges, parts,
                         worker.threads(), worker.given_up());
}

const TaskKind& histogram_kind() {
  static const TaskKindOf<HistogramTask> kind;
  return kind;
}

}  // namespace flash

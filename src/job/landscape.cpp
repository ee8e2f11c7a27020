#include "flash/job/landscape.hpp"

#include <optional>

#include "evaluator_input.hpp"
#include "flash/core/error.hpp"
#include "flash/core/json_reader.hpp"

namespace flash {
namespace {

constexpr const char* stage_name = "landscape";
constexpr std::uint64_t slices = 8;               // tasks of a histogram
constexpr std::uint64_t first_front = 1'000'000;  // id of the first front's task

Quantity quantity_named(const std::string& text, const Evaluator& evaluator) {
  for (const Quantity quantity : quantities(evaluator))
    if (name(quantity) == text) return quantity;
  throw Error(ExitCode::internal, "a task asks for a histogram of " + text);
}

Metric metric_named(const std::string& text) {
  for (const Metric m : all_metrics)
    if (name(m) == text) return m;
  throw Error(ExitCode::internal, "a task asks for a front of " + text);
}

Evaluator unconstrained(const Job& job, const Models& models) {
  return {Space(job.space), models, job.objective, Constraints{}};
}

// Outcomes of tasks [first, first + count); nothing where one is missing or failed.
std::vector<const Json*> outputs(const Results& results, std::uint64_t first, std::uint64_t count) {
  const Results::Stage& stage = results.stage(stage_name);
  std::vector<const Json*> found;
  for (std::uint64_t id = first; id < first + count; ++id) {
    const auto outcome = stage.find(id);
    if (outcome == stage.end() || !outcome->second.ok) return {};
    found.push_back(&outcome->second.output);
  }
  return found;
}

std::optional<Histogram> merged_histogram(const Results& results, std::uint64_t first) {
  std::optional<Histogram> sum;
  for (const Json* output : outputs(results, first, slices)) {
    Histogram part = histogram_from_json(*output);
    if (!sum) {
      sum = std::move(part);
      continue;
    }
    if (part.edges != sum->edges || part.quantity != sum->quantity)
      throw Error(ExitCode::bad_data, "the journal holds parts of different histograms as one");
    for (std::size_t bin = 0; bin < part.counts.size(); ++bin) sum->counts[bin] += part.counts[bin];
    sum->seconds += part.seconds;
  }
  return sum;
}

ParetoFront front_from(const Evaluator& evaluator, const Json& output) {
  const JsonReader reader(output, "front");
  ParetoFront front;
  for (const auto& metric : reader.get<std::vector<std::string>>("metrics"))
    front.metrics.push_back(metric_named(metric));
  for (const std::uint64_t id : reader.get<std::vector<std::uint64_t>>("ids"))
    front.points.push_back({id, evaluator.at(id)});
  front.boxes = reader.get<std::uint64_t>("boxes");
  front.seconds = reader.get<double>("seconds");
  return front;
}

}  // namespace

Stage plan_landscape(const Job& job, const Models& models) {
  Stage stage;
  stage.name = stage_name;
  stage.inputs = evaluation_inputs(job, models, {});
  const Evaluator evaluator = unconstrained(job, models);
  const auto size = static_cast<double>(evaluator.space().size());
  const EvaluatorInput tasks(job, models, Constraints{});
  std::uint64_t id = 0;
  for (const Quantity quantity : quantities(evaluator)) {
    Json input{{"kind", "histogram"}};
    input["quantity"] = std::string(name(quantity));
    // Here and not where the task runs, so that all machines count in the same bins.
    input["edges"] = histogram_edges(evaluator, quantity, histogram_bins);
    input["slices"] = slices;
    for (std::uint64_t slice = 0; slice < slices; ++slice) {
      input["slice"] = slice;
      stage.tasks.push_back(tasks.task(id++, (quantity == Quantity::objective ? 10 : 1) * size, input));
    }
  }
  id = first_front;
  for (const std::vector<Metric>& metrics : reported_fronts(evaluator)) {
    Json input{{"kind", "pareto"}, {"metrics", Json::array()}};
    for (const Metric m : metrics) input["metrics"].push_back(std::string(name(m)));
    // A front is one task, the longest: first.
    stage.tasks.push_back(tasks.task(id++, 20 * size, input));
  }
  return stage;
}

bool asks_for_landscape(const Job& job, std::uint64_t task) {
  return task < first_front ? job.sweep.histograms : job.sweep.pareto;
}

std::size_t landscape_tasks(const Job& job, const Evaluator& evaluator) {
  return (job.sweep.histograms ? slices * quantities(evaluator).size() : 0) +
         (job.sweep.pareto ? reported_fronts(evaluator).size() : 0);
}

std::string histogram_output(const Evaluator& evaluator, const Json& input, unsigned threads,
                             const std::function<bool()>& given_up) {
  const auto slice = input.at("slice").get<std::size_t>();
  const auto step = input.at("slices").get<std::size_t>();
  const std::vector<HistogramPart> all = histogram_parts(evaluator.space());
  std::vector<HistogramPart> parts;
  for (std::size_t part = slice; part < all.size(); part += step) parts.push_back(all[part]);
  return to_json(count_histogram(evaluator,
                                 quantity_named(input.at("quantity").get<std::string>(), evaluator),
                                 input.at("edges").get<std::vector<double>>(), parts, threads, given_up))
      .dump();
}

std::string pareto_output(const Evaluator& evaluator, const Json& input,
                          const std::function<bool()>& given_up) {
  std::vector<Metric> metrics;
  for (const Json& metric : input.at("metrics")) metrics.push_back(metric_named(metric.get<std::string>()));
  const ParetoFront front = pareto_front(evaluator, metrics, given_up);
  if (!front.complete) throw Error(ExitCode::stopped, "stopped");
  Json ids = Json::array();
  for (const ParetoPoint& point : front.points) ids.push_back(point.id);
  return Json{{"metrics", input.at("metrics")},
              {"ids", std::move(ids)},
              {"boxes", front.boxes},
              {"seconds", front.seconds}}
      .dump();
}

Landscape landscape(const Job& job, const Models& models, const Results& results) {
  Landscape found;
  if (results.stage(stage_name).empty()) return found;
  const Evaluator evaluator = unconstrained(job, models);
  for (std::uint64_t q = 0; q < quantities(evaluator).size(); ++q)
    if (auto histogram = merged_histogram(results, q * slices))
      found.histograms.push_back(std::move(*histogram));
  for (std::uint64_t f = 0; f < reported_fronts(evaluator).size(); ++f)
    for (const Json* output : outputs(results, first_front + f, 1))
      found.fronts.push_back(front_from(evaluator, *output));
  return found;
}

std::string front_name(const ParetoFront& front) {
  std::string text = "accuracy";
  for (const Metric m : front.metrics) text.append(",").append(name(m));
  return text;
}

}  // namespace flash

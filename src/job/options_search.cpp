// [objective], [constraints], [search], [sweep] and [farm]: what is looked for, and how.
#include <algorithm>
#include <stdexcept>

#include "flash/hardware/interval.hpp"
#include "flash/search/methods/search_method.hpp"
#include "flash/search/question.hpp"
#include "flash/search/weighted_sum.hpp"
#include "option_builder.hpp"

namespace flash {
namespace {

constexpr NumberRange exponents = {.min = 0, .max = 100};  // more leaves the range of a double

// The field of one metric in the array that `arrays` leads to.
template <class Array>
auto metric_of(Array array, Metric metric) {
  return [=](auto& job) -> auto& { return array(job)[metric]; };
}

void add_methods(JobSection& search) {
  std::vector<std::string> names;
  std::string allowed;
  for (const SearchMethod* method : search_methods()) {
    names.push_back(method->name);
    allowed += (allowed.empty() ? "any of " : " | ") + method->name;
  }
  Option& option = search.add(
      "methods", OptionType::text_list, allowed,
      "Search methods that are compared; an empty list: all but exhaustive, which the sweep stands for.");
  option.default_value = Json::array();
  option.choices = names;
  option.valid = [names](const Json& list) {
    return std::ranges::all_of(list, [&](const Json& method) {
      return std::ranges::find(names, method.get<std::string>()) != names.end();
    });
  };
  option.store = [](Job& job, const Json& list) {
    auto methods = list.get<std::vector<std::string>>();
    std::vector<std::string> sorted = methods;
    std::ranges::sort(sorted);
    const auto twice = std::ranges::adjacent_find(sorted);
    if (twice != sorted.end()) throw std::invalid_argument("names \"" + *twice + "\" twice");
    job.search.methods = std::move(methods);
  };
}

// Where the text is empty and there was a sum, the exponents are the usual ones again.
void add_sum(JobSection& objective) {
  Option& option = objective.add(
      "sum", OptionType::text, "accuracy and metrics with weights > 0",
      "A weighted sum that is maximised in place of f, such as \"accuracy - 0.02*latency - 0.001*energy\": accuracy is "
      "added, metrics are subtracted, in the units of [constraints]; f is then exp of it. No exponent stands beside "
      "it.");
  option.default_value = "";
  option.value = [](const Job& job) { return Json(sum_text(job.objective)); };
  option.valid = [](const Json&) { return true; };
  option.store = [](Job& job, const Json& value) {
    if (const auto text = value.get<std::string>(); !text.empty()) return set_sum(job.objective, text);
    if (!job.objective.is_sum()) return;
    const bool training_free = job.objective.training_free;
    job.objective = default_job().objective;
    job.objective.training_free = training_free;
  };
}

// The interval is known from the first key that asks for it on: 0 and "" ask for nothing.
void add_interval_exponent(JobSection& objective) {
  Option& option = objective.add(
      "interval", OptionType::number, exponents.text(),
      "Exponent of the time between two images where layers overlap in a pipeline: that of the slowest layer. Target imc.");
  option.default_value = 0.0;
  option.value = [](const Job& job) {
    const auto known = std::ranges::find_if(fitted_metrics(), is_interval);
    return Json(known == fitted_metrics().end() ? 0.0 : job.objective.metric[*known]);
  };
  option.valid = [](const Json& value) { return exponents.contains(value); };
  option.store = [](Job& job, const Json& value) {
    if (value.get<double>() > 0 || std::ranges::any_of(fitted_metrics(), is_interval))
      job.objective.metric[interval()] = value.get<double>();
  };
}

void add_interval_ceiling(JobSection& constraints) {
  Option& option = constraints.add("interval_max_ms", OptionType::number, above(0).text(),
                                   "Most time between two images in a pipeline of layers, on target imc.");
  option.unit = std::string("ms");
  option.example = 1.0;
  option.valid = [](const Json& value) { return above(0).contains(value); };
  option.store = [](Job& job, const Json& value) {
    job.constraints.metric_max[interval()] = value.get<double>();
  };
}

// What is asked of metrics on devices, each in words.
void add_device_exponents(JobSection& objective) {
  Option& option = objective.add(
      "devices", OptionType::text_list, "latency@NAME or latency@NAME^0.5, a text each",
      "Exponents of metrics on devices, of whose names hardware.devices has the list: \"latency@pixel3\" divides f by "
      "the latency there.");
  option.default_value = Json::array();
  option.value = [](const Job& job) { return Json(device_exponents(job.objective)); };
  option.valid = [](const Json&) { return true; };
  option.store = [](Job& job, const Json& list) {
    set_device_exponents(job.objective, list.get<std::vector<std::string>>());
  };
}

void add_device_ceilings(JobSection& constraints) {
  Option& option = constraints.add(
      "devices", OptionType::text_list, "latency@NAME <= 5, a text each",
      "Ceilings of metrics on devices, in ms, mJ and mm2: [\"latency@pixel3 <= 5\", \"latency@titanx <= 20\"] asks for "
      "one network that keeps both.");
  option.default_value = Json::array();
  option.value = [](const Job& job) { return Json(device_ceilings(job.constraints)); };
  option.valid = [](const Json&) { return true; };
  option.store = [](Job& job, const Json& list) {
    set_device_ceilings(job.constraints, list.get<std::vector<std::string>>());
  };
}

}  // namespace

void add_objective_options(std::vector<Option>& options) {
  const auto metric = field(&Job::objective, &Objective::metric);
  JobSection objective(options, "objective");
  objective.number(
      "accuracy", exponents, field(&Job::objective, &Objective::accuracy),
      "Exponent of accuracy in f = accuracy^a / (latency^l * energy^e * area^r * ...), which is maximised.");
  objective.number(
      "latency", exponents, metric_of(metric, Metric::latency),
      "Exponent of latency; 1 with those of energy and area: the ratio of the paper [reconstructed].");
  objective.number("energy", exponents, metric_of(metric, Metric::energy),
                   "Exponent of energy; drops out where the target has none.");
  objective.number("area", exponents, metric_of(metric, Metric::area),
                   "Exponent of area; drops out where the target has none.");
  objective.number("parameters", exponents, metric_of(metric, Metric::parameters),
                   "Exponent of the network's parameters.");
  objective.number("macs", exponents, metric_of(metric, Metric::macs),
                   "Exponent of its multiply-accumulates an image.");
  objective.number("peak_memory", exponents, metric_of(metric, Metric::peak_memory),
                   "Exponent of the peak memory of a forward pass of one image: parameters and activations.");
  add_interval_exponent(objective);
  add_device_exponents(objective);
  add_sum(objective);
  objective.boolean("training_free", field(&Job::objective, &Objective::training_free),
                    "NN-Degree itself stands for accuracy, so that no network need be trained.");
}

void add_constraints_options(std::vector<Option>& options) {
  const auto ceiling = field(&Job::constraints, &Constraints::metric_max);
  JobSection constraints(options, "constraints");
  constraints
      .number("accuracy_min", above(0), field(&Job::constraints, &Constraints::accuracy_min),
              "Least predicted accuracy, below 1; least NN-Degree in a training-free search.")
      .example = 0.8;
  const auto add_ceiling = [&](Metric metric, double example, const char* description) {
    Option& option =
        constraints.number(ceiling_key(metric), above(0), metric_of(ceiling, metric), description);
    if (unit(metric) != "1") option.unit = unit(metric);
    option.example = example;
  };
  add_ceiling(Metric::latency, 10, "Most latency of a forward pass.");
  add_ceiling(Metric::energy, 5, "Most energy of a forward pass, on a target that has it.");
  add_ceiling(Metric::area, 100, "Most chip area, on a target that has it.");
  add_ceiling(Metric::parameters, 1e6, "Most parameters.");
  add_ceiling(Metric::macs, 1e8, "Most multiply-accumulates an image.");
  add_ceiling(Metric::peak_memory, 1024,
              "Most memory of a forward pass of one image: parameters and activations, 4 bytes each.");
  add_interval_ceiling(constraints);
  add_device_ceilings(constraints);
  constraints.number(
      "margin", from_to(0, 1), field(&Job::constraints, &Constraints::margin),
      "Share of the prediction's 95 % band that bounds on accuracy, latency, energy and area are to "
      "hold by: 0 the prediction meets them, 1 the band's end does.");
}

void add_search_options(std::vector<Option>& options) {
  const auto at = [](auto member) { return field(&Job::search, member); };
  JobSection search(options, "search");
  add_methods(search);
  search.integer(
      "seeds", {1, 1'000}, at(&SearchSettings::seeds),
      "Runs of each method, each with a seed of its own; of a method without randomness they differ in "
      "time alone. exhaustive runs once.");
  search.integer("evaluations", {1, 1'000'000'000}, at(&SearchSettings::evaluations),
                 "Cap on the configurations that a run of a method evaluates.");
  search.boolean(
      "on_table", at(&SearchSettings::on_table),
      "With train.table: search, sweep and proof take the accuracies of the table itself, which must have "
      "all networks of the space, in place of the predictor's.");
}

void add_sweep_options(std::vector<Option>& options) {
  const auto at = [](auto member) { return field(&Job::sweep, member); };
  JobSection sweep(options, "sweep");
  sweep.integer("top", {1, 100'000}, at(&SweepSettings::top), "Best configurations that are kept.");
  sweep
      .integer("block", {1, 1'000'000'000'000}, at(&SweepSettings::block),
               "Configurations of a task; a block should take 0.1 to 1 s.")
      .unit = "configurations";
  sweep
      .integer("max_size", {0, unlimited}, at(&SweepSettings::max_size),
               "A run leaves the sweep out of a space with more configurations than this, and says so.")
      .unit = "configurations";
  sweep.boolean("histograms", at(&SweepSettings::histograms),
                "Exact histograms of NN-Degree, accuracy, metrics and objective over the whole space.");
  sweep.boolean("pareto", at(&SweepSettings::pareto),
                "Exact Pareto fronts of accuracy and metrics over the whole space.");
}

void add_farm_options(std::vector<Option>& options) {
  const auto at = [](auto member) { return field(&Job::farm, member); };
  JobSection farm(options, "farm");
  farm.integer("attempts", {1, 10}, at(&FarmSettings::attempts),
               "Tries of a task that fails or whose process dies, the first included.");
  farm.number("task_timeout_s", from_to(0, 10'000'000), at(&FarmSettings::task_timeout_s),
              "A training or measuring task that takes longer fails; 0: no limit.")
      .unit = std::string("s");  // not "s": GCC 12 then warns of a copy that cannot be (PR 105329)
  farm.number(
          "checkpoint_s", from_to(0, 10'000'000), at(&FarmSettings::checkpoint_s),
          "A training of a run keeps where it is this often, and goes on from there after a stop; 0: after "
          "every batch.")
      .unit = "s";
}

}  // namespace flash

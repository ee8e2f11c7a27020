// flash-search: the search alone, one static program for boards: reads fitted models, needs no other file.
#include <CLI/CLI.hpp>
#include <cmath>

#include "flash/core/error.hpp"
#include "flash/core/version.hpp"
#include "flash/search/margin.hpp"
#include "flash/search/methods/search_method.hpp"
#include "flash/space/families/families.hpp"
#include "number_options.hpp"
#include "output.hpp"
#include "program.hpp"
#include "question_options.hpp"

namespace {

using namespace flash;

struct Settings {
  std::string models_file;
  std::string preset;  // searched training-free, where there is no models file
  std::string method{default_search_method};
  std::uint64_t seed = 0;
  SearchBudget budget;
  Objective objective{.metric = PerMetric<double>()};  // as a job's
  Constraints constraints;
  bool json = false;
};

constexpr const char* objective_group =
    "Objective: accuracy^a / (latency^l * energy^e * area^r * ...) is maximised";
constexpr const char* constraints_group = "Constraints";

constexpr RealRange exponents{.max = 100};  // more leaves the range of a double
constexpr WholeRange evaluations{.min = 1, .max = 1'000'000'000};

void add_objective(CLI::App& app, Objective& objective) {
  const auto exponent = [&](const char* name, double& value, const char* of) {
    real_option(&app, name, value,
                std::string("Exponent of ") + of + " in the objective; default: " + (value == 0 ? "0" : "1"),
                exponents)
        ->group(objective_group);
  };
  exponent("--accuracy-exponent", objective.accuracy, "accuracy");
  exponent("--latency-exponent", objective.metric[Metric::latency], "latency");
  exponent("--energy-exponent", objective.metric[Metric::energy], "energy");
  exponent("--area-exponent", objective.metric[Metric::area], "area");
  exponent("--parameters-exponent", objective.metric[Metric::parameters], "parameters");
  exponent("--macs-exponent", objective.metric[Metric::macs], "multiply-accumulates");
  exponent("--peak-memory-exponent", objective.metric[Metric::peak_memory], "peak memory");
}

void add_constraints(CLI::App& app, Constraints& constraints) {
  const auto bound = [&](const char* name, double& value, const char* description) {
    real_option(&app, name, value, description, {.open_min = true})->group(constraints_group);
  };
  bound("--accuracy-min", constraints.accuracy_min,
        "Accuracy floor, below 1; training-free: NN-Degree floor");
  bound("--latency-max", constraints.metric_max[Metric::latency], "Latency ceiling [ms]");
  bound("--energy-max", constraints.metric_max[Metric::energy], "Energy ceiling [mJ]");
  bound("--area-max", constraints.metric_max[Metric::area], "Area ceiling [mm2]");
  bound("--parameters-max", constraints.metric_max[Metric::parameters], "Ceiling on parameters");
  bound("--macs-max", constraints.metric_max[Metric::macs], "Ceiling on multiply-accumulates an image");
  bound("--peak-memory-max", constraints.metric_max[Metric::peak_memory], "Peak memory ceiling [KiB]");
}

// Two ways to ask the same: one of them would win in silence.
void exclude_each_other(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    if (option->get_group() == constraints_group) option->excludes(app.get_option("--subject-to"));
    if (option->get_group() != objective_group) continue;
    option->excludes(app.get_option("--maximise"));
    option->excludes(app.get_option("--minimise"));
  }
}

void check(const Settings& settings, bool has_space) {
  if (!has_space) throw Error(ExitCode::usage, "name a file of models, or --preset with --training-free");
  const Objective& objective = settings.objective;
  if (objective.accuracy == 0 && objective.metric == decltype(objective.metric){})
    throw Error(ExitCode::usage, "all exponents are 0, so that every network is worth the same");
  if (!objective.training_free && settings.constraints.accuracy_min >= 1)
    throw Error(ExitCode::usage,
                "--accuracy-min: an accuracy is below 1, unless --training-free makes it an NN-Degree");
}

Models models_of(const Settings& settings) {
  if (settings.preset.empty()) return read_models(settings.models_file);
  Models models;
  models.space = find_preset(settings.preset)->definition;
  const auto geometry = geometry_of(models.space);
  if (find_score(*geometry, score_of(models.reading)) == nullptr)
    models.reading = reading_of(geometry->scores().front()->name());
  return models;
}

int run(int argc, char** argv) {
  Settings settings;
  std::vector<std::string> preset_names;
  for (const Preset* known : presets()) preset_names.push_back(known->name);
  CLI::App app("flash-search: find the best network by fitted models", "flash-search");
  app.footer("Example: flash-search models.json --accuracy-min 0.9 --latency-max 5");
  app.set_version_flag("--version", std::string("flash-search ") + software_version);
  CLI::Option* models =
      app.add_option("MODELS", settings.models_file, "Models file that `flash fit` or `flash run` wrote");
  CLI::Option* preset =
      app.add_option("--preset", settings.preset, "Search this space on NN-Degree alone, without models")
          ->check(CLI::IsMember(preset_names))
          ->excludes(models);
  app.add_option("--method", settings.method, search_methods_text())->capture_default_str();
  whole_option(&app, "--seed", settings.seed, "Seed of the method; default: 0");
  whole_option(&app, "--evaluations", settings.budget.evaluations,
               "Evaluations at most; default: " + std::to_string(settings.budget.evaluations), evaluations);
  app.add_flag("--json", settings.json, "Print one JSON document instead of text");
  add_objective(app, settings.objective);
  CLI::Option* training_free =
      app.add_flag("--training-free", settings.objective.training_free, "Let NN-Degree stand for accuracy");
  preset->needs(training_free);
  add_constraints(app, settings.constraints);
  Question question;
  question_options(&app, question);
  exclude_each_other(app);
  if (const auto code = parse_command_line(app, argc, argv)) return *code;
  question.apply(settings.objective, settings.constraints);
  check(settings, models->count() + preset->count() > 0);
  Models fitted = models_of(settings);
  for (const Metric metric : fitted_metrics())
    if (std::isfinite(settings.constraints.metric_max[metric]) && !fitted.metrics[metric])
      throw Error(ExitCode::usage, "--" + std::string(name(metric)) + "-max: the models have none of " +
                                       std::string(name(metric)) + "; leave it out");
  for (const Metric metric : fitted_metrics())
    if (settings.objective.is_sum() && settings.objective.metric[metric] > 0 && !fitted.metrics[metric])
      throw Error(ExitCode::usage, "the sum names " + std::string(name(metric)) +
                                       ", of which the models have none; leave it out");
  Space space(fitted.space);
  const Constraints constraints = with_margin(settings.constraints, space, fitted, settings.objective);
  const Evaluator evaluator(std::move(space), std::move(fitted), settings.objective, constraints);
  const Json answer =
      search_json(evaluator, search(evaluator, settings.method, settings.seed, settings.budget));
  if (settings.json) {
    print(answer);
  } else {
    print(answer_text(evaluator, answer));
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return run_program("flash-search", [&] { return run(argc, argv); });
}

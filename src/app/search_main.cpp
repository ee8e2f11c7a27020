// flash-search: the search alone, one static program for boards: reads fitted models, needs no other file.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "flash/core/error.hpp"
#include "flash/core/version.hpp"
#include "flash/search/search.hpp"
#include "flash/space/presets.hpp"
#include "output.hpp"

namespace {

using namespace flash;

struct Settings {
  std::string models_file;
  std::string preset;  // searched training-free, where there is no models file
  std::string method = "shgo-hierarchical";
  std::uint64_t seed = 0;
  SearchBudget budget;
  Objective objective;
  Constraints constraints;
  bool json = false;
};

void add_objective(CLI::App& app, Objective& objective) {
  const auto exponent = [&](const char* name, double& value, const char* of) {
    app.add_option(name, value, std::string("Exponent of ") + of + " in the objective")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str()
        ->group("Objective: accuracy^a / (latency^l * energy^e * area^r) is maximised");
  };
  exponent("--accuracy-exponent", objective.accuracy, "accuracy");
  exponent("--latency-exponent", objective.metric[0], "latency");
  exponent("--energy-exponent", objective.metric[1], "energy");
  exponent("--area-exponent", objective.metric[2], "area");
}

void add_constraints(CLI::App& app, Constraints& constraints) {
  const auto bound = [&](const char* name, double& value, const char* description) {
    app.add_option(name, value, description)->check(CLI::PositiveNumber)->group("Constraints");
  };
  bound("--accuracy-min", constraints.accuracy_min,
        "Accuracy floor, below 1; training-free: NN-Degree floor");
  bound("--latency-max", constraints.metric_max[0], "Latency ceiling [ms]");
  bound("--energy-max", constraints.metric_max[1], "Energy ceiling [mJ]");
  bound("--area-max", constraints.metric_max[2], "Area ceiling [mm2]");
}

Models models_of(const Settings& settings) {
  if (settings.preset.empty()) return read_models(settings.models_file);
  Models models;
  models.space = find_preset(settings.preset)->definition;
  return models;
}

int run(int argc, char** argv) {
  Settings settings;
  std::vector<std::string> preset_names;
  for (const Preset& preset : presets()) preset_names.push_back(preset.name);
  CLI::App app("flash-search: find the best network by fitted models");
  app.footer("Example: flash-search models.json --accuracy-min 0.9 --latency-max 5");
  app.set_version_flag("--version", std::string("flash-search ") + software_version);
  CLI::Option* models =
      app.add_option("MODELS", settings.models_file, "Models file that `flash fit` or `flash run` wrote");
  CLI::Option* preset =
      app.add_option("--preset", settings.preset, "Search this space on NN-Degree alone, without models")
          ->check(CLI::IsMember(preset_names))
          ->excludes(models);
  app.add_option("--method", settings.method, "Search method")->capture_default_str();
  app.add_option("--seed", settings.seed, "Seed of the method")->capture_default_str();
  app.add_option("--evaluations", settings.budget.evaluations, "Evaluations at most")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_flag("--json", settings.json, "Print one JSON document instead of text");
  add_objective(app, settings.objective);
  CLI::Option* training_free =
      app.add_flag("--training-free", settings.objective.training_free, "Let NN-Degree stand for accuracy");
  preset->needs(training_free);
  add_constraints(app, settings.constraints);
  try {
    app.parse(argc, argv);
    if (!*models && !*preset) throw CLI::RequiredError("MODELS, or --preset with --training-free,");
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::usage);
  }
  Models fitted = models_of(settings);
  Space space(fitted.space);
  const Evaluator evaluator(std::move(space), std::move(fitted), settings.objective, settings.constraints);
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
  try {
    return run(argc, argv);
  } catch (const Error& error) {
    std::fprintf(stderr, "flash-search: %s\n", error.what());
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "flash-search: internal error: %s\n", error.what());
    return static_cast<int>(ExitCode::internal);
  }
}

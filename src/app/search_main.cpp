// flash-search: the search alone, for boards: reads fitted models, needs no MPI, HDF5 or LibTorch.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "flash/core/error.hpp"
#include "flash/core/version.hpp"
#include "flash/search/search.hpp"

namespace {

using namespace flash;

int run(int argc, char** argv) {
  std::string models_file, method = "shgo-hierarchical";
  std::uint64_t seed = 0;
  SearchBudget budget;
  Objective objective;
  Constraints constraints;
  CLI::App app("flash-search: find the best network by fitted models");
  app.footer("Example: flash-search models.json --accuracy-min 0.9 --latency-max 5");
  app.set_version_flag("--version", std::string("flash-search ") + software_version);
  app.add_option("MODELS", models_file, "Models file that `flash fit` or `flash run` wrote")->required();
  app.add_option("--method", method, "Search method")->capture_default_str();
  app.add_option("--seed", seed, "Seed of the method")->capture_default_str();
  app.add_option("--evaluations", budget.evaluations, "Evaluations at most")->capture_default_str();
  app.add_option("--accuracy-min", constraints.accuracy_min, "Accuracy floor, 0 to 1");
  app.add_option("--latency-max", constraints.metric_max[0], "Latency ceiling [ms]");
  app.add_option("--energy-max", constraints.metric_max[1], "Energy ceiling [mJ]");
  app.add_option("--area-max", constraints.metric_max[2], "Area ceiling [mm2]");
  app.add_flag("--training-free", objective.training_free, "Let NN-Degree stand for accuracy");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::usage);
  }
  Models models = read_models(models_file);
  Space space(models.space);
  const Evaluator evaluator(std::move(space), std::move(models), objective, constraints);
  const SearchResult result = search(evaluator, method, seed, budget);
  Json json = to_json(result);
  json["extrapolated"] = Json::array();
  for (const Metric m : extrapolated(evaluator.models(), evaluator.space(), result.best_id))
    json["extrapolated"].push_back(std::string(name(m)));
  std::printf("%s\n", json.dump(2).c_str());
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

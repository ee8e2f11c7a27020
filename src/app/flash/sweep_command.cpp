// flash sweep: every configuration of the space, whole or a shard of it.
#include <array>
#include <map>
#include <numeric>

#include "command_options.hpp"
#include "farm_command.hpp"
#include "flash/core/error.hpp"
#include "flash/findings/constraint_sets.hpp"
#include "flash/report/report.hpp"
#include "flash/search/binding.hpp"
#include "flash/search/exact.hpp"
#include "flash/search/model_warnings.hpp"
#include "flash/stage/stage.hpp"
#include "landscape_output.hpp"
#include "output.hpp"

namespace flash {
namespace {

// What a shard has done; what it means for the space only all of them know.
int report_shard(const Arguments& arguments, const ArchiveContents& contents) {
  if (arguments.json) {
    print(report_json(contents));
    return 0;
  }
  const Table* sweep = contents.find("sweep");
  std::uint64_t blocks = 0, configurations = 0;
  if (sweep != nullptr) {
    const auto& counts = std::get<std::vector<std::uint64_t>>(sweep->find("count")->values);
    blocks = counts.size();
    configurations = std::accumulate(counts.begin(), counts.end(), configurations);
  }
  print("shard " + arguments.shard + ": " + std::to_string(blocks) + " blocks, " +
        std::to_string(configurations) +
        " configurations under all constraint sets; `flash merge` puts all shards together\n");
  return 0;
}

int shard_command(const Arguments& arguments) {
  parse_shard(arguments.shard);
  if (!arguments.output)
    throw Error(ExitCode::usage, "a shard needs a run directory of its own: name it with -o DIR");
  return with_farm(arguments, /*trains=*/false, [&](Run& run, const Job& job) {
    run.space().size();  // says why there is no sweep of 2^63 networks or more
    if (job.models_file.empty())
      throw Error(ExitCode::missing_input,
                  "a shard trains nothing itself: name fitted models with --models RUN/models.json, or as "
                  "models.file in the job");
    if (!run.perform(stage_named("sweep"))) return stopped(run);
    return report_shard(arguments, run.write());
  });
}

int perform_sweep(const Arguments& arguments) {
  if (!arguments.shard.empty()) return shard_command(arguments);
  return with_farm(arguments, /*trains=*/false, [&](Run& run, const Job& job) {
    run.space().size();  // says why there is no sweep of 2^63 networks or more
    // A run sweeps all its sets, so that `compare` finds the optima; without one only the job's own
    // constraints count.
    if (!arguments.output) run.findings().take_own_constraints();
    const std::array stages{&stage_named("sweep"), &stage_named("landscape")};
    for (const Stage* stage : stages)
      if (!run.perform(*stage)) return stopped(run);
    if (arguments.output) run.write();
    for (const Stage* stage : stages) {
      if (const std::string failures = run.failures(*stage); !failures.empty())
        throw Error(ExitCode::internal, failures);
    }
    const std::vector<Constraints>& sets = run.findings().sets();
    const double seconds = run.sweep_seconds();
    const Landscape landscape = run.landscape_results();
    Json list = Json::array();
    std::map<std::string, std::string> misses;  // why nothing is feasible, by constraint set
    for (const SweepSummary& summary : run.sweep_summaries(sets)) {
      const Evaluator evaluator(run.space(), run.findings().models(), job.objective, summary.constraints);
      const BlockResult& result = summary.result;
      const bool found = !result.top.empty();
      Json json{{"constraints", constraints_json(summary.constraints)},
                {"configurations", result.block.count},
                {"feasible", result.feasible},
                {"seconds", seconds / static_cast<double>(sets.size())},
                {"core_seconds", result.seconds},
                {"rate_per_s",
                 static_cast<double>(result.block.count) * static_cast<double>(sets.size()) / seconds},
                {"best", found ? best_json(evaluator, result.top.front().id) : Json(nullptr)},
                {"checksum", result.checksum}};
      if (!found) {
        const NetworkId nearest = solve_exact(evaluator).best_id;
        json["nearest"] = best_json(evaluator, nearest);
        json["nearest_miss"] = binding_json(evaluator, nearest);
        misses[summary.constraints.name] = binding_text(evaluator, nearest);
      }
      list.push_back(std::move(json));
    }
    if (list.empty()) throw Error(ExitCode::internal, "no constraint set was swept wholly");
    // The job's own constraints on top, the other sets below.
    Json json = list.back();
    for (const Json& entry : list) {
      if (entry["constraints"]["name"] == primary_set(job)) json = entry;
    }
    if (list.size() > 1) json["sets"] = list;
    json["warnings"] = warnings(run.findings().models());
    add_landscape(landscape, json);
    if (arguments.json) {
      print(json);
    } else {
      for (const Json& entry : list) {
        print(entry["constraints"]["name"].get<std::string>() + ": " + entry["configurations"].dump() +
              " configurations, " + entry["feasible"].dump() + " feasible, " + entry["rate_per_s"].dump() +
              " per second\n");
        if (const auto miss = misses.find(entry["constraints"]["name"]); miss != misses.end())
          print("  nothing meets the constraints; nearest miss: " + miss->second + "\n");
        for (const auto& [name, value] :
             (entry["best"].is_null() ? entry["nearest"] : entry["best"]).items()) {
          if (name == "objective" && job.objective.is_sum()) continue;
          print("  " + name + ": " + value.dump() + "\n");
        }
      }
      print(landscape_text(landscape, job.objective) + warnings_text(json["warnings"]));
    }
    return 0;
  });
}

}  // namespace

Command sweep_command() {
  return {
      "sweep", "Evaluate every configuration of the space", "mpirun -n 4 flash sweep job.toml -o runs/a",
      [](CLI::App* sub, Arguments& arguments) {
        job_argument(sub, arguments);
        output_option(sub, arguments, false);
        farm_options(sub, arguments);
        question_options(sub, arguments);
        whole_option(
            sub, "--threads", arguments.threads,
            "Threads of each rank; default: the cores that it may use, shared with the ranks beside it",
            {.min = 1, .max = 4096});
        sub->add_flag(
            "--histograms", arguments.histograms,
            "Also exact histograms of every quantity over the whole space, as sweep.histograms of a job");
        sub->add_flag("--pareto", arguments.pareto,
                      "Also the exact Pareto fronts of the whole space, as sweep.pareto of a job");
        CLI::Option* shard = text_option(
            sub, "--shard", arguments.shard,
            "Sweep part I of N alone (1/16 to 16/16), in a run directory of its own and without MPI; see merge");
        text_option(sub, "--models", arguments.models,
                    "With --shard: fitted models instead of the job's models.file")
            ->needs(shard);
      },
      perform_sweep};
}

}  // namespace flash

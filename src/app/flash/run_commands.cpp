// The commands that use the farm: flash run, train, calibrate, fit, sweep, compare.
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <numeric>

#include "commands.hpp"
#include "flash/archive/archive.hpp"
#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/dataset/data_checks.hpp"
#include "flash/job/comparison.hpp"
#include "flash/job/constraint_sets.hpp"
#include "flash/job/cost_estimate.hpp"
#include "flash/job/report.hpp"
#include "flash/job/run.hpp"
#include "flash/job/status.hpp"
#include "flash/job/task_executor.hpp"
#include "flash/job/threads.hpp"
#include "flash/log/log.hpp"
#include "flash/search/binding.hpp"
#include "flash/search/exact.hpp"
#include "flash/search/model_warnings.hpp"
#include "landscape_output.hpp"
#include "output.hpp"

namespace flash {
namespace {

// The job with what the command line changes in it.
Job job_for(const Arguments& arguments) {
  Job job = read_job(arguments.job);
  if (!arguments.device.empty()) {
    override_option(job, "train.device", arguments.device);
    override_option(job, "hardware.device", arguments.device);
  }
  if (!arguments.models.empty())
    override_option(job, "models.file", std::filesystem::absolute(arguments.models).string());
  if (arguments.histograms) override_option(job, "sweep.histograms", true);
  if (arguments.pareto) override_option(job, "sweep.pareto", true);
  return job;
}

// The digest of the job's images; a command that trains nothing does without where they are not there.
KnownImages images_of(const Arguments& arguments, const Job& job, bool trains) {
  KnownImages before;
  if (arguments.output) before = read_known_images(*arguments.output / "images.json");
  try {
    return look_at_images(job.data, before);
  } catch (const Error& error) {
    if (trains || error.code() != ExitCode::missing_input) throw;
    return {};
  }
}

// Rank 0 does the work while the other ranks serve it.
int with_farm(const Arguments& arguments, bool trains, const std::function<int(Run&, const Job&)>& work) {
  Farm farm = arguments.shard.empty() ? Farm(arguments.argc, arguments.argv) : Farm();
  init_logging(farm.rank(), farm.host(), arguments.verbose);
  const unsigned threads = arguments.threads > 0 ? arguments.threads : threads_of(rank_placement());
  // Owned by all copies of `execute`: the farm has one for as long as it may run a task.
  const auto executor =
      std::make_shared<TaskExecutor>(trainer_program(), threads, [&farm] { return farm.given_up(); });
  const auto execute = [executor](const Task& task) { return (*executor)(task); };
  if (farm.rank() != 0) {
    ignore_stop_signals();
    farm.serve(execute);
    return 0;
  }
  install_stop_signals();
  Job job = job_for(arguments);
  resolve_input(job, trains, arguments.output ? *arguments.output / "models.json" : std::filesystem::path());
  require_measurable(job);
  if (!job.models_file.empty()) read_models_of(job);  // better said now than after hours of training
  for (const std::string& note : job.notes) spdlog::warn(note);
  RunOptions options;
  if (arguments.output) options.images = images_of(arguments, job, trains);
  job.images = options.images.digest;
  options.directory = arguments.output;
  options.deadline_s = arguments.deadline_s;
  options.max_tasks = arguments.max_tasks;
  options.retry_failed = arguments.retry_failed;
  options.again = arguments.again;
  options.command_line = arguments.command_line;
  if (!arguments.shard.empty()) options.shard = parse_shard(arguments.shard);
  Run run(job, farm, execute, options);
  return work(run, job);
}

// What a stop leaves is in the archive; the same command goes on.
int stopped(Run& run) {
  run.write();
  spdlog::warn("stopped ({}); the same command goes on where this one stopped", run.stop_reason());
  return static_cast<int>(ExitCode::stopped);
}

int report(const Arguments& arguments, const ArchiveContents& contents) {
  if (arguments.json) {
    print(report_json(contents));
  } else {
    print(report_text(contents));
  }
  return 0;
}

// Of networks some may fail, not all; evaluations never should.
int report(const Arguments& arguments, Run& run, const std::string& stage) {
  const ArchiveContents contents = run.write();
  report(arguments, contents);
  const std::string failures = run.failures(stage);
  const bool networks = stage == "train" || stage == "calibrate";
  if (failures.empty() || (networks && run.done(stage) > 0)) return 0;
  spdlog::error(failures);
  return static_cast<int>(networks ? ExitCode::bad_data : ExitCode::internal);
}

// Before tasks go out: a damaged image would fail every network.
void check_images(Run& run, const DataSource& data) {
  for (const std::string& warning : data_warnings(data)) spdlog::warn(warning);
  if (run.trains()) require_readable(data);
}

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
    if (job.models_file.empty())
      throw Error(ExitCode::missing_input,
                  "a shard trains nothing itself: name fitted models with --models RUN/models.json, or as "
                  "models.file in the job");
    if (!run.sweep(run.findings().sets())) return stopped(run);
    return report_shard(arguments, run.write());
  });
}

// A run that has nothing left to do is answered from its archive, without MPI, unless something has changed
// that its answer was made from.
bool finished(const Arguments& arguments) {
  if (arguments.retry_failed || arguments.again || !arguments.output) return false;
  try {
    const Status status = status_from_json(Json::parse(read_file(*arguments.output / "status.json")));
    if (status.state != "finished") return false;
    Job job = job_for(arguments);
    job.images = images_of(arguments, job, /*trains=*/true).digest;
    return status.inputs == inputs_digest(job);
  } catch (const std::exception&) {
    return false;  // whatever is wrong with it, the run itself will find and say
  }
}

bool this_is_rank_0() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"}) {
    if (const char* rank = std::getenv(name)) return std::string_view(rank) == "0";
  }
  return true;
}

}  // namespace

int run_command(const Arguments& arguments) {
  if (finished(arguments)) {
    return this_is_rank_0() ? report(arguments, read_archive(*arguments.output / "archive.h5")) : 0;
  }
  return with_farm(arguments, /*trains=*/true, [&](Run& run, const Job& job) {
    const CostEstimate estimate = estimate_cost(job, run.space());
    spdlog::info("{}: {} configurations; {}", job.name, run.space().size(), estimate.text());
    for (const std::string& warning : estimate.warnings) spdlog::warn(warning);
    check_images(run, job.data);
    if (!run.train()) return stopped(run);
    run.save();
    run.findings().predictors();  // a fit that cannot be made is said now, not after the measurements
    if (!run.calibrate()) return stopped(run);
    run.save();
    if (!run.sweeps()) {
      spdlog::warn("the space is larger than sweep.max_size: no sweep; the exact search proves the optimum");
    } else if (!run.sweep(run.findings().sets())) {
      return stopped(run);
    }
    if (!run.landscape()) return stopped(run);
    if (!run.compare()) return stopped(run);
    for (const char* stage : {"sweep", "landscape", "compare"})
      if (!run.failures(stage).empty()) return report(arguments, run, stage);
    return report(arguments, run.finish());
  });
}

int train_command(const Arguments& arguments) {
  return with_farm(arguments, /*trains=*/true, [&](Run& run, const Job& job) {
    check_images(run, job.data);
    if (!run.train()) return stopped(run);
    return report(arguments, run, "train");
  });
}

int calibrate_command(const Arguments& arguments) {
  if (!arguments.emit.empty()) return emit_command(arguments);
  if (!arguments.output)
    throw Error(ExitCode::usage, "name a run with -o RUN, or a folder for the list with --emit DIR");
  return with_farm(arguments, /*trains=*/false, [&](Run& run, const Job&) {
    if (!run.calibrate()) return stopped(run);
    return report(arguments, run, "calibrate");
  });
}

int fit_command(const Arguments& arguments) {
  return with_farm(arguments, /*trains=*/false, [&](Run& run, const Job&) {
    run.findings().models();  // says what is missing
    const ArchiveContents contents = run.write();
    spdlog::info("fitted models: {}", (*arguments.output / "models.json").string());
    return report(arguments, contents);
  });
}

int sweep_command(const Arguments& arguments) {
  if (!arguments.shard.empty()) return shard_command(arguments);
  return with_farm(arguments, /*trains=*/false, [&](Run& run, const Job& job) {
    // A run sweeps all its sets, so that `compare` finds the optima; without one only the job's own
    // constraints count.
    std::vector<Constraints> sets{job.constraints};
    sets.front().name = primary_set(job);
    if (arguments.output) sets = run.findings().sets();
    if (!run.sweep(sets)) return stopped(run);
    if (!run.landscape()) return stopped(run);
    run.write();
    for (const char* stage : {"sweep", "landscape"}) {
      if (const std::string failures = run.failures(stage); !failures.empty())
        throw Error(ExitCode::internal, failures);
    }
    const double seconds = run.sweep_seconds();
    const Landscape landscape = run.landscape_results();
    Json list = Json::array();
    std::map<std::string, std::string> misses;  // why nothing is feasible, by constraint set
    for (const SweepSummary& summary : run.sweep_summaries(sets)) {
      const Evaluator evaluator(run.space(), run.findings().models(), job.objective, summary.constraints);
      const BlockResult& result = summary.result;
      const bool found = !result.top.empty();
      Json json{{"constraints", to_json(summary.constraints)},
                {"configurations", result.block.count},
                {"feasible", result.feasible},
                {"seconds", seconds / static_cast<double>(sets.size())},
                {"core_seconds", result.seconds},
                {"rate_per_s",
                 static_cast<double>(result.block.count) * static_cast<double>(sets.size()) / seconds},
                {"best", found ? best_json(evaluator, result.top.front().id) : Json(nullptr)},
                {"checksum", result.checksum}};
      if (!found) {
        const std::uint64_t nearest = solve_exact(evaluator).best_id;
        json["nearest"] = best_json(evaluator, nearest);
        json["nearest_miss"] = binding_json(evaluator, nearest);
        misses[summary.constraints.name] = binding_text(evaluator, nearest);
      }
      list.push_back(std::move(json));
    }
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
          print("  " + name + ": " + value.dump() + "\n");
        }
      }
      print(landscape_text(landscape) + warnings_text(json["warnings"]));
    }
    return 0;
  });
}

int compare_command(const Arguments& arguments) {
  return with_farm(arguments, /*trains=*/false, [&](Run& run, const Job&) {
    if (!run.compare()) return stopped(run);
    return report(arguments, run, "compare");
  });
}

}  // namespace flash

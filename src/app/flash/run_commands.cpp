// flash run, train, calibrate, fit, compare.
#include <optional>

#include "farm_command.hpp"
#include "flash/archive/archive.hpp"
#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/dataset/data_checks.hpp"
#include "flash/job/cost_estimate.hpp"
#include "flash/job/status.hpp"
#include "flash/log/log.hpp"

namespace flash {
namespace {

// Before tasks go out: a damaged image would fail every network.
void check_images(Run& run, const DataSource& data) {
  const std::vector<std::string> warnings = data_warnings(data);
  for (const std::string& warning : warnings) log_warning(warning);
  run.note_images(warnings);
  if (run.trains()) require_readable(data);
}

// A run that has nothing left to do is answered from its archive, without MPI, unless something has changed
// that its answer was made from, or what it wrote is not there any more: that is then made from its journal.
std::optional<ArchiveContents> finished(const Arguments& arguments) {
  if (arguments.retry_failed || arguments.again || !arguments.output) return std::nullopt;
  try {
    const Status status = status_from_json(Json::parse(read_file(*arguments.output / "status.json")));
    if (status.state != "finished") return std::nullopt;
    Job job = job_for(arguments);
    job.images = images_of(arguments, job, /*trains=*/true).digest;
    if (status.inputs != inputs_digest(job)) return std::nullopt;
    read_models(*arguments.output / "models.json");
    return read_archive(*arguments.output / "archive.h5");
  } catch (const std::exception&) {
    return std::nullopt;  // whatever is wrong with it, the run itself will find and say
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
  if (const auto answer = finished(arguments)) return this_is_rank_0() ? report(arguments, *answer) : 0;
  return with_farm(arguments, /*trains=*/true, [&](Run& run, const Job& job) {
    const CostEstimate estimate = estimate_cost(job, run.space());
    log_info("{}: {} configurations; {}", job.name, run.space().size(), estimate.text());
    for (const std::string& warning : estimate.warnings) log_warning(warning);
    check_images(run, job.data);
    if (!run.train()) return stopped(run);
    run.save();
    run.findings().predictors();  // a fit that cannot be made is said now, not after the measurements
    if (!run.calibrate()) return stopped(run);
    run.save();
    if (!run.sweeps()) {
      log_warning("the space is larger than sweep.max_size: no sweep; the exact search proves the optimum");
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
    run.require_made_anew();
    run.findings().models();  // says what is missing
    const ArchiveContents contents = run.write();
    log_info("fitted models: {}", (*arguments.output / "models.json").string());
    return report(arguments, contents);
  });
}

int compare_command(const Arguments& arguments) {
  return with_farm(arguments, /*trains=*/false, [&](Run& run, const Job&) {
    run.require_made_anew();
    if (!run.compare()) return stopped(run);
    return report(arguments, run, "compare");
  });
}

}  // namespace flash

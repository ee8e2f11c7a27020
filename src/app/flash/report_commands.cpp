// flash status, report, repair: what a run directory holds.
#include <map>

#include "commands.hpp"
#include "flash/archive/archive.hpp"
#include "flash/archive/journal.hpp"
#include "flash/archive/run_lock.hpp"
#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/job/report.hpp"
#include "flash/job/results.hpp"
#include "output.hpp"

namespace flash {
namespace {

void require_run(const std::filesystem::path& run) {
  if (!std::filesystem::exists(run))
    throw Error(ExitCode::missing_input, run.string() + ": no such run directory");
  if (!std::filesystem::exists(run / "journal")) {
    throw Error(ExitCode::missing_input, run.string() + ": holds no journal: not a run directory");
  }
}

}  // namespace

int status_command(const Arguments& arguments) {
  require_run(arguments.run);
  const JournalContents contents = read_journal(arguments.run / "journal");
  Results results;
  for (const Record& record : contents.records) results.replay(record);
  Json status = Json::object();
  try {
    status = Json::parse(read_file(arguments.run / "status.json"));
  } catch (const std::exception&) {
    // A run that was killed before its first status has none; the journal still tells.
  }
  Json stages = Json::object();
  for (const char* name : {"train", "calibrate", "sweep", "landscape", "compare"}) {
    std::size_t failed = 0;
    for (const auto& [id, outcome] : results.stage(name)) failed += outcome.ok ? 0 : 1;
    stages[name] = {{"done", results.stage(name).size() - failed}, {"failed", failed}};
  }
  std::size_t starts = 0;
  for (const Event& event : results.events()) starts += event.kind == "start" ? 1 : 0;
  const Json json{
      {"run", arguments.run.string()},
      {"state", status.value("state", "unknown")},
      {"stage", status.value("stage", "")},
      {"stages", stages},
      {"seconds_left", status.contains("seconds_left") ? status["seconds_left"] : Json(nullptr)},
      {"updated", status.contains("time") ? Json(utc_text(status["time"].get<double>())) : Json(nullptr)},
      {"starts", starts},
      {"torn_bytes", contents.torn_bytes}};
  if (arguments.json) {
    print(json);
    return 0;
  }
  print(json["run"].get<std::string>() + ": " + json["state"].get<std::string>() + "\n");
  for (const auto& [name, stage] : stages.items()) {
    print("  " + name + std::string(12 - name.size(), ' ') + stage["done"].dump() + " done, " +
          stage["failed"].dump() + " failed\n");
  }
  if (json["seconds_left"].is_number() && json["state"] == "running") {
    print("  " + json["stage"].get<std::string>() + ": about " +
          std::to_string(json["seconds_left"].get<long>()) + " s left\n");
  }
  return 0;
}

int report_command(const Arguments& arguments) {
  const bool folder = std::filesystem::is_directory(arguments.run);
  const ArchiveContents contents = read_archive(folder ? arguments.run / "archive.h5" : arguments.run);
  if (arguments.json) {
    print(report_json(contents));
  } else {
    print(report_text(contents));
  }
  return 0;
}

int repair_command(const Arguments& arguments) {
  require_run(arguments.run);
  const RunLock lock(arguments.run);  // never under a running job
  const RepairReport report = repair_journal(arguments.run / "journal");
  const Json json{
      {"records", report.records}, {"lost_bytes", report.lost_bytes}, {"original", report.original.string()}};
  if (arguments.json) {
    print(json);
  } else if (report.original.empty()) {
    print("the journal is whole: " + std::to_string(report.records) + " records, nothing to repair\n");
  } else {
    print("kept " + std::to_string(report.records) + " records, gave up " +
          std::to_string(report.lost_bytes) + " bytes; the damaged journal is " + report.original.string() +
          "\n");
  }
  return 0;
}

}  // namespace flash

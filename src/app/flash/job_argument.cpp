#include "job_argument.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <utility>

#include "flash/archive/archive.hpp"
#include "flash/archive/journal.hpp"
#include "flash/archive/table_text.hpp"
#include "flash/config/text.hpp"
#include "flash/core/error.hpp"
#include "flash/core/nearest.hpp"
#include "flash/core/parse_json.hpp"
#include "flash/findings/job_record.hpp"
#include "flash/findings/results.hpp"
#include "flash/hardware/interval.hpp"
#include "flash/search/weighted_sum.hpp"
#include "flash/space/families/families.hpp"
#include "flash/stage/archived_predictor.hpp"

namespace flash {
namespace {

namespace fs = std::filesystem;

bool is_archive(const fs::path& path) {
  std::string head(8, '\0');
  std::ifstream(path, std::ios::binary).read(head.data(), static_cast<std::streamsize>(head.size()));
  return head == "\x89HDF\r\n\x1a\n";
}

// What a command line says of a compression is for its start alone: a later one that names the run would compress
// otherwise than it says.
Job job_without_compression(JobRecord record) {
  std::erase_if(record.overrides, [](const Override& entry) { return entry.key.starts_with("compress."); });
  return job_of(record);
}

Job job_of_directory(const fs::path& run) {
  for (const char* part : {"job.toml", "journal"})
    if (!fs::exists(run / part))
      throw Error(ExitCode::missing_input, run.string() + ": holds no " + part + ": not a run directory");
  Results results;
  for (const Record& record : read_journal(run / "journal").records) results.replay(record);
  return job_without_compression(job_of_run(run, results));
}

// That of the last start, with what its command line had set.
Job job_of_archive(const fs::path& path, const ArchiveContents& archive) {
  JobRecord record{fs::absolute(path), table_text::attribute(archive.attributes, "job"), {}, "", nullptr};
  if (const Table* jobs = archive.find("jobs"); table_text::rows(jobs) > 0) {
    const std::size_t last = table_text::rows(jobs) - 1;
    record.path = table_text::text(*jobs, "path", last);
    record.text = table_text::text(*jobs, "job", last);
    for (const Json& entry : parse_json(table_text::text(*jobs, "overrides", last)))
      record.overrides.push_back({entry.at(0).get<std::string>(), entry.at(1)});
  }
  if (record.text.empty()) throw Error(ExitCode::bad_data, path.string() + ": an archive without a job");
  Job job = job_without_compression(std::move(record));
  job.space = space_definition_from_json(parse_json(table_text::attribute(archive.attributes, "space")));
  return job;
}

JobArgument read_argument(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return {job_of_directory(path), path, std::nullopt};
  if (!is_archive(path)) return {read_job(path), std::nullopt, std::nullopt};
  const ArchiveContents archive = read_archive(path);
  JobArgument argument{job_of_archive(path, archive), std::nullopt, std::nullopt};
  argument.models = archived_models(archive);
  if (argument.models) argument.models->file = path;
  return argument;
}

std::string_view name_of(Metric metric) { return name(metric); }

// As overrides, so that a run remembers what it was asked.
void apply(const Question& question, bool compressed, Job& job) {
  Objective objective = job.objective;
  Constraints constraints = job.constraints;
  question.apply(objective, constraints);
  // Bytes of compressed networks are no device's, and no key of a job names them: they are set beside the overrides.
  const auto bytes = std::ranges::find(fitted_metrics(), std::string_view("file_bytes"), name_of);
  const bool asks = bytes != fitted_metrics().end();
  const double bytes_max = asks ? constraints.metric_max[*bytes] : 0,
               weight = asks ? objective.metric[*bytes] : 0;
  if (asks && !compressed && (weight > 0 || std::isfinite(bytes_max)))
    throw Error(ExitCode::usage, not_of_dense);
  if (asks && !objective.is_sum()) objective.metric[*bytes] = 0;
  if (asks) constraints.metric_max[*bytes] = std::numeric_limits<double>::infinity();
  const auto set = [&job](const std::string& key, double now, double before) {
    if (now != before) override_option(job, key, now);
  };
  const bool is_sum = objective.is_sum();
  if (is_sum && objective != job.objective) override_option(job, "objective.sum", sum_text(objective));
  if (!is_sum && job.objective.is_sum()) override_option(job, "objective.sum", "");
  if (!is_sum) set("objective.accuracy", objective.accuracy, job.objective.accuracy);
  set("constraints.accuracy_min", constraints.accuracy_min, job.constraints.accuracy_min);
  set("constraints.margin", constraints.margin, job.constraints.margin);
  const auto set_list = [&job](const std::string& key, const std::vector<std::string>& now,
                               const std::vector<std::string>& before) {
    if (now != before) override_option(job, key, now);
  };
  if (!is_sum) set_list("objective.devices", device_exponents(objective), device_exponents(job.objective));
  set_list("constraints.devices", device_ceilings(constraints), device_ceilings(job.constraints));
  std::vector<Metric> of_keys(plain_metrics.begin(), plain_metrics.end());
  std::ranges::copy_if(fitted_metrics(), std::back_inserter(of_keys), is_interval);
  for (const Metric m : of_keys) {
    if (!is_sum) set("objective." + std::string(name(m)), objective.metric[m], job.objective.metric[m]);
    set("constraints." + ceiling_key(m), constraints.metric_max[m], job.constraints.metric_max[m]);
  }
  if (asks && !objective.is_sum()) job.objective.metric[*bytes] = weight;
  if (asks) job.constraints.metric_max[*bytes] = bytes_max;
}

}  // namespace

Job job_of_preset(const std::string& name) {
  const Preset* preset = find_preset(name);
  if (preset == nullptr) {
    std::vector<std::string> names;
    for (const Preset* each : presets()) names.push_back(each->name);
    const std::string close = nearest(name, names);
    throw Error(ExitCode::usage,
                "--preset: there is no space '" + name + "'" +
                    (close.empty() ? "; there are " + joined(names) : "; did you mean " + close + "?"));
  }
  Job job;
  job.name = name;
  job.space = preset->definition;
  if (find_score(*geometry_of(job.space), score_of(job.reading)) == nullptr)
    job.reading = geometry_of(job.space)->scores().front()->name();
  return job;
}

JobArgument job_argument_of(const Arguments& arguments) {
  JobArgument argument = read_argument(arguments.job);
  if (arguments.training_free) argument.job.objective.training_free = true;
  apply(arguments.question, searches_compressed(arguments), argument.job);
  return argument;
}

}  // namespace flash

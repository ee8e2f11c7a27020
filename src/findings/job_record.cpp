#include "flash/findings/job_record.hpp"

#include <algorithm>

#include "flash/config/document.hpp"
#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/core/hash.hpp"
#include "flash/core/parse_json.hpp"
#include "flash/job/options.hpp"

namespace flash {
namespace {

namespace fs = std::filesystem;

Json overrides_json(const JobRecord& record) {
  Json overrides = Json::array();
  for (const Override& entry : record.overrides) overrides.push_back({entry.key, entry.value});
  return overrides;
}

Json to_json(const JobRecord& record) {
  return {{"path", record.path.string()},
          {"text", record.text},
          {"overrides", overrides_json(record)},
          {"images", record.images},
          {"space", record.space}};
}

std::string value_text(const std::map<std::string, Json>& values, const std::string& key) {
  const auto found = values.find(key);
  return found == values.end() || found->second.is_null() ? "not set" : found->second.dump();
}

}  // namespace

JobRecord record_of(const Job& job) {
  std::error_code ignored;
  return {fs::absolute(job.path, ignored), job.text, job.overrides, job.images, flash::to_json(job.space)};
}

Event to_event(const JobRecord& record) {
  return {unix_time(), job_event, to_json(record).dump(-1, ' ', false, Json::error_handler_t::replace)};
}

std::string overrides_text(const JobRecord& record) { return overrides_json(record).dump(); }

JobRecord job_record_from(const Event& event) {
  try {
    const Json json = parse_json(event.text);
    JobRecord record;
    record.path = json.at("path").get<std::string>();
    record.text = json.at("text").get<std::string>();
    for (const Json& entry : json.at("overrides"))
      record.overrides.push_back({entry.at(0).get<std::string>(), entry.at(1)});
    record.images = json.at("images").get<std::string>();
    record.space = json.at("space");
    return record;
  } catch (const Json::exception& error) {
    throw Error(ExitCode::bad_data,
                std::string("the journal holds a job that this version cannot read: ") + error.what());
  }
}

Job job_of(const JobRecord& record) {
  Job job = parse_job(record.text, record.path);
  for (const Override& entry : record.overrides) override_option(job, entry.key, entry.value);
  return job;
}

JobRecord job_of_run(const fs::path& run, const Results& results) {
  const auto& events = results.events();
  const auto last = std::find_if(events.rbegin(), events.rend(),
                                 [](const Event& event) { return event.kind == job_event; });
  if (last != events.rend()) return job_record_from(*last);
  const fs::path frozen = run / "job.toml";
  return {frozen, read_file(frozen), {}, "", nullptr};
}

std::string inputs_digest(const Job& job) {
  Json inputs = to_json(record_of(job));
  inputs.erase("path");
  inputs.erase("space");  // follows from the rest
  const auto add_file = [&](const fs::path& file) {
    inputs["files"].push_back(file.empty() ? "" : sha256_hex(read_file(file)));
  };
  for (std::size_t i = job.hardware.targets.size(); i-- > 0;)  // backwards, as earlier versions had them
    for (const TargetFile& file : job.hardware.targets[i].files()) add_file(file.path);
  add_file(job.models_file);
  if (job.accuracies.known()) add_file(job.accuracies.file);
  return sha256_hex(inputs.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::map<std::string, Json> job_settings(const JobRecord& record) {
  std::map<std::string, Json> values;
  for (const Option& option : options()) values[option.section + "." + option.key] = option.default_value;
  const ConfigDocument document = read_document(record.text, record.path, job_file_kind);
  for (const ConfigDocument::Section& section : document.sections)
    for (const ConfigDocument::Entry& entry : section.entries)
      values[section.name + "." + entry.key] = entry.value;
  for (const Override& entry : record.overrides) values[entry.key] = entry.value;
  return values;
}

std::vector<std::string> differences(const JobRecord& before, const JobRecord& now) {
  std::vector<std::string> found;
  const std::map<std::string, Json> here = job_settings(now);
  try {
    const std::map<std::string, Json> there = job_settings(before);
    std::map<std::string, Json> keys = here;
    keys.insert(there.begin(), there.end());
    for (const auto& [key, value] : keys) {
      std::string was = value_text(there, key);
      std::string is = value_text(here, key);
      if (was != is) found.push_back(key + " (" + std::move(was) + ", now " + std::move(is) + ")");
    }
  } catch (const Error&) {
    found.emplace_back("the job file");
  }
  return found;
}

}  // namespace flash

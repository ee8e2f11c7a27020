#include "flash/job/job.hpp"

#include <algorithm>
#include <stdexcept>

#include "flash/config/text.hpp"
#include "flash/core/error.hpp"
#include "flash/dataset/shapes.hpp"
#include "flash/job/options.hpp"
#include "flash/log/log.hpp"
#include "job_checks.hpp"
#include "option_builder.hpp"
#include "option_value.hpp"

namespace flash {
namespace {

std::vector<std::string> section_names() {
  std::vector<std::string> names;
  for (const OptionSection& section : option_sections()) names.push_back(section.name);
  return names;
}

std::vector<std::string> keys_of(const std::string& section) {
  std::vector<std::string> keys;
  for (const Option& option : options()) {
    if (option.section == section) keys.push_back(option.key);
  }
  return keys;
}

// "[train]", "[sample] and [hardware]": where a key is at home; "" where nowhere.
std::string sections_with(const std::string& key) {
  std::string text;
  for (const Option& option : options()) {
    if (option.key == key) text += (text.empty() ? "[" : " and [") + option.section + "]";
  }
  return text;
}

std::string unknown_key(const std::string& section, const std::string& key) {
  if (const std::string home = sections_with(key); !home.empty()) {
    return "unknown key; that key belongs to " + home;
  }
  const std::vector<std::string> keys = keys_of(section);
  if (const std::string close = nearest(key, keys); !close.empty()) {
    return "unknown key; did you mean " + section + "." + close + "?";
  }
  std::vector<std::string> all;
  for (const Option& option : options()) all.push_back(option.key);
  if (const std::string close = nearest(key, all); !close.empty()) {
    return "unknown key; did you mean " + close + " of " + sections_with(close) + "?";
  }
  return "unknown key (allowed: " + joined(keys) + ")";
}

std::string unknown_section(const JobDocument::Section& section) {
  if (!section.is_table) {
    if (std::ranges::count(section_names(), section.name)) {
      return "stands as a key, but is a section: write [" + section.name + "]";
    }
    const std::string home = sections_with(section.name);
    return "stands outside any section" + (home.empty() ? "" : "; that key belongs to " + home);
  }
  const std::string close = nearest(section.name, section_names());
  return close.empty() ? "unknown section (allowed: " + joined(section_names()) + ")"
                       : "unknown section; did you mean [" + close + "]?";
}

void report_unknown(const JobDocument& document, JobErrors& errors) {
  const std::vector<std::string> names = section_names();
  for (const JobDocument::Section& section : document.sections) {
    if (!section.is_table || !std::ranges::count(names, section.name)) {
      errors.add(section.line, shown_key(section.name), unknown_section(section));
      continue;
    }
    const std::vector<std::string> keys = keys_of(section.name);
    for (const JobDocument::Entry& entry : section.entries) {
      if (std::ranges::count(keys, entry.key)) continue;
      errors.add(entry.line, section.name + "." + shown_key(entry.key), unknown_key(section.name, entry.key));
    }
  }
}

// In the order of the registry, so that a preset comes before what changes it, wherever it stands in the
// file.
void store_options(const JobDocument& document, Job& job, JobErrors& errors) {
  const JobDocument::Section* space = document.section("space");
  if (space && !space->entries.empty())
    job.space = {};  // only a job that says nothing gets the default space
  for (const Option& option : options()) {
    const JobDocument::Entry* entry = document.entry(option.section, option.key);
    if (!entry) continue;
    try {
      store_option(option, entry->value, job);
    } catch (const std::invalid_argument& error) {
      errors.add(entry->line, option.section + "." + option.key, error.what());
    }
  }
}

}  // namespace

Job parse_job(const std::string& text, const std::filesystem::path& path) {
  const JobDocument document = read_document(text, path, job_file_kind);
  JobErrors errors(path.string());
  Job job = default_job();
  job.path = path;
  job.text = text;
  report_unknown(document, errors);
  store_options(document, job, errors);
  job.space.input = stated_input(job, job.space.input);
  check_job(job, document, errors);
  errors.throw_if_any();
  return job;
}

Job read_job(const std::filesystem::path& path) {
  return parse_job(read_config_text(path, job_file_kind), path);
}

void override_option(Job& job, const std::string& key, const Json& value) {
  const auto option =
      std::ranges::find_if(options(), [&](const Option& o) { return o.section + "." + o.key == key; });
  if (option == options().end()) throw Error(ExitCode::internal, "no option is called " + key);
  try {
    store_option(*option, value, job);
  } catch (const std::invalid_argument& error) {
    throw Error(ExitCode::usage, key + " as the command line sets it " + error.what());
  }
  job.overrides.push_back({key, value});
}

Input stated_input(const Job& job, const Input& otherwise) {
  const DataSource& data = job.data;
  if (data.source == "shapes") return {data.channels, data.side, shapes_classes};
  if (data.source == "cifar10") return {3, 32, 10};
  if (data.source == "cifar100") return {3, 32, 100};
  if (data.source == "folder") return {data.channels, data.side, otherwise.classes};
  return otherwise;
}

void resolve_images(Job& job) {
  const DataShape shape = inspect_data(job.data);
  job.space.input = {shape.channels, shape.side, shape.classes};
  JobErrors errors(job.path.string());
  check_space(job, read_document(job.text, job.path, job_file_kind), errors);
  errors.throw_if_any();
}

void resolve_known_images(Job& job) {
  try {
    resolve_images(job);
  } catch (const Error& error) {
    if (error.code() != ExitCode::missing_input) throw;
  }
}

void resolve_design(Job& job) {
  if (!job.hardware.design_file.empty()) job.hardware.design = read_imc_design(job.hardware.design_file);
}

void resolve_input(Job& job, bool trains) {
  try {
    resolve_images(job);
  } catch (const Error& error) {
    if (error.code() != ExitCode::missing_input || trains || !job.data.source.starts_with("cifar")) throw;
  }
  resolve_design(job);
  if (job.hardware.target != "table") return;
  std::size_t unmeasured = 0;
  job.hardware.rows =
      read_measured_table(job.hardware.file, job.hardware.table, Space(job.space), &unmeasured);
  if (unmeasured > 0)
    spdlog::warn("{}: {} networks are not measured yet and left out", job.hardware.file.string(), unmeasured);
}

}  // namespace flash

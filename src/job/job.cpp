#include "flash/job/job.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "flash/config/text.hpp"
#include "flash/core/error.hpp"
#include "flash/dataset/shapes.hpp"
#include "flash/job/options.hpp"
#include "flash/log/log.hpp"
#include "job_checks.hpp"
#include "job_notes.hpp"
#include "job_paths.hpp"
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

bool has_known_input(const DataSource& data) {
  return data.source == "shapes" || data.source.starts_with("cifar");
}

// False where a file of the data set is not there, or not to be found without a variable of the environment.
bool resolve_images_there(Job& job) {
  const auto unset = [](const std::vector<std::filesystem::path>& paths) {
    return std::ranges::any_of(paths, is_unset);
  };
  if (unset(job.data.train) || unset(job.data.test)) return false;
  try {
    resolve_images(job);
    return true;
  } catch (const Error& error) {
    if (error.code() != ExitCode::missing_input) throw;
    return false;
  }
}

// The form of the images that fitted models are for; false where there are no such models.
bool take_input_of(Job& job, const std::filesystem::path& models) {
  if (models.empty() || is_unset(models) || !std::filesystem::exists(models)) return false;
  job.space.input = read_models(models).space.input;
  return true;
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
  job.notes = notes_on(job, document);
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
  for (const auto& path : job.data.train) require_set(job, "data", "train", path);
  for (const auto& path : job.data.test) require_set(job, "data", "test", path);
  const DataShape shape = inspect_data(job.data);
  job.space.input = {shape.channels, shape.side, shape.classes};
  JobErrors errors(job.path.string());
  check_space(job, read_document(job.text, job.path, job_file_kind), errors);
  errors.throw_if_any();
}

void resolve_known_images(Job& job) {
  if (resolve_images_there(job) || has_known_input(job.data) || take_input_of(job, job.models_file)) return;
  const Input& input = job.space.input;
  log_warning(
      "{}: the data set is not there: what depends on its images is said for {} x {} x {}, {} classes",
      job.path.string(), input.channels, input.side, input.side, input.classes);
}

void resolve_design(Job& job) {
  if (job.hardware.design_file.empty()) return;
  require_set(job, "hardware", "design", job.hardware.design_file);
  job.hardware.design = read_imc_design(job.hardware.design_file);
}

Models read_models_of(const Job& job) {
  require_set(job, "models", "file", job.models_file);
  try {
    return read_models(job.models_file);
  } catch (const Error& error) {
    if (error.code() != ExitCode::missing_input) throw;
    throw Error(error.code(), job.path.string() + ": models.file: " + error.what());
  }
}

void resolve_input(Job& job, bool trains, const std::filesystem::path& models) {
  const bool known = !trains && (resolve_images_there(job) || has_known_input(job.data) ||
                                 take_input_of(job, models) || take_input_of(job, job.models_file));
  if (!known) resolve_images(job);
  resolve_design(job);
  if (job.hardware.target != "table") return;
  require_set(job, "hardware", "file", job.hardware.file);
  TableRest rest;
  job.hardware.rows = read_measured_table(job.hardware.file, job.hardware.table, Space(job.space), &rest);
  const auto& rows = job.hardware.rows;
  if (std::ranges::all_of(rows,
                          [](const MeasuredRow& row) { return std::isnan(row.metrics[Metric::latency]); }))
    job.notes.push_back(job.hardware.file.string() +
                        " has no latency: it drops out of the objective; if a column holds it, name that as "
                        "hardware.latency_column");
  if (rest.unmeasured > 0)
    job.notes.push_back(job.hardware.file.string() + ": " + std::to_string(rest.unmeasured) +
                        " networks are not measured yet and left out");
  if (!rest.columns.empty())
    job.notes.push_back(job.hardware.file.string() +
                        ": of its columns these are not read: " + joined(rest.columns));
}

}  // namespace flash

#include "flash/job/job.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "flash/config/paths.hpp"
#include "flash/config/text.hpp"
#include "flash/core/error.hpp"
#include "flash/dataset/source.hpp"
#include "flash/job/options.hpp"
#include "flash/log/log.hpp"
#include "flash/space/families/families.hpp"
#include "job_checks.hpp"
#include "job_notes.hpp"
#include "option_builder.hpp"

namespace flash {
namespace {

// Throws Error bad_job, with line and key, where a path that is to be read now lacks a variable.
void require_set(const Job& job, const std::string& section, const std::string& key,
                 const std::filesystem::path& path) {
  if (!is_unset(path)) return;
  JobErrors errors(job.path.string());
  errors.add(read_document(job.text, job.path, job_file_kind).line(section, key), section + "." + key,
             "needs the environment variable " + shown_key(unset_variable(path)) + ", which is not set");
  errors.throw_if_any();
}

bool has_known_input(const DataSource& data) {
  const DataShape known = source_of(data).known_shape(data);
  return known.channels > 0 && known.side > 0 && known.classes > 0;
}

// False where a file of the data set is not there, or not to be found without a variable of the environment.
bool resolve_images_there(Job& job) {
  const auto unset = [](const std::vector<std::filesystem::path>& paths) {
    return std::ranges::any_of(paths, is_unset);
  };
  if (unset(job.data.train) || unset(job.data.test)) return false;
  if (job.accuracies.known() && job.data.train.empty() && !draws_images(source_of(job.data))) return false;
  try {
    resolve_images(job);
    return true;
  } catch (const Error& error) {
    if (error.code() != ExitCode::missing_input) throw;
    return false;
  }
}

// A ratio that nobody gave is the method's: SmartDeal's form alone is small. A sparsity is a ratio, its method is cannon,
// and levels are asked for beside it, not the rule.
void settle_ratio(Job& job, const JobDocument& document) {
  const auto given = [&](const char* key) {
    const std::string whole = std::string("compress.") + key;
    return document.entry("compress", key) != nullptr ||
           std::ranges::any_of(job.overrides, [&](const auto& o) { return o.key == whole; });
  };
  CompressionSettings& how = job.compress.how;
  const bool sparse = how.sparsity > 0 && how.sparsity < 1;
  if (sparse && !given("method")) how.method = "cannon";
  if (sparse)
    how.ratio = 1 / (1 - how.sparsity);
  else if (!given("ratio"))
    how.ratio = how.method == "smartdeal" ? 1 : CompressionSettings{}.ratio;
  if (!given("bits")) how.bits = sparse ? 32 : CompressionSettings{}.bits;
  if (!given("bias_bits")) how.bias_bits = sparse ? 32 : CompressionSettings{}.bias_bits;
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
  for (std::size_t i = 0; i < job.hardware.targets.size(); ++i) job.hardware.targets[i].job_file = path;
  job.text = text;
  const JobDocument::Section* space = document.section("space");
  if (space && !space->entries.empty())
    job.space = default_space();          // only a job that says nothing gets the default space
  options().read(document, job, errors);  // a preset comes before what changes it
  job.space.input = stated_input(job, job.space.input);
  settle_ratio(job, document);
  check_job(job, document, errors);
  errors.throw_if_any();
  // A family without NN-Degree rests accuracy on its own first score.
  const std::shared_ptr<const Geometry> geometry = geometry_of(job.space);
  if (find_score(*geometry, score_of(job.reading)) == nullptr)
    job.reading = geometry->scores().front()->name();
  if (job.accuracies.known()) job.confirm.seeds = 1;  // each training would be the same figure
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
  settle_ratio(job, read_document(job.text, job.path, job_file_kind));
}

Input stated_input(const Job& job, const Input& otherwise) {
  const DataShape known = source_of(job.data).known_shape(job.data);
  const auto or_else = [](int value, int other) { return value > 0 ? value : other; };
  return {or_else(known.channels, otherwise.channels), or_else(known.side, otherwise.side),
          or_else(known.classes, otherwise.classes)};
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

void read_target_files(Job& job, Target& target) {
  for (const TargetFile& file : target.files()) require_set(job, "hardware", file.key, file.path);
  // Of a file that the accuracies are in, too, the target does not know what else is read.
  const bool shared = std::ranges::any_of(target.files(), [&](const TargetFile& file) {
    std::error_code ignored;
    return job.accuracies.known() && std::filesystem::equivalent(file.path, job.accuracies.file, ignored);
  });
  for (std::string& note : target.read_files(job.space)) {
    if (shared && note.find(": of its columns these are not read: ") != std::string::npos)
      note += ", but for what train.table takes of it";
    job.notes.push_back(std::move(note));
  }
}

void read_accuracies(Job& job) {
  if (!job.accuracies.known()) return;
  require_set(job, "train", "table", job.accuracies.file);
  const auto table = std::make_shared<AccuracyTable>(
      read_accuracy_table(job.accuracies.file, job.accuracies.format, Space(job.space)));
  const auto wanted =
      static_cast<std::size_t>(job.sample.count) + static_cast<std::size_t>(job.sample.holdout);
  const std::string file = table->file.string();
  if (table->accuracy.size() < wanted)
    throw Error(ExitCode::bad_data,
                file + ": has the accuracies of " + std::to_string(table->accuracy.size()) +
                    " networks, but sample.count and sample.holdout want " + std::to_string(wanted));
  if (!table->dead.empty())
    job.notes.push_back(file + ": " + std::to_string(table->dead.size()) +
                        " networks have no live path from input to output and are left out");
  if (!table->doubt.empty()) job.notes.push_back(file + ": " + table->doubt);
  if (table->unknown > 0)
    job.notes.push_back(file + ": " + std::to_string(table->unknown) +
                        " rows have no accuracy yet and are left out");
  if (job.search.on_table)
    job.accuracies.of_all =
        std::make_shared<const std::vector<double>>(table->of_all(Space(job.space), job.space.input.classes));
  job.accuracies.table = table;
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
  const bool known = (!trains || job.accuracies.known()) &&
                     (resolve_images_there(job) || has_known_input(job.data) || take_input_of(job, models) ||
                      take_input_of(job, job.models_file));
  if (!known) resolve_images(job);
  read_target_files(job, job.hardware.targets.named(job.hardware.target));
  // What compressed networks cost is told of every target that has a model.
  for (std::size_t k = 0; !job.compress.networks.empty() && k < job.hardware.targets.size(); ++k)
    if (Target& target = job.hardware.targets[k]; target.has_model() && target.name() != job.hardware.target)
      read_target_files(job, target);
  for (NamedDevice& device : job.proxy.devices) read_target_files(job, device.targets.named(device.target));
  read_accuracies(job);
  check_chip_accuracy(job);
}

}  // namespace flash

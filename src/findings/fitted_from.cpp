#include "flash/findings/fitted_from.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "flash/core/error.hpp"
#include "flash/core/hash.hpp"
#include "flash/findings/job_record.hpp"
#include "flash/log/log.hpp"

namespace flash {
namespace {

constexpr const char* provenance_key = "fitted_from";

// The images are known by the run, and a machine's name changes no figure.
constexpr std::array<std::string_view, 3> no_matter{"data.train", "data.test", "hardware.machine"};

// Of [compress] what no compression for compress.options depends on: what is asked of the models, how many of the best are
// confirmed, and what compressions of named networks go by.
constexpr std::array<std::string_view, 11> no_matter_to_samples{
    "compress.networks",       "compress.seeds",          "compress.target",  "compress.ratio",
    "compress.macs_ratio",     "compress.bits",           "compress.layers",  "compress.top",
    "compress.confirm_rounds", "compress.file_bytes_max", "compress.minimise"};

std::map<std::string, Json> settings_of(const Job& job) {
  JobRecord record = record_of(job);
  record.overrides.clear();  // --device is a matter of one start
  return job_settings(record);
}

std::string_view section_of(std::string_view key) { return key.substr(0, key.find('.')); }

// Of a table of accuracies, by its lines in whatever order; null where it is not there.
Json accuracies_of(const Job& job) {
  std::error_code ignored;
  if (!job.accuracies.known()) return "";
  if (!std::filesystem::exists(job.accuracies.file, ignored)) return nullptr;
  return read_accuracy_table(job.accuracies.file, job.accuracies.format, Space(job.space)).digest();
}

// What they say, not where they come from.
Json models_of(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!file.empty() && !std::filesystem::exists(file, ignored)) return nullptr;
  if (file.empty()) return "";
  Models models = read_models(file);
  models.provenance = nullptr;
  return sha256_hex(to_json(models).dump());
}

// "train.epochs (6, now 8), images (others, or changed)"; "" where both are alike, or where it is not told or known.
std::string unlike(const Json& there, const Json& here, const std::filesystem::path& file) {
  std::set<std::string> digests{"train.table", "images", "models.file"};
  for (const Target* target : targets())
    for (const TargetFile& file_of : target->files()) digests.insert("hardware." + file_of.key);
  std::string differences;
  for (const auto& [key, value] : there.items()) {
    if (value.is_null() || !here.contains(key) || here[key] == value) continue;
    if (here[key].is_null()) {
      if (key != "images")
        log_warning("{}: {} is not there any more: whether the models were fitted from it is not known",
                    file.string(), key);
      continue;
    }
    differences += (differences.empty() ? "" : ", ") + key +
                   (digests.contains(key) ? " (others, or changed)"
                                          : " (" + value.dump() + ", now " + here[key].dump() + ")");
  }
  return differences;
}

const Json* told_by(const Json& provenance) {
  return provenance.is_object() && provenance.contains(provenance_key) ? &provenance[provenance_key]
                                                                       : nullptr;
}

}  // namespace

Json fitted_from(const Job& job, bool trained, bool measured) {
  Json from = Json::object();
  for (const auto& [key, value] : settings_of(job)) {
    const std::string_view section = section_of(key);
    const bool of_training =
        section == "data" || section == "sample" || section == "train" || section == "predictor";
    if (std::ranges::find(no_matter, key) != no_matter.end()) continue;
    const bool of_measuring = section == "hardware" || section == "proxy";
    if ((trained && of_training) || (measured && of_measuring)) from[key] = value;
  }
  if (measured) {
    const Json digests = job.hardware.setup().file_digests();
    for (const auto& [key, digest] : digests.items()) from["hardware." + key] = digest;
  }
  if (trained) from["train.table"] = accuracies_of(job);
  if (!trained || !measured) from["models.file"] = models_of(job.models_file);
  if (trained) from["images"] = job.images.empty() ? Json(nullptr) : Json(job.images);
  from["job.seed"] = job.seed;
  return from;
}

Json compression_fitted_from(const Job& job) {
  Json from = fitted_from(job, /*trained=*/true, /*measured=*/false);
  from.erase("models.file");
  for (const auto& [key, value] : settings_of(job)) {
    if (section_of(key) == "predictor") from.erase(key);  // losses are between trainings, predicted or not
    if (section_of(key) == "compress" &&
        std::ranges::find(no_matter_to_samples, key) == no_matter_to_samples.end())
      from[key] = value;
  }
  return from;
}

std::string unlike_job(const JointModels& models, const Job& job, const std::filesystem::path& file) {
  const Json* there = told_by(models.provenance);
  return there == nullptr ? "" : unlike(*there, compression_fitted_from(job), file);
}

void require_fitted_from(const JointModels& models, const Job& job, const std::filesystem::path& file) {
  if (told_by(models.provenance) == nullptr)
    throw Error(ExitCode::bad_data,
                file.string() +
                    ": does not say what it was fitted from; `flash run` with the job and "
                    "run writes it anew, --compression FILE takes it as it is");
  const std::string differences = unlike_job(models, job, file);
  if (!differences.empty())
    throw Error(ExitCode::bad_data, file.string() + ": fitted from another job than " + job.path.string() +
                                        ": " + differences +
                                        "; `flash run` with that job and run makes anew what has changed");
}

void require_fitted_from(const Models& models, const Job& job, const std::filesystem::path& file) {
  const Json* there = told_by(models.provenance);
  if (there == nullptr) return;
  const Json here = fitted_from(job, there->contains("train.epochs"), there->contains("hardware.target"));
  const std::string differences = unlike(*there, here, file);
  if (differences.empty()) return;
  throw Error(ExitCode::bad_data,
              file.string() + ": fitted from another job than " + job.path.string() + ": " + differences +
                  "; `flash run` with that job and run makes anew what has changed, `flash fit` the "
                  "models alone");
}

}  // namespace flash

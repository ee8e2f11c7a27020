#include "flash/findings/fitted_from.hpp"

#include <algorithm>
#include <array>
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

}  // namespace

Json fitted_from(const Job& job, bool trained, bool measured) {
  JobRecord record = record_of(job);
  record.overrides.clear();  // --device is a matter of one start
  Json from = Json::object();
  for (const auto& [key, value] : job_settings(record)) {
    const std::string_view section = std::string_view(key).substr(0, key.find('.'));
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

void require_fitted_from(const Models& models, const Job& job, const std::filesystem::path& file) {
  if (!models.provenance.is_object() || !models.provenance.contains(provenance_key)) return;
  const Json& there = models.provenance[provenance_key];
  const Json here = fitted_from(job, there.contains("train.epochs"), there.contains("hardware.target"));
  std::set<std::string> digests;
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
    const bool file_key =
        digests.contains(key) || key == "train.table" || key == "images" || key == "models.file";
    differences +=
        (differences.empty() ? "" : ", ") + key +
        (file_key ? " (others, or changed)" : " (" + value.dump() + ", now " + here[key].dump() + ")");
  }
  if (differences.empty()) return;
  throw Error(ExitCode::bad_data,
              file.string() + ": fitted from another job than " + job.path.string() + ": " + differences +
                  "; `flash run` with that job and run makes anew what has changed, `flash fit` the "
                  "models alone");
}

}  // namespace flash

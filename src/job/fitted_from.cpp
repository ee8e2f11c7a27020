#include "flash/job/fitted_from.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <sstream>

#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/core/hash.hpp"
#include "flash/job/job_record.hpp"
#include "flash/log/log.hpp"

namespace flash {
namespace {

constexpr const char* provenance_key = "fitted_from";

// The images are known by the run, and a machine's name changes no figure.
constexpr std::array<std::string_view, 3> no_matter{"data.train", "data.test", "hardware.machine"};

// Of a table's lines in whatever order, since it does not matter. Null where the file is not there any more:
// nothing can be said then.
Json held_by(const std::filesystem::path& file) {
  if (file.empty()) return "";
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return nullptr;
  std::istringstream stream(read_file(file));
  std::multiset<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.insert(line);
  Sha256 digest;
  for (const std::string& line : lines) digest.add(line + "\n");
  return digest.hex();
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

Json chip_digest(const Job& job) {
  const std::filesystem::path& file = job.hardware.design_file;
  std::error_code ignored;
  if (!file.empty() && !std::filesystem::exists(file, ignored)) return nullptr;
  return sha256_hex(to_json(file.empty() ? ImcDesign() : read_imc_design(file)).dump());
}

Json fitted_from(const Job& job, bool trained, bool measured) {
  JobRecord record = record_of(job);
  record.overrides.clear();  // --device is a matter of one start
  Json from = Json::object();
  for (const auto& [key, value] : job_settings(record)) {
    const std::string_view section = std::string_view(key).substr(0, key.find('.'));
    const bool of_training =
        section == "data" || section == "sample" || section == "train" || section == "predictor";
    if (std::ranges::find(no_matter, key) != no_matter.end()) continue;
    if ((trained && of_training) || (measured && section == "hardware")) from[key] = value;
  }
  if (measured && job.hardware.target == "table") from["hardware.file"] = held_by(job.hardware.file);
  if (measured && job.hardware.target == "imc") from["hardware.design"] = chip_digest(job);
  if (!trained || !measured) from["models.file"] = models_of(job.models_file);
  if (trained) from["images"] = job.images.empty() ? Json(nullptr) : Json(job.images);
  from["job.seed"] = job.seed;
  return from;
}

void require_fitted_from(const Models& models, const Job& job, const std::filesystem::path& file) {
  if (!models.provenance.is_object() || !models.provenance.contains(provenance_key)) return;
  const Json& there = models.provenance[provenance_key];
  const Json here = fitted_from(job, there.contains("train.epochs"), there.contains("hardware.target"));
  std::string differences;
  for (const auto& [key, value] : there.items()) {
    if (value.is_null() || !here.contains(key) || here[key] == value) continue;
    if (here[key].is_null()) {
      if (key != "images")
        log_warning("{}: {} is not there any more: whether the models were fitted from it is not known",
                    file.string(), key);
      continue;
    }
    const bool file_key = key.ends_with(".file") || key.ends_with(".design") || key == "images";
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

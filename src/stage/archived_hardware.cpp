#include "flash/stage/archived_hardware.hpp"

#include "flash/archive/table_text.hpp"
#include "flash/findings/machines.hpp"

namespace flash {

const Table* hardware_table(const ArchiveContents& archive, std::string& target) {
  for (const Table& table : archive.tables) {
    if (table.path.rfind("hardware/", 0) == 0 && table.path.find('/', 9) == std::string::npos) {
      target = table.path.substr(9);
      return &table;
    }
  }
  return nullptr;
}

// By the attributes of table hardware/TARGET/model.
static FitQuality archived_quality(const Table& model, Metric metric, const char* part) {
  return told_quality([&](const char* figure) {
    return table_text::attribute(model, std::string(name(metric)) + "_" + figure + "_" + part);
  });
}

std::vector<ArchivedModel> archived_models_of_metrics(const ArchiveContents& archive) {
  std::vector<ArchivedModel> models;
  std::string target;
  if (hardware_table(archive, target) == nullptr) return models;
  if (const Table* model = archive.find("hardware/" + target + "/model"); model != nullptr)
    for (const Metric metric : plain_fitted_metrics)
      models.push_back({std::string(name(metric)), archived_quality(*model, metric, "fit"),
                        archived_quality(*model, metric, "holdout")});
  const Table* devices = archive.find("devices");
  for (std::size_t row = 0; row < table_text::rows(devices); ++row) {
    const auto quality = [&](const char* part) {
      return told_quality([&](const char* figure) {
        return table_text::number(*devices, (std::string(figure) + "_" + part).c_str(), row);
      });
    };
    models.push_back({table_text::text(*devices, "metric", row), quality("fit"), quality("holdout")});
  }
  return models;
}

std::vector<std::string> hardware_verdicts(const ArchiveContents& archive) {
  std::vector<std::string> all;
  std::map<std::string, std::size_t> processors;
  const Table* machines = archive.find("machines");
  for (std::size_t row = 0; row < table_text::rows(machines); ++row)
    processors[table_text::text(*machines, "processor", row)] +=
        table_text::whole(*machines, "networks", row);
  all.push_back(mixed_processors(processors));
  for (const ArchivedModel& model : archived_models_of_metrics(archive))
    all.push_back(verdict(model.metric, model.fit, model.holdout));
  return all;
}

}  // namespace flash

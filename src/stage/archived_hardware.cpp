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

FitQuality archived_quality(const Table& model, Metric metric, const char* part) {
  return told_quality([&](const char* figure) {
    return table_text::attribute(model, std::string(name(metric)) + "_" + figure + "_" + part);
  });
}

std::vector<std::string> hardware_verdicts(const ArchiveContents& archive) {
  std::vector<std::string> all;
  std::map<std::string, std::size_t> processors;
  const Table* machines = archive.find("machines");
  for (std::size_t row = 0; row < table_text::rows(machines); ++row)
    processors[table_text::text(*machines, "processor", row)] +=
        table_text::whole(*machines, "networks", row);
  all.push_back(mixed_processors(processors));
  std::string target;
  if (hardware_table(archive, target) == nullptr) return all;
  const Table* model = archive.find("hardware/" + target + "/model");
  if (model == nullptr) return all;
  for (const Metric metric : fitted_metrics())
    all.push_back(verdict(metric, archived_quality(*model, metric, "fit"),
                          archived_quality(*model, metric, "holdout")));
  return all;
}

}  // namespace flash

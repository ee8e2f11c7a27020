#include "flash/tables/archive_tables.hpp"

namespace flash {

// The one list of tables, in the order in which an archive has them: NAME is NAME_table() of tables/NAME.cpp.
#define FLASH_ARCHIVE_TABLES(TABLE) \
  TABLE(samples)                    \
  TABLE(curves)                     \
  TABLE(predictor)                  \
  TABLE(hardware)                   \
  TABLE(hardware_model)             \
  TABLE(imc_layers)                 \
  TABLE(imc_energy)                 \
  TABLE(imc_area)                   \
  TABLE(constraints)                \
  TABLE(sweep)                      \
  TABLE(sweep_top)                  \
  TABLE(compare)                    \
  TABLE(compare_summary)            \
  TABLE(trace)                      \
  TABLE(histograms)                 \
  TABLE(pareto)                     \
  TABLE(tasks)                      \
  TABLE(superseded)                 \
  TABLE(jobs)                       \
  TABLE(events)

#define FLASH_DECLARE(name) ArchiveTable name##_table();
FLASH_ARCHIVE_TABLES(FLASH_DECLARE)
#undef FLASH_DECLARE

const std::vector<ArchiveTable>& archive_tables() {
#define FLASH_CALL(name) name##_table(),
  static const std::vector<ArchiveTable> tables{FLASH_ARCHIVE_TABLES(FLASH_CALL)};
#undef FLASH_CALL
  return tables;
}

TableSource::TableSource(const ArchiveSource& source) : ArchiveSource(source) {
  if (!models) return;
  if (!results.stage("sweep").empty()) sweeps = merged_sweeps(job, space, results, sets);
  if (!results.stage("compare").empty()) compared = comparison(job, space, *models, results, sets);
  all = landscape(job, *models, results);
}

ArchiveContents archive_contents(const ArchiveSource& given) {
  const TableSource source(given);
  ArchiveContents contents;
  for (const ArchiveAttribute& attribute : archive_attributes())
    contents.attributes.emplace_back(attribute.name, attribute.value(source));
  for (const ArchiveTable& table : archive_tables()) {
    std::optional<Table> made = table.make(source);
    if (!made) continue;
    if (const auto at = made->path.find("TARGET"); at != std::string::npos)
      made->path.replace(at, std::string_view("TARGET").size(), source.job.hardware.target);
    contents.tables.push_back(std::move(*made));
  }
  return contents;
}

}  // namespace flash

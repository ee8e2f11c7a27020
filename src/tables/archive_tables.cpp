#include "flash/tables/archive_tables.hpp"

#include <algorithm>

#include "flash/search/weighted_sum.hpp"

namespace flash {

#define FLASH_TABLE(name) ArchiveTable name##_table();
#include "archive_tables.inc"
#undef FLASH_TABLE

const std::vector<ArchiveTable>& archive_tables() {
  static const std::vector<ArchiveTable> tables{
#define FLASH_TABLE(name) name##_table(),
#include "archive_tables.inc"
#undef FLASH_TABLE
  };
  return tables;
}

namespace {

// What the figures of an objective are exp of, where it is a sum: in each table that has one.
void say_sum(Table& table, const Objective& objective) {
  const auto of_objective = [](const Column& column) { return column.name.starts_with("objective"); };
  if (objective.is_sum() && std::ranges::any_of(table.columns, of_objective))
    table.attributes.emplace_back("sum", sum_text(objective));
}

}  // namespace

bool has_numbers(const TableSource& source) { return source.space.numbered(); }

TableSource::TableSource(const ArchiveSource& source) : ArchiveSource(source) {
  if (!models) return;
  if (!results.stage("sweep").empty()) sweeps = merged_sweeps(job, space, results, sets);
  if (!results.stage("compare").empty()) compared = comparison(job, space, *models, results, sets);
  all = landscape(job, *models, results);
  answers = model_answers(job, space, *models, sets);
  if (results.stage(std::string(confirm_name)).empty() &&
      results.stage(std::string(confirm_measure_name)).empty())
    return;
  const std::vector<ConfirmNetwork> networks = networks_to_confirm(job, space, *models, sets, results);
  confirmed = confirmed_networks(job, space, *models, sets, networks, results);
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
    say_sum(*made, source.job.objective);
    contents.tables.push_back(std::move(*made));
  }
  return contents;
}

}  // namespace flash

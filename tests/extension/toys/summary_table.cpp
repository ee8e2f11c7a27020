// Archive table summary: what the stage of that name has found.
#include "flash/tables/archive_tables.hpp"

namespace flash {
namespace {

std::vector<Json> summaries(const TableSource& source) {
  std::vector<Json> rows;
  for (const auto& [id, outcome] : source.results.stage("summary"))
    if (outcome.ok) rows.push_back(outcome.output);
  return rows;
}

}  // namespace

ArchiveTable summary_table() {
  TableOf<Json> table("summary", "Accuracy of the trained networks.", summaries);
  table.only_with_rows();
  for (const char* figure : {"least", "mean", "most"})
    table.column(figure, "1", std::string(figure) + " accuracy",
                 [=](const Json& row) { return row.at(figure).get<double>(); });
  return table.build();
}

}  // namespace flash

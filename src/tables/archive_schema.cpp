// The schema of archives: for people as Markdown, for programs as JSON.
#include "flash/archive/archive.hpp"
#include "flash/config/text.hpp"
#include "flash/tables/archive_tables.hpp"

namespace flash {
namespace {

// With the two that the archive's writer adds.
std::vector<ArchiveAttribute> all_attributes() {
  std::vector<ArchiveAttribute> all{{"format", "str", "flash-archive", {}},
                                    {"format_version", "str", archive_format_version, {}}};
  for (const ArchiveAttribute& attribute : archive_attributes()) all.push_back(attribute);
  return all;
}

std::string paragraphs(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find("\n\n", at), text.size());
    out += wrapped(text.substr(at, end - at), "") + "\n";
    at = end + 2;
  }
  return out;
}

// "what it is for: `fit` or `holdout`; since 2.0"
std::string meaning(const ColumnDescription& column) {
  std::string text = column.meaning;
  for (std::size_t i = 0; i < column.choices.size(); ++i) {
    text += i == 0 ? ": " : i + 1 < column.choices.size() ? ", " : " or ";
    text.append("`").append(column.choices[i]).append("`");
  }
  return column.since == "1.0" ? text : text + "; since " + column.since;
}

}  // namespace

std::string archive_schema_text() {
  std::string out = "## Root attributes\n\n| attribute | type | meaning |\n|---|---|---|\n";
  for (const ArchiveAttribute& a : all_attributes())
    out.append("| ").append(a.name).append(" | ").append(a.type).append(" | ").append(a.meaning).append(
        " |\n");
  out +=
      "\n## The tables, column by column\n\nUnits `-`: text, so the attribute is empty. Units `*`: those "
      "of the row, its metric's or its `unit`.\n";
  for (const ArchiveTable& table : archive_tables()) {
    out += "\n### " + table.path + "\n" + paragraphs(table.meaning);
    out += "| column | type | units | meaning |\n|---|---|---|---|\n";
    for (const ColumnDescription& c : table.columns)
      out.append("| ")
          .append(c.name)
          .append(" | ")
          .append(c.type)
          .append(" | ")
          .append(c.units.empty() ? "-" : c.units)
          .append(" | ")
          .append(meaning(c))
          .append(" |\n");
  }
  return out;
}

Json archive_schema_json() {
  Json attributes = Json::array();
  for (const ArchiveAttribute& attribute : all_attributes())
    attributes.push_back(
        {{"name", attribute.name}, {"type", attribute.type}, {"meaning", attribute.meaning}});
  Json tables = Json::array();
  for (const ArchiveTable& table : archive_tables()) {
    Json columns = Json::array();
    for (const ColumnDescription& column : table.columns) {
      columns.push_back({{"name", column.name},
                         {"type", column.type},
                         {"units", column.units},
                         {"since", column.since},
                         {"meaning", column.meaning}});
      if (!column.choices.empty()) columns.back()["choices"] = column.choices;
    }
    tables.push_back({{"path", table.path}, {"meaning", table.meaning}, {"columns", std::move(columns)}});
  }
  return {{"format", archive_format},
          {"version", archive_format_version},
          {"attributes", std::move(attributes)},
          {"tables", std::move(tables)}};
}

}  // namespace flash

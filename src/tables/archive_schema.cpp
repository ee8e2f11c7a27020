// The schema of archives: for people as Markdown, for programs as JSON.
#include "flash/archive/archive.hpp"
#include "flash/config/text.hpp"
#include "flash/tables/archive_tables.hpp"
#include "flash/tables/proxy_matrix.hpp"

namespace flash {
namespace {

// What the archive's writer adds.
std::vector<ArchiveAttribute> written_attributes() {
  return {{"format", "str", "flash-archive", {}}, {"format_version", "str", archive_format_version, {}}};
}

std::vector<ArchiveAttribute> all_attributes() {
  std::vector<ArchiveAttribute> all = written_attributes();
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
  if (column.optional) text += "; only where a row has one";
  return column.since == "1.0" ? text : text + "; since " + column.since;
}

// Of the archives of `flash proxy matrix`, from one of no device.
struct MatrixSchema {
  std::vector<ArchiveAttribute> attributes = written_attributes();
  std::vector<ArchiveTable> tables{};

  MatrixSchema() {
    const ArchiveContents contents = proxy_matrix_contents({});
    for (const auto& [name, value] : contents.attributes)
      attributes.push_back({name, "str", proxy_matrix_meaning(name), {}});
    for (const Table& table : contents.tables) {
      ArchiveTable& described = tables.emplace_back();
      described.path = table.path;
      described.meaning =
          table.path.ends_with("pairs") ? "A row each pair of devices." : "A row each device.";
      for (const Column& column : table.columns)
        described.columns.push_back(
            {column.name, type_of(column.values), column.units, column.long_name, {}});
    }
  }

 private:
  static std::string type_of(const ColumnValues& values) {
    if (std::holds_alternative<std::vector<std::string>>(values)) return "str";
    return std::holds_alternative<std::vector<double>>(values) ? "f64" : "i64";
  }
};

std::string attributes_text(const std::vector<ArchiveAttribute>& attributes) {
  std::string out = "| attribute | type | meaning |\n|---|---|---|\n";
  for (const ArchiveAttribute& a : attributes)
    out.append("| ").append(a.name).append(" | ").append(a.type).append(" | ").append(a.meaning).append(
        " |\n");
  return out;
}

std::string tables_text(const std::vector<ArchiveTable>& tables) {
  std::string out;
  for (const ArchiveTable& table : tables) {
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

Json attributes_json(const std::vector<ArchiveAttribute>& attributes) {
  Json list = Json::array();
  for (const ArchiveAttribute& attribute : attributes)
    list.push_back({{"name", attribute.name}, {"type", attribute.type}, {"meaning", attribute.meaning}});
  return list;
}

Json tables_json(const std::vector<ArchiveTable>& tables) {
  Json list = Json::array();
  for (const ArchiveTable& table : tables) {
    Json columns = Json::array();
    for (const ColumnDescription& column : table.columns) {
      columns.push_back({{"name", column.name},
                         {"type", column.type},
                         {"units", column.units},
                         {"since", column.since},
                         {"meaning", column.meaning}});
      if (!column.choices.empty()) columns.back()["choices"] = column.choices;
      if (column.optional) columns.back()["optional"] = true;
    }
    list.push_back({{"path", table.path}, {"meaning", table.meaning}, {"columns", std::move(columns)}});
  }
  return list;
}

}  // namespace

std::string archive_schema_text() {
  const MatrixSchema matrix;
  return "## Root attributes\n\n" + attributes_text(all_attributes()) +
         "\n## The tables, column by column\n\nUnits `-`: text, so the attribute is empty. Units `*`: those "
         "of the row, its metric's or its `unit`.\n" +
         tables_text(archive_tables()) +
         "\n## The archive of `flash proxy matrix`\n\nOf devices and of no run: a file of this format with root "
         "attributes and tables of its own.\n\n" +
         attributes_text(matrix.attributes) + tables_text(matrix.tables);
}

Json archive_schema_json() {
  const MatrixSchema matrix;
  return {{"format", archive_format},
          {"version", archive_format_version},
          {"attributes", attributes_json(all_attributes())},
          {"tables", tables_json(archive_tables())},
          {"proxy_matrix",
           {{"attributes", attributes_json(matrix.attributes)}, {"tables", tables_json(matrix.tables)}}}};
}

}  // namespace flash

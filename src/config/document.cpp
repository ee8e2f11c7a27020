#include "flash/config/document.hpp"

#include <toml++/toml.h>

#include <algorithm>

#include "flash/config/text.hpp"
#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "typography.hpp"

namespace flash {
namespace {

// toml++ 3.3 has no limit on a.b.c.d...: tens of thousands of levels overflow the stack when they are freed.
// A document needs one level, so that this many dots, wherever they stand, leave room for every path and
// number.
constexpr std::ptrdiff_t max_dots = 2'000;

constexpr std::size_t max_bytes = 1 << 20;

[[noreturn]] void too_large(const std::string& file, const std::string& kind) {
  throw Error(ExitCode::bad_job, file + ": is larger than 1 MiB, which no " + kind + " is");
}

Json scalar(const toml::node& node) {
  if (const auto* boolean = node.as_boolean()) return boolean->get();
  if (const auto* integer = node.as_integer()) return integer->get();
  if (const auto* number = node.as_floating_point()) return number->get();
  if (const auto* text = node.as_string()) return text->get();
  if (node.is_array()) return Json::array();
  if (node.is_table()) return Json::object();
  return nullptr;
}

Json value_of(const toml::node& node) {
  Json value = scalar(node);
  if (const auto* array = node.as_array()) {
    for (const toml::node& element : *array) value.push_back(scalar(element));
  }
  return value;
}

int line_of(const toml::key& key) { return static_cast<int>(key.source().begin.line); }

ConfigDocument::Section section_of(const toml::key& key, const toml::node& node) {
  ConfigDocument::Section section{std::string(key.str()), line_of(key), node.is_table(), {}};
  if (const toml::table* table = node.as_table()) {
    for (const auto& [inner, value] : *table) {
      section.entries.push_back({std::string(inner.str()), line_of(inner), value_of(value)});
    }
  }
  return section;
}

// Line `number` of the text, from 1, without its end.
std::string_view line_at(std::string_view text, std::size_t number) {
  for (; number > 1; --number) text.remove_prefix(std::min(text.size(), text.find('\n') + 1));
  return text.substr(0, text.find_first_of("\r\n"));
}

// toml++ reads a number too small for a double, 1e-400, as 0, which means something else.
bool is_underflow(const toml::node& node, std::string_view text) {
  if (!node.is_floating_point() || node.as_floating_point()->get() != 0) return false;
  const toml::source_position& from = node.source().begin;
  std::string_view written = line_at(text, from.line);
  std::size_t at = 0;
  for (auto left = from.column; at < written.size(); ++at)  // columns are characters, not bytes
    if ((static_cast<unsigned char>(written[at]) & 0xC0) != 0x80 && --left == 0) break;
  written.remove_prefix(at);
  written = written.substr(0, written.find_first_not_of("+-._0123456789"));
  return written.find_first_of("123456789") != std::string_view::npos;
}

void refuse_underflow(const toml::node& node, std::string_view text, const std::string& file) {
  if (const toml::table* table = node.as_table())
    for (const auto& [key, value] : *table) refuse_underflow(value, text, file);
  if (const toml::array* array = node.as_array())
    for (const toml::node& value : *array) refuse_underflow(value, text, file);
  if (is_underflow(node, text))
    throw Error(ExitCode::bad_job,
                file + ":" + std::to_string(node.source().begin.line) +
                    ": holds a number other than 0 that is too near to 0 to be one: write 0");
}

// Why the text cannot be read, in plain words where the cause is known.
std::string reason(std::string_view text, const toml::parse_error& error) {
  const toml::source_position& where = error.source().begin;
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) return "is UTF-16; save it as UTF-8";
  const std::string typographic = typographic_complaint(line_at(text, where.line), where.column);
  if (!typographic.empty()) return typographic;
  if (error.description().find("utf-8") != std::string_view::npos)
    return "not valid TOML: holds a character that is not UTF-8; save the file as UTF-8";
  return "not valid TOML: " + one_line(error.description());
}

}  // namespace

const ConfigDocument::Section* ConfigDocument::section(std::string_view name) const {
  const auto found = std::ranges::find(sections, name, &Section::name);
  return found == sections.end() ? nullptr : &*found;
}

const ConfigDocument::Entry* ConfigDocument::entry(std::string_view section_name,
                                                   std::string_view key) const {
  const Section* in = section(section_name);
  if (!in) return nullptr;
  const auto found = std::ranges::find(in->entries, key, &Entry::key);
  return found == in->entries.end() ? nullptr : &*found;
}

int ConfigDocument::line(std::string_view section_name, std::string_view key) const {
  if (const Entry* found = entry(section_name, key)) return found->line;
  const Section* in = section(section_name);
  return in ? in->line : 1;
}

std::string read_config_text(const std::filesystem::path& path, const std::string& kind) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (std::filesystem::is_directory(status)) {
    throw Error(ExitCode::missing_input, path.string() + ": is a folder, not a " + kind);
  }
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    throw Error(ExitCode::missing_input,
                path.string() + ": is not a regular file, which a " + kind + " must be");
  }
  // Looked at before the file is read: it may be any size.
  const std::uintmax_t bytes = std::filesystem::file_size(path, error);
  if (!error && bytes > max_bytes) too_large(path.string(), kind);
  return read_file(path);
}

ConfigDocument read_document(std::string_view text, const std::filesystem::path& path,
                             const std::string& kind) {
  const std::string file = path.string();
  if (text.size() > max_bytes) too_large(file, kind);
  if (std::ranges::count(text, '.') > max_dots) {
    throw Error(ExitCode::bad_job,
                file + ": holds more than " + std::to_string(max_dots) + " dots, which no " + kind + " does");
  }
  try {
    ConfigDocument document;
    const toml::table root = toml::parse(text, std::string_view(file));
    refuse_underflow(root, text, file);
    for (const auto& [key, node] : root) document.sections.push_back(section_of(key, node));
    return document;
  } catch (const toml::parse_error& error) {
    const toml::source_position& where = error.source().begin;
    throw Error(ExitCode::bad_job, file + ":" + std::to_string(where.line) + ":" +
                                       std::to_string(where.column) + ": " + reason(text, error));
  }
}

}  // namespace flash

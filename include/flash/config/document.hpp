// A TOML file's text as sections and keys with their lines; nothing outside document.cpp knows of toml++.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "flash/core/json.hpp"

namespace flash {

struct ConfigDocument {
  // Values as JSON. A date or time, which JSON lacks, is null; tables and lists inside a value are empty
  // ones, because no option holds any.
  struct Entry {
    std::string key;
    int line = 0;
    Json value;
  };
  struct Section {
    std::string name;
    int line = 0;
    bool is_table = true;  // false: a key outside any section
    std::vector<Entry> entries;
  };
  std::vector<Section> sections;

  const Section* section(std::string_view name) const;  // nullptr where there is none
  const Entry* entry(std::string_view section, std::string_view key) const;
  // Where to point the user: the key, else its section, else the first line.
  int line(std::string_view section, std::string_view key = "") const;
};

// The text of a file that a user wrote; `kind` names in messages what it ought to be: "job file". Throws
// Error: missing_input (not there, a folder, no regular file), io (cannot be read), bad_job (too large).
std::string read_config_text(const std::filesystem::path& path, const std::string& kind);

// Throws Error bad_job: TOML syntax, invalid UTF-8, too large a file.
ConfigDocument read_document(std::string_view text, const std::filesystem::path& path,
                             const std::string& kind);

}  // namespace flash

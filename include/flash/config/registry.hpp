// The registry of a file's keys: one entry a key, from which the parser, the documentation, a sample file and
// the nearest-key suggestions are made.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "flash/config/document.hpp"
#include "flash/config/errors.hpp"
#include "flash/config/option.hpp"

namespace flash {

struct OptionSection {
  std::string name;
  std::string description;  // a sentence
};

// How messages speak of a key that is at home elsewhere.
enum class KeyNames {
  of_section,  // "rows of [tile]": most keys have a name of their own
  dotted       // "tile.rows": many names are those of several sections
};

struct RegistryTexts {
  std::string heading;         // of the documentation, one paragraph
  std::string sample_heading;  // of the sample file: lines of comments
  KeyNames key_names = KeyNames::of_section;
};

// What does not depend on where values go.
class RegistryInfo {
 public:
  RegistryInfo(RegistryTexts texts, std::vector<OptionSection> sections)
      : texts_(std::move(texts)), sections_(std::move(sections)) {}
  virtual ~RegistryInfo() = default;

  virtual std::size_t size() const = 0;
  virtual const OptionInfo& info(std::size_t index) const = 0;
  const std::vector<OptionSection>& sections() const { return sections_; }

  std::string text() const;    // the documentation, for a terminal of 100 columns
  Json json() const;           // the same for programs: a list with an object a key
  std::string sample() const;  // a documented file with every key at its default, which read accepts

  // Sections and keys of the document that are none of these, with what was probably meant.
  void report_unknown(const ConfigDocument& document, ConfigErrors& errors) const;

 protected:
  RegistryInfo(const RegistryInfo&) = default;
  RegistryInfo(RegistryInfo&&) = default;

 private:
  const OptionInfo* find_info(const std::string& section, const std::string& key) const;
  std::vector<std::string> section_names() const;
  std::vector<std::string> keys_of(const std::string& section) const;  // "": of all
  std::string homes_of(const std::string& key) const;
  std::string unknown_key(const std::string& section, const std::string& key) const;
  std::string unknown_section(const ConfigDocument::Section& section) const;

  RegistryTexts texts_;
  std::vector<OptionSection> sections_;
};

// Checks type, range and choice, and stores. Throws std::invalid_argument: what is wrong and what is allowed.
template <class T>
void store_option(const OptionOf<T>& option, const Json& written, T& target) {
  try {
    option.store(target, checked_value(option, written));
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(error.what() + allowed_text(option));
  }
}

// The keys that set a T. Options stand section by section, in the order of the sections.
template <class T>
class Registry : public RegistryInfo {
 public:
  using Option = OptionOf<T>;

  Registry(RegistryTexts texts, std::vector<OptionSection> sections, std::vector<Option> options)
      : RegistryInfo(std::move(texts), std::move(sections)), options_(std::move(options)) {}

  std::size_t size() const override { return options_.size(); }
  const OptionInfo& info(std::size_t index) const override { return options_[index]; }
  const Option& operator[](std::size_t index) const { return options_[index]; }
  auto begin() const { return options_.begin(); }
  auto end() const { return options_.end(); }
  const Option* find(const std::string& section, const std::string& key) const {
    for (const Option& option : options_)
      if (option.section == section && option.key == key) return &option;
    return nullptr;
  }

  // Sets what the document says, in the order of the registry, wherever it stands in the file.
  void read(const ConfigDocument& document, T& target, ConfigErrors& errors) const {
    report_unknown(document, errors);
    for (const Option& option : options_) {
      const ConfigDocument::Entry* entry = document.entry(option.section, option.key);
      if (!entry) continue;
      try {
        store_option(option, entry->value, target);
      } catch (const std::invalid_argument& error) {
        errors.add(entry->line, option.section + "." + option.key, error.what());
      }
    }
  }

 private:
  std::vector<Option> options_;
};

}  // namespace flash

// The registry of the imc target's constants: one entry a key, from which the parser, the tables, the sample
// file and the suggestions are made. Defaults stand in ImcDesign.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flash/core/json.hpp"
#include "flash/imc/design.hpp"

namespace flash {

struct ImcParameter {
  std::string section;  // "crossbar"
  std::string key;      // "rows"
  std::string unit;     // "" for a bare number
  double min = 0;       // least and largest value that a file may give
  double max = 0;
  std::string description;  // a sentence
  // Where the default comes from: a publication, or "assumption" and its reasoning.
  std::string source;
  // The field: exactly one of the two is set. An integer needs an integer in the file, a number takes both.
  int& (*integer)(ImcDesign&) = nullptr;
  double& (*number)(ImcDesign&) = nullptr;

  Json value(const ImcDesign& design) const;
  Json default_value() const { return value(ImcDesign{}); }
  std::string allowed() const;  // "16 .. 8192", "0 <= x <= 1"
  // Checks type and range, and stores. Throws std::invalid_argument: what is wrong and what is allowed.
  void store(ImcDesign& design, const Json& written) const;
};
const std::vector<ImcParameter>& imc_parameters();  // section by section, in the order of imc_sections()

struct ImcSection {
  std::string name;
  std::string description;  // a sentence
};
const std::vector<ImcSection>& imc_sections();

std::string imc_parameters_text();  // for a terminal of 100 columns
Json imc_parameters_json();
std::string sample_imc_design();  // a documented target file with every key at its default

// What no single value can tell: the first contradiction between values of a design. An empty section: none.
struct ImcContradiction {
  std::string section;
  std::string key;
  std::string what;
};
ImcContradiction contradiction(const ImcDesign& design);

}  // namespace flash

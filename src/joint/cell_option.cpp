#include "flash/joint/cell_option.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sstream>
#include <stdexcept>

namespace flash {
namespace {

[[noreturn]] void refuse(const std::string& text, const std::string& what) {
  throw std::invalid_argument(std::string("'").append(text).append("' ").append(what).append(
      "; write dense, bits 4, keep 0.25, keep 0.1 bits 3, rows 0.5 bits 8 or filters 0.5"));
}

double number(const std::string& text, const std::string& word, const std::string& value) {
  char* end = nullptr;
  const double number = std::strtod(value.c_str(), &end);
  if (value.empty() || *end != '\0' || !std::isfinite(number)) refuse(text, "has no number behind " + word);
  return number;
}

void set_kept(CellOption& option, Pruned pruned, double kept) {
  if (option.kept != 1) refuse(option.text, "prunes twice");
  if (!(kept > 0 && kept < 1)) refuse(option.text, "keeps a share that is not between 0 and 1");
  option.pruned = pruned;
  option.kept = kept;
}

void set_bits(CellOption& option, double bits) {
  if (option.bits != 32) refuse(option.text, "has bits twice");
  if (bits != std::floor(bits) || bits < 1 || bits > 8) refuse(option.text, "has bits that are not 1 to 8");
  option.bits = static_cast<int>(bits);
}

}  // namespace

CellOption cell_option(const std::string& text) {
  std::istringstream words(text);
  CellOption option{.text = text};
  std::string word, value;
  bool any = false;
  while (words >> word) {
    any = true;
    if (word == "dense") {
      if (words >> value) refuse(text, "has more than dense");
      return {};
    }
    value.clear();
    words >> value;
    if (word == "bits")
      set_bits(option, number(text, word, value));
    else if (word == "keep")
      set_kept(option, Pruned::weights, number(text, word, value));
    else if (word == "rows")
      set_kept(option, Pruned::rows, number(text, word, value));
    else if (word == "filters")
      set_kept(option, Pruned::filters, number(text, word, value));
    else
      refuse(text, "has '" + word + "', which is not known here");
  }
  if (!any) refuse(text, "is empty");
  return option;
}

std::vector<CellOption> cell_options(const std::vector<std::string>& texts) {
  std::vector<CellOption> options;
  for (const std::string& text : texts) options.push_back(cell_option(text));
  if (options.empty() || !options.front().is_dense())
    throw std::invalid_argument("the first is to be dense: what a cell is where nothing is compressed");
  if (options.size() > most_cell_options)
    throw std::invalid_argument("holds " + std::to_string(options.size()) + " options, of " +
                                std::to_string(most_cell_options) + " at most");
  const CellOption* pruning = nullptr;
  for (std::size_t i = 0; i < options.size(); ++i) {
    const CellOption& option = options[i];
    for (std::size_t other = 0; other < i; ++other)
      if (options[other].kept == option.kept && options[other].bits == option.bits &&
          (option.kept == 1 || options[other].pruned == option.pruned))
        throw std::invalid_argument("'" + option.text + "' stands there twice");
    if (option.kept == 1) continue;
    if (pruning != nullptr && pruning->pruned != option.pruned)
      throw std::invalid_argument("'" + pruning->text + "' and '" + option.text +
                                  "' prune in different ways: a network is pruned in one");
    pruning = &option;
  }
  return options;
}

LayerForm layer_form(const CellOption& option, int most_bits) {
  const int bits = std::min(option.bits, most_bits);
  return option.kept < 1 ? pruned_form(option.pruned, option.kept, bits) : LayerForm{.bits = bits};
}

}  // namespace flash

#include "flash/import/units.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "csv.hpp"

namespace flash {
namespace {

constexpr std::size_t longest_name = 200;  // bytes; of a longer one nothing is understood

struct Prefix {
  std::string_view letter, word;
  int exponent;
};
constexpr std::array<Prefix, 8> prefixes{{{"", "", 0},
                                          {"f", "femto", -15},
                                          {"p", "pico", -12},
                                          {"n", "nano", -9},
                                          {"u", "micro", -6},
                                          {"m", "milli", -3},
                                          {"c", "centi", -2},
                                          {"k", "kilo", 3}}};

struct Base {
  std::string_view name;
  Unit unit;
};
constexpr std::array<Base, 9> bases{{{"s", {Metric::latency, 3}},
                                     {"sec", {Metric::latency, 3}},
                                     {"secs", {Metric::latency, 3}},
                                     {"second", {Metric::latency, 3}},
                                     {"seconds", {Metric::latency, 3}},
                                     {"j", {Metric::energy, 3}},
                                     {"joule", {Metric::energy, 3}},
                                     {"joules", {Metric::energy, 3}},
                                     {"m2", {Metric::area, 6}}}};

std::string replaced(std::string_view text, std::string_view old, std::string_view by) {
  std::string result;
  for (std::size_t at = 0; (at = text.find(old)) != std::string_view::npos;
       text.remove_prefix(at + old.size()))
    result.append(text.substr(0, at)).append(by);
  return result.append(text);
}

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string lower_case(std::string text) {
  for (char& c : text)
    if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
  return text;
}

// One spelling of what looks the same: the micro sign, the Greek letter, and what upper case makes of either.
std::string plain_letters(std::string text) {
  for (const char* micro : {"\u00B5", "\u03BC", "\u039C"}) text = replaced(text, micro, "u");
  for (const char* square : {"\u00B2", "^2"}) text = replaced(text, square, "2");
  return text;
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

bool is_quantity(std::string_view word) {
  return is_one_of(
      word, {"latency", "lat", "time", "t", "delay", "duration", "runtime", "elapsed", "energy", "area"});
}

// "1e" of "1e-3 s", "10^" of "10^-6 s", "x10", "log".
bool is_scale(std::string_view word) {
  if (is_one_of(word, {"log", "ln", "log2", "log10", "sqrt"})) return true;
  if (is_digit(word.front())) return word.ends_with('e') || word.ends_with('^');
  return word.starts_with('x') && word.size() > 1 && std::ranges::all_of(word.substr(1), is_digit);
}

// `min` is a minimum and 4 a number of something, but in brackets they may as well be minutes and a factor.
bool is_known(const std::string& word, bool in_brackets) {
  if (is_quantity(word)) return true;
  if (word == "min" || std::ranges::all_of(word, is_digit)) return !in_brackets;
  if (std::ranges::any_of(word, is_digit)) return !is_digit(word.front()) && !is_scale(word);
  return is_one_of(word,
                   {"mean",  "median", "avg",       "average", "max",     "minimum",   "maximum", "best",
                    "worst", "std",    "stdev",     "total",   "typical", "measured",  "value",   "result",
                    "per",   "of",     "for",       "on",      "the",     "a",         "an",      "image",
                    "frame", "sample", "inference", "forward", "pass",    "network",   "model",   "single",
                    "cpu",   "gpu",    "npu",       "tpu",     "fpga",    "device",    "board",   "host",
                    "phone", "chip",   "die",       "core",    "run",     "percentile"});
}

bool is_prefix_word(std::string_view word) {
  return !word.empty() && std::ranges::find(prefixes, word, &Prefix::word) != prefixes.end();
}

// Where the unit begins that a word ends with, "latencyUs", "timems" or "p50us"; npos where it ends with
// none. A single small letter is none: "times".
std::size_t glued_unit(const std::string& word) {
  for (std::size_t at = 1; at < word.size(); ++at) {
    const std::string_view unit = std::string_view(word).substr(at);
    if (!unit_of(unit)) continue;
    const std::string before = lower_case(word.substr(0, at));
    const auto ends_before = [&](const char* stem) { return before.ends_with(stem); };
    const bool hump = is_lower(word[at - 1]) && std::ranges::any_of(unit, is_upper);
    const bool numbered = is_digit(word[at - 1]) && !is_digit(word.front());
    const bool behind_quantity =
        std::ranges::any_of(std::array{"latency", "time", "energy", "area"}, ends_before);
    if (hump || (unit.size() > 1 && (numbered || behind_quantity))) return at;
  }
  return std::string::npos;
}

struct Word {
  std::string text;
  int bracket;  // which pair it stands in, from 1; 0: in none
};

// "inferTimeUs" is three words; "mWh" is one, so that a unit that is not known is told whole.
void add_humps(std::vector<Word>& words, const std::string& text, int bracket) {
  std::size_t begin = 0;
  for (std::size_t i = 1; i <= text.size(); ++i) {
    const bool inside = i < text.size();
    if (inside && !(i - begin > 1 && is_lower(text[i - 1]) && is_upper(text[i]))) continue;
    words.push_back({text.substr(begin, i - begin), bracket});
    begin = i;
  }
}

void add_word(std::vector<Word>& words, const std::string& text, int bracket) {
  if (text.empty()) return;
  if (unit_of(text)) return words.push_back({text, bracket});
  const std::size_t unit = glued_unit(text);
  if (unit == std::string::npos) return add_humps(words, text, bracket);
  add_humps(words, text.substr(0, unit), bracket);
  words.push_back({text.substr(unit), bracket});
}

std::vector<Word> words_of(std::string_view column) {
  const std::string text = plain_letters(std::string(column));
  std::vector<Word> words;
  std::string word;
  int bracket = 0, brackets = 0;
  for (const char c : text) {
    const auto is_in = [c](std::string_view set) { return set.find(c) != std::string_view::npos; };
    const bool opens = is_in("([{<");
    const bool closes = is_in(")]}>");
    if (!opens && !closes && !is_in("_-./,;:|&\\ \t\n")) {
      word += c;
      continue;
    }
    add_word(words, word, bracket);
    word.clear();
    if (opens) bracket = ++brackets;
    if (closes) bracket = 0;
  }
  add_word(words, word, bracket);
  return words;
}

// "milli seconds" is one word. A letter before a unit, "u s", may be its prefix: then both are said.
void say_unit(ColumnName& name, const std::vector<Word>& words, std::size_t i) {
  const auto say = [&](const std::string& word) {
    const Unit unit = *unit_of(word);
    if (std::ranges::find(name.units, unit, &ColumnName::Said::unit) == name.units.end())
      name.units.push_back({word, unit});
  };
  const std::string before = i > 0 ? lower_case(words[i - 1].text) : "";
  const bool prefixed = (is_prefix_word(before) || before.size() == 1) && unit_of(before + words[i].text);
  if (prefixed) say(before + words[i].text);
  if (!prefixed || before.size() == 1) say(words[i].text);
}

}  // namespace

std::string folded(const std::string& name) { return lower_case(plain_letters(name)); }

std::optional<Unit> unit_of(std::string_view word) {
  const std::string text = folded(std::string(word));
  for (const Base& base : bases) {
    if (!text.ends_with(base.name)) continue;
    const std::string_view rest = std::string_view(text).substr(0, text.size() - base.name.size());
    for (const Prefix& prefix : prefixes)
      if (rest == prefix.letter || rest == prefix.word)
        return Unit{base.unit.metric,
                    base.unit.exponent + prefix.exponent * (base.unit.metric == Metric::area ? 2 : 1)};
  }
  return std::nullopt;
}

double in_usual_unit(double value, const Unit& unit) {
  // A power of ten below 1 is no double: dividing by its inverse rounds once.
  return unit.exponent < 0 ? value / std::pow(10.0, -unit.exponent) : value * std::pow(10.0, unit.exponent);
}

const std::vector<std::string>& units_of(Metric metric) {
  static const PerMetric<std::vector<std::string>> names = [] {
    PerMetric<std::vector<std::string>> units;
    units[Metric::latency] = {"ns", "us", "ms", "s"};
    units[Metric::energy] = {"pj", "nj", "uj", "mj", "j"};
    units[Metric::area] = {"um2", "mm2", "cm2", "m2"};
    return units;
  }();
  return names[metric];
}

ColumnName parse_column_name(std::string_view column) {
  ColumnName name;
  if (column.size() > longest_name) {
    name.unknown = column;
    return name;
  }
  const std::vector<Word> words = words_of(column);
  const auto quantity = std::ranges::find_if(words.rbegin(), words.rend(), [](const Word& word) {
    return word.bracket == 0 && is_quantity(lower_case(word.text));
  });
  const auto first = static_cast<std::size_t>(words.rend() - quantity);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto& [text, bracket] = words[i];
    const std::string lower = lower_case(text);
    if (unit_of(text)) {
      say_unit(name, words, i);
    } else if (is_known(lower, bracket > 0)) {
      name.words.push_back(lower);
    } else if (!is_prefix_word(lower) && (i >= first || bracket > 0 || is_scale(text))) {
      const auto beside = [bracket = bracket](const Word& word) {
        return word.bracket == bracket && unit_of(word.text);
      };
      const bool spoils = is_scale(text) || (bracket > 0 && std::ranges::any_of(words, beside));
      if (!name.unknown.empty() && (name.spoilt || !spoils)) continue;
      name.unknown = text;
      name.in_brackets = bracket > 0;
      name.spoilt = spoils;
    }
  }
  return name;
}

Unit column_unit(std::string_view column, Metric metric, const std::string& stated) {
  ColumnName said = parse_column_name(column);
  // The M2 of "latency_M2" is a processor.
  if (metric != Metric::area)
    std::erase_if(said.units, [](const ColumnName::Said& one) { return one.unit.metric == Metric::area; });
  const std::string of(name(metric));
  const auto refuse = [&of](std::initializer_list<std::string_view> what) {
    std::string text;
    for (const std::string_view part : what) text += part;
    throw std::invalid_argument(text + "; set hardware." + of + "_unit");
  };
  if (!stated.empty()) {
    const std::optional<Unit> unit = unit_of(stated);
    if (!unit || unit->metric != metric) refuse({"is said to be in ", stated, ", which is no unit of ", of});
    for (const auto& [word, other] : said.units)
      if (other.metric == metric && other != *unit)
        refuse({"seems to be in ", word, ", but the job says ", stated});
    return *unit;
  }
  if (said.units.size() > 1) refuse({"says both ", said.units[0].word, " and ", said.units[1].word});
  if (said.spoilt || (said.units.empty() && !said.unknown.empty()))
    refuse(
        {"says ", in_quotes(said.unknown), ", which may be a unit but is none of ", of, " that flash knows"});
  if (said.units.empty() && std::ranges::find(said.words, "min") != said.words.end())
    refuse({"says min, which may be minutes or the least of several"});
  if (said.units.empty()) return *unit_of(unit(metric));
  if (said.units[0].unit.metric != metric)
    refuse({"says ", said.units[0].word, ", which is no unit of ", of});
  return said.units[0].unit;
}

}  // namespace flash

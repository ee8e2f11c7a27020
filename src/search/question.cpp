#include "flash/search/question.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "flash/core/error.hpp"
#include "flash/core/nearest.hpp"
#include "flash/search/weighted_sum.hpp"

namespace flash {
namespace {

constexpr const char* accuracy_name = "accuracy";

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    if (std::string part = trimmed(text.substr(begin, end - begin)); !part.empty())
      parts.push_back(std::move(part));
    begin = end + 1;
  }
  return parts;
}

[[noreturn]] void refuse_name(const std::string& option, const std::string& word,
                              const std::vector<std::string>& known) {
  std::string text = option;
  text.append(": '").append(word).append("' is not known here (allowed:");
  for (const std::string& each : known) text.append(each == known.front() ? " " : ", ").append(each);
  text.append(")");
  if (const std::string close = nearest(word, known); !close.empty())
    text.append("; did you mean ").append(close).append("?");
  throw Error(ExitCode::usage, text);
}

std::vector<std::string> metric_names() {
  std::vector<std::string> names;
  for (const Metric m : all_metrics) names.emplace_back(name(m));
  return names;
}

Metric metric_named(const std::string& option, std::string word, bool with_accuracy) {
  std::ranges::replace(word, '-', '_');
  for (const Metric m : all_metrics)
    if (word == name(m)) return m;
  std::vector<std::string> known = metric_names();
  if (with_accuracy) known.insert(known.begin(), accuracy_name);
  refuse_name(option, word, known);
}

[[noreturn]] void refuse_bound(const std::string& part, const std::string& what) {
  throw Error(ExitCode::usage, "--subject-to: '" + part + "' " + what +
                                   "; write accuracy>=0.6 or latency<=0.5, several joined by commas");
}

double number_of(const std::string& part, const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !std::isfinite(value))
    refuse_bound(part, "has no number after the sign");
  if (!(value > 0)) refuse_bound(part, "has a bound that is not positive");
  return value;
}

// A sum, which has both what is maximised and what is minimised.
void set_sum_of(Objective& objective, const char* option, const std::string& text, const std::string& other) {
  const bool costs = option == std::string("--minimise");
  if (!parts_of(other).empty())
    throw Error(ExitCode::usage, option + std::string(": a sum stands alone: write all of it there, as in "
                                                      "--maximise \"accuracy - 0.02*latency\""));
  try {
    set_sum(objective, text, costs);
  } catch (const std::invalid_argument& error) {
    throw Error(ExitCode::usage, option + std::string(": the sum ") + error.what());
  }
}

}  // namespace

void set_objective(Objective& objective, const std::string& maximise, const std::string& minimise) {
  if (is_sum_text(maximise)) return set_sum_of(objective, "--maximise", maximise, minimise);
  if (is_sum_text(minimise)) return set_sum_of(objective, "--minimise", minimise, maximise);
  const std::vector<std::string> more = parts_of(maximise), less = parts_of(minimise);
  if (more.empty() && less.empty()) return;
  objective.form = Form::product;
  objective.accuracy = 0;
  objective.metric = PerMetric<double>();
  for (const std::string& word : more) {
    if (word != accuracy_name) refuse_name("--maximise", word, {accuracy_name});
    objective.accuracy = 1;
  }
  for (const std::string& word : less) {
    double& exponent = objective.metric[metric_named("--minimise", word, false)];
    if (exponent == 1) throw Error(ExitCode::usage, "--minimise: names " + word + " twice");
    exponent = 1;
  }
}

void add_bounds(Constraints& constraints, const std::string& text) {
  std::vector<std::string> bounded;
  for (const std::string& part : parts_of(text)) {
    const std::size_t sign = part.find_first_of("<>=");
    if (sign == std::string::npos || sign + 1 >= part.size() || part[sign] == '=' || part[sign + 1] != '=')
      refuse_bound(part, "is no bound");
    const std::string word = trimmed(part.substr(0, sign));
    const double bound = number_of(part, trimmed(part.substr(sign + 2)));
    const bool floor = part[sign] == '>';
    const bool of_accuracy = word == accuracy_name;
    const Metric metric = of_accuracy ? Metric{} : metric_named("--subject-to", word, true);
    const std::string quantity(of_accuracy ? accuracy_name : name(metric));
    if (std::ranges::find(bounded, quantity) != bounded.end())
      refuse_bound(part, "bounds " + quantity + " twice");
    bounded.push_back(quantity);
    if (of_accuracy) {
      if (!floor) refuse_bound(part, "bounds accuracy from above");
      constraints.accuracy_min = bound;
      continue;
    }
    if (floor) refuse_bound(part, "bounds a metric from below");
    constraints.metric_max[metric] = bound;
  }
}

void check_floor(const Objective& objective, const Constraints& constraints) {
  if (objective.training_free || !(constraints.accuracy_min >= 1)) return;
  char bound[40];
  std::snprintf(bound, sizeof bound, "%g", constraints.accuracy_min);
  refuse_bound("accuracy>=" + std::string(bound), "is met by none: an accuracy is below 1, 60 % is 0.6");
}

}  // namespace flash

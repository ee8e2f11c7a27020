#include "flash/search/question.hpp"

#include <algorithm>
#include <array>
#include <charconv>
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

std::string unknown(const std::string& word, const std::vector<std::string>& known) {
  std::string text = "'" + word + "' is not known here (allowed:";
  for (const std::string& each : known) text.append(each == known.front() ? " " : ", ").append(each);
  text.append(")");
  if (const std::string close = nearest(word, known); !close.empty())
    text.append("; did you mean ").append(close).append("?");
  return text;
}

std::vector<std::string> metric_names() {
  std::vector<std::string> names;
  for (const Metric m : all_metrics()) names.emplace_back(name(m));
  return names;
}

// Throws std::invalid_argument.
Metric metric_of(std::string word, bool with_accuracy = false) {
  std::replace(word.begin(), std::ranges::find(word, '@'), '-', '_');
  try {
    if (const auto metric = find_metric(word)) return *metric;
  } catch (const Error& error) {
    throw std::invalid_argument(error.what());
  }
  std::vector<std::string> known = metric_names();
  if (with_accuracy) known.insert(known.begin(), accuracy_name);
  throw std::invalid_argument(unknown(word, known));
}

// What `make` throws as std::invalid_argument, as a refusal of an option.
template <class Make>
auto of_option(const std::string& option, const Make& make) {
  try {
    return make();
  } catch (const std::invalid_argument& error) {
    throw Error(ExitCode::usage, option + ": " + error.what());
  }
}

[[noreturn]] void refuse_bound(const std::string& part, const std::string& what) {
  throw Error(ExitCode::usage, "--subject-to: '" + part + "' " + what +
                                   "; write accuracy>=0.6 or latency<=0.5, several joined by commas");
}

// "latency@pixel3", with what follows it from `end` on, of a job.
Metric device_metric(const std::string& part, std::size_t end) {
  const std::string word = trimmed(part.substr(0, end));
  std::optional<Metric> metric;
  try {
    metric = find_metric(word);
  } catch (const Error& error) {
    throw std::invalid_argument("holds '" + part + "': " + error.what());
  }
  if (!metric || device_of(*metric).empty())
    throw std::invalid_argument("holds '" + part +
                                "'; write latency@NAME, energy@NAME or area@NAME of a device");
  return *metric;
}

double positive(const std::string& part, const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !std::isfinite(value) || !(value > 0))
    throw std::invalid_argument("holds '" + part + "', without a positive number behind the sign");
  return value;
}

std::string number(double value) {
  std::array<char, 32> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

double number_of(const std::string& part, const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !std::isfinite(value))
    refuse_bound(part, "has no number after the sign");
  if (!(value > 0)) refuse_bound(part, "has a bound that is not positive");
  return value;
}

void set_sum_text(Objective& objective, const std::string& text, bool costs) {
  try {
    set_sum(objective, text, costs);
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(std::string("the sum ") + error.what());
  }
}

// A sum, which has both what is maximised and what is minimised.
void set_sum_of(Objective& objective, const char* option, const std::string& text, const std::string& other) {
  const bool costs = option == std::string("--minimise");
  if (!parts_of(other).empty())
    throw Error(ExitCode::usage, option + std::string(": a sum stands alone: write all of it there, as in "
                                                      "--maximise \"accuracy - 0.02*latency\""));
  of_option(option, [&] { set_sum_text(objective, text, costs); });
}

// Only what is named counts.
void set_product(Objective& objective) {
  objective.form = Form::product;
  objective.accuracy = 0;
  objective.metric = PerMetric<double>();
}

void set_minimised_metrics(Objective& objective, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    double& exponent = objective.metric[metric_of(word)];
    if (exponent == 1) throw std::invalid_argument("names " + word + " twice");
    exponent = 1;
  }
}

}  // namespace

void set_objective(Objective& objective, const std::string& maximise, const std::string& minimise) {
  if (is_sum_text(maximise)) return set_sum_of(objective, "--maximise", maximise, minimise);
  if (is_sum_text(minimise)) return set_sum_of(objective, "--minimise", minimise, maximise);
  const std::vector<std::string> more = parts_of(maximise), less = parts_of(minimise);
  if (more.empty() && less.empty()) return;
  set_product(objective);
  for (const std::string& word : more) {
    if (word != accuracy_name) throw Error(ExitCode::usage, "--maximise: " + unknown(word, {accuracy_name}));
    objective.accuracy = 1;
  }
  of_option("--minimise", [&] { set_minimised_metrics(objective, less); });
}

void set_minimised(Objective& objective, const std::string& text) {
  if (is_sum_text(text)) return set_sum_text(objective, text, /*costs=*/true);
  const std::vector<std::string> words = parts_of(text);
  if (words.empty()) return;
  set_product(objective);
  set_minimised_metrics(objective, words);
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
    const Metric metric =
        of_accuracy ? Metric{} : of_option("--subject-to", [&] { return metric_of(word, true); });
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

std::vector<Metric> metrics_of(const std::string& option, const std::string& list) {
  std::vector<Metric> metrics;
  for (const std::string& word : parts_of(list))
    metrics.push_back(of_option(option, [&] { return metric_of(word); }));
  return metrics;
}

void set_device_ceilings(Constraints& constraints, const std::vector<std::string>& list) {
  PerMetric<double> ceilings = Constraints{}.metric_max;
  for (const std::string& part : list) {
    const std::size_t sign = part.find("<=");
    if (sign == std::string::npos)
      throw std::invalid_argument("holds '" + part + "', which is no ceiling; write latency@NAME <= 5");
    double& ceiling = ceilings[device_metric(part, sign)];
    if (std::isfinite(ceiling)) throw std::invalid_argument("bounds '" + part + "' twice");
    ceiling = positive(part, trimmed(part.substr(sign + 2)));
  }
  for (const Metric m : all_metrics())
    if (!device_of(m).empty()) constraints.metric_max[m] = ceilings[m];
}

void set_device_exponents(Objective& objective, const std::vector<std::string>& list) {
  PerMetric<double> exponents;
  for (const std::string& part : list) {
    const std::size_t sign = std::min(part.find('^'), part.size());
    double& exponent = exponents[device_metric(part, sign)];
    if (exponent > 0) throw std::invalid_argument("names '" + part + "' twice");
    exponent = sign == part.size() ? 1 : positive(part, trimmed(part.substr(sign + 1)));
    if (exponent > 100) throw std::invalid_argument("holds '" + part + "', an exponent above 100");
  }
  for (const Metric m : all_metrics())
    if (!device_of(m).empty()) objective.metric[m] = exponents[m];
}

std::vector<std::string> device_ceilings(const Constraints& constraints) {
  std::vector<std::string> list;
  for (const Metric m : all_metrics())
    if (!device_of(m).empty() && std::isfinite(constraints.metric_max[m]))
      list.push_back(std::string(name(m)).append(" <= ").append(number(constraints.metric_max[m])));
  return list;
}

std::vector<std::string> device_exponents(const Objective& objective) {
  std::vector<std::string> list;
  for (const Metric m : all_metrics())
    if (!device_of(m).empty() && objective.metric[m] > 0) {
      list.emplace_back(name(m));
      if (objective.metric[m] != 1) list.back().append("^").append(number(objective.metric[m]));
    }
  return list;
}

void check_floor(const Objective& objective, const Constraints& constraints) {
  if (objective.training_free || !(constraints.accuracy_min >= 1)) return;
  char bound[40];
  std::snprintf(bound, sizeof bound, "%g", constraints.accuracy_min);
  refuse_bound("accuracy>=" + std::string(bound), "is met by none: an accuracy is below 1, 60 % is 0.6");
}

}  // namespace flash

// Helpers that write the entries of one section of the options registry.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "flash/job/options.hpp"
#include "job_paths.hpp"

namespace flash {

// What an empty job file gives; the registry reads its defaults here.
Job default_job();

// The way from a job to one of its fields: field(&Job::training, &TrainingSettings::epochs).
template <class... Members>
auto field(Members... members) {
  return [=](auto& job) -> auto& { return (job.*....*members); };
}

inline constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max();

struct IntegerRange {
  std::int64_t min = 0;
  std::int64_t max = unlimited;
  bool contains(const Json& value) const;
  std::string text() const;  // "1 .. 1000", ">= 1"
};

// min <= x <= max, or without the end where it is open.
struct NumberRange {
  double min = 0;
  double max = std::numeric_limits<double>::infinity();
  bool open_min = false;
  bool open_max = false;
  bool contains(const Json& value) const;
  std::string text() const;  // "0 < x <= 1", "x >= 0"
};
inline NumberRange at_least(double min) { return {.min = min}; }
inline NumberRange above(double min) { return {.min = min, .open_min = true}; }
inline NumberRange from_to(double min, double max) { return {.min = min, .max = max}; }

// Ranges that several sections share.
inline constexpr IntegerRange network_counts{
    4, 100'000};  // a fit has up to three coefficients and needs one more
inline constexpr IntegerRange held_out_counts{0, 100'000};
inline constexpr IntegerRange batch_sizes{1, 65'536};
inline constexpr IntegerRange thread_counts{1, 1'024};
inline constexpr const char* path_rules =
    "paths relative to the job file's folder; ${NAME} is the environment's";

// Each member adds one option and returns it for what few options need: a unit, an example. `at` is a
// field().
class SectionBuilder {
 public:
  SectionBuilder(std::vector<Option>& options, std::string section)
      : options_(options), section_(std::move(section)) {}

  template <class At>
  Option& boolean(std::string key, At at, std::string description) {
    Option& option = add(std::move(key), OptionType::boolean, "true | false", std::move(description));
    option.default_value = at(defaults_);
    option.valid = [](const Json&) { return true; };
    option.store = [at](Job& job, const Json& value) { at(job) = value.get<bool>(); };
    return option;
  }

  // The range must lie within the field's type.
  template <class At>
  Option& integer(std::string key, IntegerRange range, At at, std::string description) {
    Option& option = add(std::move(key), OptionType::integer, range.text(), std::move(description));
    option.default_value = at(defaults_);
    option.valid = [range](const Json& value) { return range.contains(value); };
    option.store = [at](Job& job, const Json& value) {
      using T = std::remove_reference_t<decltype(at(job))>;
      at(job) = static_cast<T>(value.get<std::int64_t>());
    };
    return option;
  }

  // A field that is infinite by default has null as its default.
  template <class At>
  Option& number(std::string key, NumberRange range, At at, std::string description) {
    Option& option = add(std::move(key), OptionType::number, range.text(), std::move(description));
    if (std::isfinite(at(defaults_))) option.default_value = at(defaults_);
    option.valid = [range](const Json& value) { return range.contains(value); };
    option.store = [at](Job& job, const Json& value) { at(job) = value.get<double>(); };
    return option;
  }

  // One of a few words, kept as a std::string.
  template <class At>
  Option& word(std::string key, std::vector<std::string> choices, At at, std::string description) {
    Option& option = add_choice(std::move(key), std::move(choices), std::move(description));
    option.default_value = at(defaults_);
    option.store = [at](Job& job, const Json& value) { at(job) = value.get<std::string>(); };
    return option;
  }

  // One of a few words, kept as an enumerator.
  template <class Enum, class At>
  Option& choice(std::string key, std::vector<std::pair<std::string, Enum>> words, At at,
                 std::string description) {
    std::vector<std::string> choices;
    for (const auto& [text, value] : words) choices.push_back(text);
    Option& option = add_choice(std::move(key), std::move(choices), std::move(description));
    for (const auto& [text, value] : words) {
      if (value == at(defaults_)) option.default_value = text;
    }
    option.store = [at, words = std::move(words)](Job& job, const Json& value) {
      for (const auto& [text, enumerator] : words) {
        if (text == value.get<std::string>()) at(job) = enumerator;
      }
    };
    return option;
  }

  template <class At>
  Option& integers(std::string key, IntegerRange range, At at, std::string description) {
    Option& option = add(std::move(key), OptionType::integer_list,
                         "each " + range.text() + "; a list, or a range such as \"5..23\" or \"5..23:2\"",
                         std::move(description));
    option.default_value = at(defaults_);
    option.valid = [range](const Json& list) {
      for (const Json& value : list) {
        if (!range.contains(value)) return false;
      }
      return !list.empty();
    };
    option.store = [at](Job& job, const Json& value) { at(job) = value.get<std::vector<int>>(); };
    return option;
  }

  // A text of a certain form.
  template <class At>
  Option& text(std::string key, std::string allowed, bool (*valid)(const Json&), At at,
               std::string description) {
    Option& option = add(std::move(key), OptionType::text, std::move(allowed), std::move(description));
    option.default_value = at(defaults_);
    option.valid = valid;
    option.store = [at](Job& job, const Json& value) { at(job) = value.get<std::string>(); };
    return option;
  }

  // One path; "" where there is none.
  template <class At>
  Option& path(std::string key, At at, std::string description) {
    Option& option = add(std::move(key), OptionType::text, path_rules, std::move(description));
    option.default_value = "";
    option.valid = [](const Json&) { return true; };
    option.store = [at](Job& job, const Json& value) {
      const auto text = value.get<std::string>();
      at(job) = text.empty() ? std::filesystem::path() : job_path(job, text);
    };
    return option;
  }

  // A device of LibTorch.
  template <class At>
  Option& device(std::string key, At at, std::string description) {
    return text(
        std::move(key), device_rule, [](const Json& value) { return is_device(value.get<std::string>()); },
        at, std::move(description));
  }

  // The bare entry, for what the above do not cover.
  Option& add(std::string key, OptionType type, std::string allowed, std::string description);
  Option& add_choice(std::string key, std::vector<std::string> choices, std::string description);

 private:
  std::vector<Option>& options_;
  std::string section_;
  const Job defaults_ = default_job();
};

// For an option that only replaces what something else gives: the default becomes an example.
Option& without_default(Option& option);

// The parts of the registry.
void add_job_options(std::vector<Option>& options);
void add_space_options(std::vector<Option>& options);
void add_data_options(std::vector<Option>& options);
void add_sample_options(std::vector<Option>& options);
void add_train_options(std::vector<Option>& options);
void add_predictor_options(std::vector<Option>& options);
void add_hardware_options(std::vector<Option>& options);
void add_objective_options(std::vector<Option>& options);
void add_constraints_options(std::vector<Option>& options);
void add_search_options(std::vector<Option>& options);
void add_sweep_options(std::vector<Option>& options);
void add_farm_options(std::vector<Option>& options);
void add_models_options(std::vector<Option>& options);

}  // namespace flash

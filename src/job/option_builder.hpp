// Helpers that write the entries of one section of the job's registry.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "flash/config/section_builder.hpp"
#include "flash/job/options.hpp"
#include "job_paths.hpp"

namespace flash {

// What an empty job file gives; the registry reads its defaults here.
Job default_job();

// Ranges that several sections share.
inline constexpr IntegerRange network_counts{
    4, 100'000};  // a fit has up to three coefficients and needs one more
inline constexpr IntegerRange held_out_counts{0, 100'000};
inline constexpr IntegerRange batch_sizes{1, 65'536};
inline constexpr IntegerRange thread_counts{1, 1'024};
inline constexpr const char* path_rules =
    "paths relative to the job file's folder; ${NAME} is the environment's";

class JobSection : public SectionBuilder<Job> {
 public:
  JobSection(std::vector<Option>& options, std::string section)
      : SectionBuilder<Job>(options, std::move(section), default_job()) {}

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
};

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

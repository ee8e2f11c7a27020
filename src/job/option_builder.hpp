// Helpers that write the entries of one section of the job's registry.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "flash/config/section_builder.hpp"
#include "flash/job/options.hpp"

namespace flash {

// What an empty job file gives; the registry reads its defaults here.
Job default_job();

// Ranges that several sections share.
inline constexpr IntegerRange network_counts{
    4, 100'000};  // a fit has up to three coefficients and needs one more
inline constexpr IntegerRange held_out_counts{0, 100'000};

class JobSection : public SectionBuilder<Job> {
 public:
  JobSection(std::vector<Option>& options, std::string section)
      : SectionBuilder<Job>(options, std::move(section), default_job()) {}
};

// The parts of the registry.
void add_job_options(std::vector<Option>& options);
void add_space_options(std::vector<Option>& options);
void add_data_options(std::vector<Option>& options);
void add_sample_options(std::vector<Option>& options);
void add_refine_options(std::vector<Option>& options);
void add_train_options(std::vector<Option>& options);
void add_predictor_options(std::vector<Option>& options);
void add_hardware_options(std::vector<Option>& options);
void add_proxy_options(std::vector<Option>& options);
void add_objective_options(std::vector<Option>& options);
void add_constraints_options(std::vector<Option>& options);
void add_search_options(std::vector<Option>& options);
void add_sweep_options(std::vector<Option>& options);
void add_confirm_options(std::vector<Option>& options);
void add_compress_options(std::vector<Option>& options);
void add_joint_options(std::vector<Option>& options);  // of [compress]
void add_farm_options(std::vector<Option>& options);
void add_models_options(std::vector<Option>& options);

}  // namespace flash

#include "flash/job/options.hpp"

#include "option_builder.hpp"

namespace flash {

const Registry<Job>& options() {
  static const Registry<Job> registry = [] {
    std::vector<Option> list;
    for (const auto add : {add_job_options, add_space_options, add_data_options, add_sample_options,
                           add_refine_options, add_train_options, add_predictor_options, add_hardware_options,
                           add_proxy_options, add_objective_options, add_constraints_options,
                           add_search_options, add_sweep_options, add_confirm_options, add_compress_options,
                           add_joint_options, add_farm_options, add_models_options}) {
      add(list);
    }
    return Registry<Job>(
        {.heading = "Keys of a job file (TOML) with their defaults. One text will do for a text list, a "
                    "range such as \"5..23\" or \"5..23:2\" (both ends included, step 2) for an integer "
                    "list.",
         .sample_heading =
             "# A job file of flash with every option at its default; delete what you do not change.\n"
             "# Lines such as \"# key = value\" show keys that are not set by default.\n",
         .key_names = KeyNames::of_section},
        {{"job", "The job as a whole."},
         {"space", "The networks that are searched. Without this section: flash-63b."},
         {"data", "The images that networks are trained on and tested with."},
         {"sample", "The networks that are trained for the accuracy predictor."},
         {"refine", "Networks that are trained because the models say that they promise much."},
         {"train", "How each of them is trained."},
         {"predictor", "The accuracy predictor."},
         {"hardware", "The target and the networks that are measured on it."},
         {"proxy", "Devices from which the target's latency is known with few measurements."},
         {"objective", "What is maximised."},
         {"constraints", "What the best network must meet. A key that is not there constrains nothing."},
         {"search", "The comparison of search methods."},
         {"sweep", "The evaluation of every configuration, which proves the optimum."},
         {"confirm", "What is trained and measured at the end, to see whether the answer holds."},
         {"compress", "Networks that are pruned and quantised into .fcn files."},
         {"farm", "The tasks on the ranks."},
         {"models", "Models that were fitted before."}},
        std::move(list));
  }();
  return registry;
}

}  // namespace flash

#include "flash/job/options.hpp"

#include "option_builder.hpp"

namespace flash {

std::string_view name(OptionType type) {
  switch (type) {
    case OptionType::boolean:
      return "boolean";
    case OptionType::integer:
      return "integer";
    case OptionType::number:
      return "number";
    case OptionType::text:
      return "text";
    case OptionType::text_list:
      return "text_list";
    case OptionType::integer_list:
      return "integer_list";
  }
  return "";
}

const std::vector<OptionSection>& option_sections() {
  static const std::vector<OptionSection> sections{
      {"job", "The job as a whole."},
      {"space", "The networks that are searched. Without this section: flash-63b."},
      {"data", "The images that networks are trained on and tested with."},
      {"sample", "The networks that are trained for the accuracy predictor."},
      {"train", "How each of them is trained."},
      {"predictor", "The accuracy predictor."},
      {"hardware", "The target and the networks that are measured on it."},
      {"objective", "What is maximised."},
      {"constraints", "What the best network must meet. A key that is not there constrains nothing."},
      {"search", "The comparison of search methods."},
      {"sweep", "The evaluation of every configuration, which proves the optimum."},
      {"farm", "The tasks on the ranks."},
      {"models", "Models that were fitted before."},
  };
  return sections;
}

const std::vector<Option>& options() {
  static const std::vector<Option> registry = [] {
    std::vector<Option> list;
    for (const auto add :
         {add_job_options, add_space_options, add_data_options, add_sample_options, add_train_options,
          add_predictor_options, add_hardware_options, add_objective_options, add_constraints_options,
          add_search_options, add_sweep_options, add_farm_options, add_models_options}) {
      add(list);
    }
    return list;
  }();
  return registry;
}

}  // namespace flash

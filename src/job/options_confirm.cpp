// [confirm]: what is trained and measured at the end.
#include "option_builder.hpp"

namespace flash {

void add_confirm_options(std::vector<Option>& options) {
  const auto at = [](auto member) { return field(&Job::confirm, member); };
  JobSection confirm(options, "confirm");
  confirm.integer(
      "networks", {0, 1'000}, at(&ConfirmSettings::networks),
      "Networks that are trained and measured at the end: the models' best of each constraint set, "
      "other methods' answers, rivals within the predictor's error, random ones as control; 0: none.");
  confirm.integer("seeds", {1, 100}, at(&ConfirmSettings::seeds),
                  "Trainings of each, from different seeds: what lies between them is noise.");
  confirm.integer("top", {0, 1'000}, at(&ConfirmSettings::top),
                  "Confirm the so many best by the models instead; 0: the mixed choice.");
  confirm.word("keep", {"none", "best", "all"}, at(&ConfirmSettings::keep),
               "Trained networks that are written to RUN/networks, to run and to train on: none, the best of "
               "those confirmed, or all.");
  confirm.texts("named", "ids, or networks such as \"wm=2 depth=9 tc=3,0,12\"", at(&ConfirmSettings::named),
                "Confirm these networks instead; an empty list: the mixed choice.");
}

}  // namespace flash

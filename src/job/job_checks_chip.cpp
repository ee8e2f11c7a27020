// Accuracies on the chip: what has none, and designs that they are not computed for.
#include "flash/core/error.hpp"
#include "job_checks.hpp"

namespace flash {
namespace {

class ChipChecks : KeyChecks {
 public:
  using KeyChecks::KeyChecks;

  void all() {
    if (job_.accuracy_on != "chip") return;
    if (!job_.hardware.setup().has_arithmetic())
      refuse("hardware.target is " + job_.hardware.target +
             ": only imc has a chip whose accuracy is modelled");
    else if (job_.accuracies.known())
      refuse("with train.table accuracies are those of the file; delete one of the two");
    else if (!job_.compress.networks.empty() || job_.joint.active())
      refuse("compressed networks are not computed on the chip; delete this key or [compress]");
    else if (job_.refine.halving)
      refuse("with refine.halving trainings end by ideal accuracies; delete one of the two");
  }

 private:
  void refuse(const std::string& why) { wrong("train", "accuracy_on", "is chip, but " + why); }
};

}  // namespace

void check_accuracy_on(const Job& job, const JobDocument& document, JobErrors& errors) {
  ChipChecks(job, document, errors).all();
}

void check_chip_accuracy(const Job& job) {
  const TrainingSettings settings = settings_of_training(job);
  if (!settings.chip) return;
  try {
    check_chip_arithmetic(*settings.chip);
  } catch (const Error& error) {
    throw Error(error.code(), job.path.string() + ": train.accuracy_on: " + error.what());
  }
}

TrainingSettings settings_of_training(const Job& job) {
  TrainingSettings settings = job.training;
  if (job.accuracy_on == "chip") settings.chip = job.hardware.setup().arithmetic();
  return settings;
}

std::string accuracy_words(const Job& job) {
  if (!job.hardware.setup().has_arithmetic() || job.objective.training_free || job.accuracies.known())
    return "";
  if (job.accuracy_on == "chip")
    return "accuracies are those on the chip, of its cells and converters [ours]; accuracy_ideal beside them "
           "is single precision's";
  return "accuracies are ideal, in single precision: what converters, noise and cells of the chip cost is not "
         "in them (train.accuracy_on = \"chip\")";
}

}  // namespace flash

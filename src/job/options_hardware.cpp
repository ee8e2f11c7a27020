// [hardware]: the target with its own keys, and the networks that are measured on it.
#include "option_builder.hpp"

namespace flash {
namespace {

// "What ...: this, that, or another."
std::string target_description() {
  std::string text = "What the networks are measured on: ";
  for (const Target* target : targets()) {
    if (target != targets().front()) text += target == targets().back() ? ", or " : ", ";
    text += target->description();
  }
  return text + ".";
}

}  // namespace

void add_hardware_options(std::vector<Option>& options) {
  using Settings = HardwareSettings;
  const auto at = [](auto member) { return field(&Job::hardware, member); };
  JobSection hardware(options, "hardware");
  std::vector<std::string> names;
  for (const Target* target : targets()) names.emplace_back(target->name());
  hardware.word("target", names, at(&Settings::target), target_description());
  hardware.text(
      "machine", "any text", [](const Json&) { return true; }, at(&Settings::machine),
      "What is measured, in words, such as \"Raspberry Pi 3B, OpenCV 4.6, 4 threads\": kept with the "
      "models.");
  hardware.integer("count", network_counts, at(&Settings::count),
                   "Networks measured to fit the hardware models.");
  hardware.integer("holdout", held_out_counts, at(&Settings::holdout),
                   "More networks, measured to test the fit.");
  hardware
      .number("max_mmacs", at_least(0), at(&Settings::max_mmacs),
              "Measure only networks of at most so many million multiply-accumulates an image; 0: any.")
      .unit = "MMAC";
  hardware.boolean(
      "remeasure", at(&Settings::remeasure),
      "Target host: measure networks again whose latency is far from what the others let expect; the "
      "smaller latency counts.");
  for (std::size_t i = 0; i < targets().size(); ++i)
    adopt(
        options, targets()[i]->options(), [i](auto& job) -> auto& { return job.hardware.targets[i]; });
}

}  // namespace flash

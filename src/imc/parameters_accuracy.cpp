// What makes networks less accurate on the chip than in single precision.
#include "parameter_section.hpp"

namespace flash {

void add_accuracy(std::vector<ImcParameter>& list) {
  ParameterSection accuracy(list, "accuracy");
  const auto at = [](auto member) { return field(&Design::accuracy, member); };
  accuracy.word(
      "adc_range", {"fitted", "whole"}, at(&Design::Accuracy::adc_range),
      "What an ADC's steps cover. whole: all that a column can sum. fitted: what training images lead "
      "to, with the least mean square error, of each crossbar and place of a cell in its weight; a "
      "digital gain and shifts then correct the mean.",
      "DNN+NeuroSim V1.3 quantises between the least and the largest sum that there are; the fit "
      "and the correction are ours");
  accuracy.boolean(
      "pairs", at(&Design::Accuracy::pairs),
      "Positive and negative weights lie in columns of their own, of one bit less, whose sums are "
      "subtracted: twice the columns, which energy, time and area do not count. false: weights "
      "are written with half of their range added, which is taken away in digital form.",
      from_isaac("biased weights"));
  accuracy.number("read_noise", "", 0, 1, at(&Design::Accuracy::read_noise),
                  "Standard deviation of a cell's current at each read, relative to that current; cells are "
                  "independent.",
                  assumption("none unless somebody has measured it; a few percent are usual of memristors"));
  accuracy.number(
      "write_noise", "", 0, 1, at(&Design::Accuracy::write_noise),
      "Standard deviation of a cell's conductance when it is written, relative to that of its level.",
      assumption("none: written and verified"));
  accuracy.number("stuck_off", "", 0, 1, at(&Design::Accuracy::stuck_off),
                  "Share of the cells that conduct nothing, whatever was written.", assumption("none"));
  accuracy.number("stuck_on", "", 0, 1, at(&Design::Accuracy::stuck_on),
                  "Share of the cells that conduct the most, whatever was written.", assumption("none"));
}

}  // namespace flash

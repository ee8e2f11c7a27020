// What a job says of a space of choices: operators with names, and stages of positions. Internal to the room.
#pragma once

#include <string>
#include <vector>

#include "flash/core/json.hpp"
#include "flash/network/operator.hpp"

namespace flash {

// "k3_e6: inverted k3 e6 g2"
struct ChoiceOperator {
  enum class Kind { inverted, convolution, average_pool, max_pool, skip, none };
  std::string name;
  Kind kind = Kind::skip;
  int kernel = 3;
  int expansion = 1;
  int groups = 1;        // of 1x1 convolutions of an inverted residual, or of a convolution
  bool expands = false;  // an inverted residual keeps its first 1x1 convolution at expansion 1 too
};

// "24 x4 s2 relu", "40 x2..4 s2 swish se", "16 x1 s1 = inverted k3 e1"
struct ChoiceStage {
  int channels = 0;
  int least = 1, most = 1;  // positions
  int stride = 1;           // of the first
  Operator::Kind activation = Operator::Kind::relu6;
  bool squeezes =
      false;  // squeeze-and-excitation in inverted residuals (Hu and others 2018), a quarter of the width
  bool fixed = false;  // one operator for all positions, which then are no choice
  ChoiceOperator only;
};

struct ChoiceSpec {
  std::vector<ChoiceOperator> operators;
  std::vector<ChoiceStage> stages;
};

// Throws Error bad_job, quoting the text that cannot be read.
ChoiceSpec read_choices(const std::vector<std::string>& operators, const std::vector<std::string>& stages);

}  // namespace flash

// What is maximised and what is demanded (FLASH.md section 7 [reconstructed]).
#pragma once

#include <limits>
#include <string>

#include "flash/core/json.hpp"
#include "flash/hardware/metric.hpp"

namespace flash {

// f = theta^accuracy / (L^latency * E^energy * A^area). Metrics without a model drop out. Exponents >= 0.
struct Objective {
  double accuracy = 1;
  PerMetric<double> metric{1.0};
  bool training_free = false;  // NN-Degree stands for theta
};

// theta >= accuracy_min, each metric <= its maximum; infinities mean no constraint. In a training-free search
// accuracy_min bounds NN-Degree.
struct Constraints {
  std::string name = "none";
  double accuracy_min = -std::numeric_limits<double>::infinity();
  PerMetric<double> metric_max{std::numeric_limits<double>::infinity()};
};

Json to_json(const Objective& objective);
Json to_json(const Constraints& constraints);  // infinities become null
Objective objective_from_json(const Json& json);
Constraints constraints_from_json(const Json& json);

}  // namespace flash

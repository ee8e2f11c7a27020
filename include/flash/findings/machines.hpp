// On which machines a run has measured.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "flash/findings/fit.hpp"

namespace flash {

struct MeasuringMachine {
  Machine machine;
  std::set<std::string> hosts;  // more than one where they are alike
  std::size_t networks = 0;     // measured there
};
// Of the networks whose results say it, in an order of the machines' own.
std::vector<MeasuringMachine> measuring_machines(const std::vector<MeasuredSample>& samples);

// What is to be said of measurements by the processors that they come from; "" where these are alike.
std::string mixed_processors(const std::map<std::string, std::size_t>& networks);
std::string mixed_processors(const std::vector<MeasuringMachine>& machines);

}  // namespace flash

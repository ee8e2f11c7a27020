#include "flash/findings/machines.hpp"

namespace flash {

std::vector<MeasuringMachine> measuring_machines(const std::vector<MeasuredSample>& samples) {
  std::map<Machine, MeasuringMachine> machines;
  for (const MeasuredSample& sample : samples) {
    if (!sample.good || !sample.result.machine) continue;
    MeasuringMachine& there = machines[*sample.result.machine];
    there.machine = *sample.result.machine;
    there.hosts.insert(sample.outcome->host);
    ++there.networks;
  }
  std::vector<MeasuringMachine> list;
  for (auto& [machine, there] : machines) list.push_back(std::move(there));
  return list;
}

std::string mixed_processors(const std::map<std::string, std::size_t>& networks) {
  if (networks.size() < 2) return "";
  std::string list;
  for (const auto& [processor, count] : networks)
    list.append(list.empty() ? "" : ", ")
        .append(processor)
        .append(" (")
        .append(std::to_string(count))
        .append(")");
  return "the networks were measured on different processors: " + list +
         ": the models are of none of them; measure on one kind, in a new run";
}

std::string mixed_processors(const std::vector<MeasuringMachine>& machines) {
  std::map<std::string, std::size_t> networks;
  for (const MeasuringMachine& there : machines) networks[there.machine.processor] += there.networks;
  return mixed_processors(networks);
}

}  // namespace flash

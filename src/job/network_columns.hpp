// The columns that every network of a stage has: which one it is and how its task fared.
#pragma once

#include "flash/findings/fit.hpp"
#include "flash/findings/plan.hpp"
#include "flash/space/network_text.hpp"
#include "table_builder.hpp"

namespace flash {

// A network's values of one name, joined by commas: "3,0,12". "" where its family has no such axis.
inline std::string values_text(const Space& space, const Point& point, const char* name) {
  const Json network = network_json(space, point);
  const auto found = network.find(name);
  if (found == network.end()) return "";
  const auto text = [](const Json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
  };
  if (!found->is_array()) return text(*found);
  std::string joined;
  for (const Json& value : *found) joined.append(joined.empty() ? "" : ",").append(text(value));
  return joined;
}

// A network that is known by its features alone has width multiplier 0 and no depths and skips.
template <typename Sample>
void network_columns(TableBuilder<Sample>& table, const Job& job, const Space& space, const char* stage) {
  const auto ran = [](const Sample& s) -> const StageOutcome& {
    static const StageOutcome missing = [] {
      StageOutcome outcome;
      outcome.attempt = 0;
      outcome.rank = -1;
      outcome.t_start = outcome.t_end = absent;
      return outcome;
    }();
    return s.outcome != nullptr ? *s.outcome : missing;
  };
  table.column("id", "1", "id of the configuration in the space", [](const Sample& s) { return s.id; })
      .column("wm", "1", "width multiplier",
              [&](const Sample& s) {
                return s.point ? std::atoi(values_text(space, *s.point, "wm").c_str()) : 0;
              })
      .column("depths", "", "layers of each cell",
              [&](const Sample& s) { return s.point ? values_text(space, *s.point, "depth") : ""; })
      .column("skips", "", "skip setting tc of each cell",
              [&](const Sample& s) { return s.point ? values_text(space, *s.point, "tc") : ""; })
      .column("role", "", "fit or holdout",
              [](const Sample& s) { return std::string(s.holdout ? "holdout" : "fit"); })
      .column("state", "", "done, failed or missing",
              [](const Sample& s) {
                return std::string(s.outcome == nullptr ? "missing" : s.good ? "done" : "failed");
              })
      .column("attempt", "1", "tries of the task", [=](const Sample& s) { return ran(s).attempt; })
      .column("rank", "1", "MPI rank that ran it", [=](const Sample& s) { return ran(s).rank; })
      .column("host", "", "host that ran it", [=](const Sample& s) { return ran(s).host; })
      .column("t_start", "s", "start, Unix time", [=](const Sample& s) { return ran(s).t_start; })
      .column("t_end", "s", "end, Unix time", [=](const Sample& s) { return ran(s).t_end; })
      .column("seed", "1", "seed of the task",
              [&](const Sample& s) { return network_seed(job, stage, s.id); })
      .column("error", "", "why it failed", [](const Sample& s) { return s.failure; });
}

}  // namespace flash

// The columns that every network of a stage has: which one it is and how its task fared.
#pragma once

#include <type_traits>
#include <utility>

#include "flash/findings/plan.hpp"
#include "flash/space/network_text.hpp"
#include "flash/tables/archive_tables.hpp"

namespace flash {

// Which network of the space a row is, by its id and in words. `id` leads from a row to the id.
template <typename Row, typename Id>
void network_column(TableOf<Row>& table, const char* id_name, const char* id_meaning, const Id& id) {
  table.column(id_name, "1", id_meaning, id)
      .column("network", "", "the same network in words: wm=2 depth=9 tc=3,0,12",
              [=](const Row& r, const TableSource& s) { return network_text(s.space, s.space.point(id(r))); })
      .since("2.0");
}
template <typename Row, typename Id>
void network_column(TableOf<Row>& table, const Id& id) {
  network_column(table, "id", "id of the configuration in the space", id);
}

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

// How a network fared: "done", "failed", "missing"; a training that was not worth its end has "ended".
template <typename Sample>
const char* state_of(const Sample& sample) {
  if (sample.outcome == nullptr) return "missing";
  if constexpr (std::is_same_v<Sample, TrainedSample>)
    if (sample.result.ended_early) return "ended";
  return sample.good ? "done" : "failed";
}

// A network that is known by its features alone has width multiplier 0 and no depths, skips and words. `stage`:
// whose seeds they have.
template <typename Sample>
void network_columns(TableOf<Sample>& table, const char* stage,
                     std::vector<std::string> states = {"done", "failed", "missing"}) {
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
  const auto values = [](const char* name) {
    return [name](const Sample& s, const TableSource& source) {
      return s.point ? values_text(source.space, *s.point, name) : "";
    };
  };
  table.column("id", "1", "id of the configuration in the space", [](const Sample& s) { return s.id; })
      .column("network", "", "the same network in words: wm=2 depth=9 tc=3,0,12",
              [](const Sample& s, const TableSource& source) {
                return s.point ? network_text(source.space, *s.point) : "";
              })
      .since("2.0")
      .column("wm", "1", "width multiplier",
              [=](const Sample& s, const TableSource& source) {
                return std::atoi(values("wm")(s, source).c_str());
              })
      .column("depths", "", "layers of each cell: 5 where all are equal, else 5,6,7", values("depth"))
      .column("skips", "", "skip setting tc of each cell: 3,0,12", values("tc"))
      .column("role", "", "what it is for", [](const Sample& s) { return s.holdout ? "holdout" : "fit"; })
      .choices({"fit", "holdout"})
      .column("state", "", "missing where the run has not come to it", state_of<Sample>)
      .choices(std::move(states))
      .column("attempt", "1", "tries of the task, a lost rank or child included; 0: none yet",
              [=](const Sample& s) { return ran(s).attempt; })
      .column("rank", "1", "MPI rank that ran it", [=](const Sample& s) { return ran(s).rank; })
      .column("host", "", "host that ran it", [=](const Sample& s) { return ran(s).host; })
      .column("t_start", "s", "start, Unix time", [=](const Sample& s) { return ran(s).t_start; })
      .column("t_end", "s", "end, Unix time", [=](const Sample& s) { return ran(s).t_end; })
      .column(
          "seed", "1", "seed of the task",
          [=](const Sample& s, const TableSource& source) { return network_seed(source.job, stage, s.id); })
      .column("error", "", "why it failed; empty where it did not",
              [](const Sample& s) { return s.failure; });
}

}  // namespace flash

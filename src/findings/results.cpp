#include "flash/findings/results.hpp"

#include <sstream>
#include <unordered_map>
#include <utility>

#include "flash/core/error.hpp"
#include "flash/core/parse_json.hpp"

namespace flash {
namespace {

// Journal record types.
constexpr std::uint32_t outcome_record = 1;
constexpr std::uint32_t event_record = 2;

}  // namespace

Json task_json(TaskId id) { return id >> 64 == 0 ? Json(static_cast<std::uint64_t>(id)) : Json(id_text(id)); }

const Results::Stage& Results::stage(const std::string& name) const {
  static const Stage empty;
  const auto found = stages_.find(name);
  return found == stages_.end() ? empty : found->second;
}

std::size_t Results::size() const {
  std::size_t count = 0;
  for (const auto& [name, stage] : stages_) count += stage.size();
  return count;
}

void Results::supersede(const std::string& stage, Stage::node_type outcome) {
  superseded_.push_back({stage, outcome.key(), std::move(outcome.mapped())});
}

void Results::add(const std::string& stage, TaskId id, StageOutcome outcome) {
  Stage& outcomes = stages_[stage];
  const auto there = outcomes.find(id);
  if (there != outcomes.end() && there->second.inputs != outcome.inputs)
    supersede(stage, outcomes.extract(there));
  outcomes.insert_or_assign(id, std::move(outcome));
}

void Results::add(Event event) {
  if (event.kind == "begin") begin_silent(event.text);
  events_.push_back(std::move(event));
}

// Earlier versions' outcomes do not say their inputs: a stage's event "begin" does, as "STAGE DIGEST", and
// with another digest than before all that the stage held no longer counts.
void Results::begin_silent(const std::string& text) {
  std::istringstream words(text);
  std::string stage, digest;
  words >> stage >> digest;
  const auto [known, first] = silent_digests_.try_emplace(stage, digest);
  if (first || known->second == digest) return;
  known->second = std::move(digest);
  Stage& outcomes = stages_[stage];
  while (!outcomes.empty()) supersede(stage, outcomes.extract(outcomes.begin()));
}

Results::Selection Results::select(const std::string& stage, std::span<const StageTask> tasks,
                                   bool trust_silent) {
  Stage& outcomes = stages_[stage];
  std::map<TaskId, const StageTask*> wanted;
  for (const StageTask& task : tasks) wanted.emplace(task.id, &task);
  const std::size_t superseded_before = superseded_.size();
  for (auto it = outcomes.begin(); it != outcomes.end();) {
    const auto current = it++;
    const auto task = wanted.find(current->first);
    std::string& inputs = current->second.inputs;
    if (task != wanted.end() && inputs.empty() && trust_silent) inputs = task->second->inputs;
    if (task == wanted.end() || inputs != task->second->inputs) supersede(stage, outcomes.extract(current));
  }
  // What was made before from the inputs of today, perhaps under another number.
  std::unordered_map<std::string, std::size_t> known;
  for (std::size_t i = 0; i < superseded_.size(); ++i) {
    const StageOutcome& outcome = superseded_[i].outcome;
    if (superseded_[i].stage != stage || outcome.inputs.empty()) continue;
    if (outcome.ok || !known.contains(outcome.inputs)) known[outcome.inputs] = i;
  }
  std::vector<bool> back(superseded_.size(), false);
  for (const StageTask& task : tasks) {
    const auto made = known.find(task.inputs);
    if (made == known.end() || outcomes.contains(task.id)) continue;
    outcomes.emplace(task.id, std::move(superseded_[made->second].outcome));
    back[made->second] = true;
    known.erase(made);
  }
  Selection selection;
  selection.held = outcomes.size();
  for (std::size_t i = superseded_before; i < superseded_.size(); ++i) {
    const TaskId id = superseded_[i].id;
    if (!back[i]) ++(wanted.contains(id) && !outcomes.contains(id) ? selection.remade : selection.dropped);
  }
  std::size_t index = 0;
  std::erase_if(superseded_, [&](const Superseded&) { return back[index++]; });
  return selection;
}

Results::Stage Results::take(const std::string& name) {
  const auto found = stages_.find(name);
  return found == stages_.end() ? Stage() : std::exchange(found->second, {});
}

Record Results::encode(const std::string& stage, TaskId id, const StageOutcome& outcome) {
  Json json{{"stage", stage},
            {"id", task_json(id)},
            {"ok", outcome.ok},
            {"attempt", outcome.attempt},
            {"rank", outcome.rank},
            {"host", outcome.host},
            {"t_start", outcome.t_start},
            {"t_end", outcome.t_end}};
  if (!outcome.inputs.empty()) json["inputs"] = outcome.inputs;
  if (outcome.ok || !outcome.output.is_null()) json["output"] = outcome.output;
  if (!outcome.ok) json["error"] = outcome.error;
  return {outcome_record, json.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

Record Results::encode(const Event& event) {
  const Json json{{"time", event.time}, {"kind", event.kind}, {"text", event.text}};
  return {event_record, json.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

void Results::replay(const Record& record) {
  try {
    const Json json = parse_json(record.payload);
    if (record.type == event_record) {
      add({json.at("time").get<double>(), json.at("kind").get<std::string>(),
           json.at("text").get<std::string>()});
      return;
    }
    if (record.type != outcome_record)
      throw std::runtime_error("unknown type " + std::to_string(record.type));
    StageOutcome outcome;
    outcome.ok = json.at("ok").get<bool>();
    outcome.attempt = json.at("attempt").get<int>();
    outcome.rank = json.at("rank").get<int>();
    outcome.host = json.at("host").get<std::string>();
    outcome.t_start = json.at("t_start").get<double>();
    outcome.t_end = json.at("t_end").get<double>();
    if (json.contains("inputs")) outcome.inputs = json.at("inputs").get<std::string>();
    if (outcome.ok || json.contains("output")) outcome.output = json.at("output");
    if (!outcome.ok) outcome.error = json.at("error").get<std::string>();
    add(json.at("stage").get<std::string>(), id_from_json(json.at("id")), std::move(outcome));
  } catch (const std::exception& error) {
    throw Error(ExitCode::bad_data,
                std::string("the journal holds a record that this version cannot read: ") + error.what());
  }
}

}  // namespace flash

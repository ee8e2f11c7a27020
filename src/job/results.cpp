#include "flash/job/results.hpp"

#include <sstream>
#include <utility>

#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/core/parse_json.hpp"

namespace flash {
namespace {

// Journal record types.
constexpr std::uint32_t outcome_record = 1;
constexpr std::uint32_t event_record = 2;

constexpr const char* begin_kind = "begin";  // text: stage and digest

}  // namespace

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

void Results::add(const std::string& stage, std::uint64_t id, StageOutcome outcome) {
  stages_[stage].insert_or_assign(id, std::move(outcome));
}

void Results::add(Event event) {
  if (event.kind == begin_kind) {
    std::istringstream words(event.text);
    std::string stage, digest;
    words >> stage >> digest;
    const auto [known, first] = digests_.try_emplace(stage, digest);
    if (!first && known->second != digest) {
      stages_.erase(stage);
      known->second = std::move(digest);
    }
  }
  events_.push_back(std::move(event));
}

std::optional<Event> Results::beginning(const std::string& stage, const std::string& digest) const {
  const auto known = digests_.find(stage);
  if (known != digests_.end() && known->second == digest) return std::nullopt;
  return Event{unix_time(), begin_kind, stage + " " + digest};
}

Results::Stage Results::take(const std::string& name) {
  const auto found = stages_.find(name);
  return found == stages_.end() ? Stage() : std::exchange(found->second, {});
}

Record Results::encode(const std::string& stage, std::uint64_t id, const StageOutcome& outcome) {
  Json json{{"stage", stage},
            {"id", id},
            {"ok", outcome.ok},
            {"attempt", outcome.attempt},
            {"rank", outcome.rank},
            {"host", outcome.host},
            {"t_start", outcome.t_start},
            {"t_end", outcome.t_end}};
  if (outcome.ok) {
    json["output"] = outcome.output;
  } else {
    json["error"] = outcome.error;
  }
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
    if (outcome.ok) {
      outcome.output = json.at("output");
    } else {
      outcome.error = json.at("error").get<std::string>();
    }
    add(json.at("stage").get<std::string>(), json.at("id").get<std::uint64_t>(), std::move(outcome));
  } catch (const std::exception& error) {
    throw Error(ExitCode::bad_data,
                std::string("the journal holds a record that this version cannot read: ") + error.what());
  }
}

}  // namespace flash

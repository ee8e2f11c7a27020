#include "flash/job/status.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace flash {
namespace {

constexpr double mib = 1024.0 * 1024.0;
constexpr double noted_silence_s = 20;  // signs of life come every 10 s

template <typename Value>
void read(const Json& json, const char* key, Value& value) {
  if (json.contains(key) && !json[key].is_null()) json[key].get_to(value);
}

Json to_json(const RankStatus& rank) {
  return {{"host", rank.host}, {"silent_s", rank.silent_s}, {"memory_mib", rank.memory_mib},
          {"done", rank.done}, {"failed", rank.failed},     {"busy", rank.busy}};
}

std::string line(const char* format, auto... values) {
  char text[200];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

}  // namespace

Json to_json(const Status& status) {
  Json ranks = Json::array();
  for (const RankStatus& rank : status.ranks) ranks.push_back(to_json(rank));
  return {{"state", status.state},
          {"stage", status.stage},
          {"tasks", status.tasks},
          {"waiting", status.waiting},
          {"running", status.running},
          {"done", status.done},
          {"failed", status.failed},
          {"rate_per_s", status.rate_per_s},
          {"seconds_left", number_or_null(status.seconds_left)},
          {"time", status.time},
          {"ranks", ranks}};
}

Status status_from_json(const Json& json) {
  Status status;
  status.seconds_left = std::numeric_limits<double>::quiet_NaN();
  read(json, "state", status.state);
  read(json, "stage", status.stage);
  read(json, "tasks", status.tasks);
  read(json, "waiting", status.waiting);
  read(json, "running", status.running);
  read(json, "done", status.done);
  read(json, "failed", status.failed);
  read(json, "rate_per_s", status.rate_per_s);
  read(json, "seconds_left", status.seconds_left);
  read(json, "time", status.time);
  if (json.contains("ranks")) {
    for (const Json& entry : json["ranks"]) {
      RankStatus& rank = status.ranks.emplace_back();
      read(entry, "host", rank.host);
      read(entry, "silent_s", rank.silent_s);
      read(entry, "memory_mib", rank.memory_mib);
      read(entry, "done", rank.done);
      read(entry, "failed", rank.failed);
      read(entry, "busy", rank.busy);
    }
  }
  return status;
}

std::string status_text(const Status& status) {
  if (status.stage.empty()) return "";
  std::string text = line("  %s: %zu of %zu done", status.stage.c_str(), status.done, status.tasks);
  if (status.failed > 0) text += line(", %zu failed", status.failed);
  text +=
      line(", %zu running, %zu waiting, %.3g per second", status.running, status.waiting, status.rate_per_s);
  if (std::isfinite(status.seconds_left)) text += line(", about %.0f s left", status.seconds_left);
  text += "\n";
  for (std::size_t r = 0; r < status.ranks.size(); ++r) {
    const RankStatus& rank = status.ranks[r];
    text += line("  rank %zu", r) + " on " + rank.host +
            line(": %zu done, %.0f %% busy, %llu MiB", rank.done, 100 * rank.busy,
                 static_cast<unsigned long long>(rank.memory_mib));
    if (rank.failed > 0) text += line(", %zu failed", rank.failed);
    if (rank.silent_s > noted_silence_s) text += line(", silent for %.0f s", rank.silent_s);
    text += "\n";
  }
  return text;
}

StageStatus::StageStatus(std::string stage, std::size_t tasks, std::size_t done)
    : stage_(std::move(stage)), tasks_(tasks), done_before_(done) {}

void StageStatus::add(const Outcome& outcome) {
  const auto rank = static_cast<std::size_t>(outcome.rank);
  if (work_.size() <= rank) work_.resize(rank + 1);
  ++(outcome.ok ? work_[rank].done : work_[rank].failed);
  work_[rank].seconds += std::max(outcome.t_end - outcome.t_start, 0.0);
}

Status StageStatus::now(const std::string& state, std::size_t running, double seconds_left,
                        const std::vector<SignOfLife>& signs) const {
  Status status;
  status.state = state;
  status.stage = stage_;
  status.tasks = tasks_;
  status.running = running;
  status.seconds_left = seconds_left;
  status.time = unix_time();
  const double seconds = std::max(watch_.seconds(), 1e-3);
  for (std::size_t r = 0; r < signs.size(); ++r) {
    const Work work = r < work_.size() ? work_[r] : Work();
    const auto memory = static_cast<std::uint64_t>(static_cast<double>(signs[r].resident_bytes) / mib + 0.5);
    status.ranks.push_back({signs[r].host, signs[r].silent_s, memory, work.done, work.failed,
                            std::min(work.seconds / seconds, 1.0)});
    status.done += work.done;
    status.failed += work.failed;
  }
  status.rate_per_s = static_cast<double>(status.done + status.failed) / seconds;
  status.done += done_before_;
  const std::size_t begun = status.done + status.failed + running;
  status.waiting = tasks_ > begun ? tasks_ - begun : 0;
  return status;
}

}  // namespace flash

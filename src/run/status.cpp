#include "flash/run/status.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <type_traits>

namespace flash {
namespace {

constexpr double mib = 1024.0 * 1024.0;
constexpr double noted_silence_s = 20;  // signs of life come every 10 s

// The names that figures have in the file, for both who writes and who reads it. `rank` and `status` are
// const to the former.
void each_figure_of_rank(auto& rank, auto visit) {
  visit("host", rank.host);
  visit("silent_s", rank.silent_s);
  visit("memory_mib", rank.memory_mib);
  visit("done", rank.done);
  visit("failed", rank.failed);
  visit("busy", rank.busy);
}

void each_figure(auto& status, auto visit) {
  visit("state", status.state);
  visit("stage", status.stage);
  visit("tasks", status.tasks);
  visit("waiting", status.waiting);
  visit("running", status.running);
  visit("done", status.done);
  visit("failed", status.failed);
  visit("rate_per_s", status.rate_per_s);
  visit("seconds_left", status.seconds_left);
  visit("time", status.time);
  visit("inputs", status.inputs);
  visit("stages", status.stages);
}

// Puts figures into a JSON object; null for NaN.
auto into(Json& json) {
  return [&json](const char* name, const auto& value) {
    if constexpr (std::is_same_v<decltype(value), const double&>) {
      json[name] = number_or_null(value);
    } else {
      json[name] = value;
    }
  };
}

// Takes figures out of a JSON object; what is missing or null stays as it is.
auto out_of(const Json& json) {
  return [&json](const char* name, auto& value) {
    if (json.contains(name) && !json[name].is_null()) json[name].get_to(value);
  };
}

std::string line(const char* format, auto... values) {
  char text[200];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

}  // namespace

Json to_json(const Status& status) {
  Json json = Json::object();
  each_figure(status, into(json));
  json["ranks"] = Json::array();
  for (const RankStatus& rank : status.ranks) each_figure_of_rank(rank, into(json["ranks"].emplace_back()));
  return json;
}

Status status_from_json(const Json& json) {
  Status status;
  status.seconds_left = std::numeric_limits<double>::quiet_NaN();
  each_figure(status, out_of(json));
  if (!json.contains("ranks")) return status;
  for (const Json& rank : json["ranks"]) each_figure_of_rank(status.ranks.emplace_back(), out_of(rank));
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

StageStatus::StageStatus(std::string stage, std::size_t tasks, std::size_t done, std::size_t failed)
    : stage_(std::move(stage)), tasks_(tasks), done_before_(done), failed_before_(failed) {}

void StageStatus::add(const Outcome& outcome, bool ok) {
  const auto rank = static_cast<std::size_t>(outcome.rank);
  if (work_.size() <= rank) work_.resize(rank + 1);
  ++(ok ? work_[rank].done : work_[rank].failed);
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
  status.failed += failed_before_;
  const std::size_t begun = status.done + status.failed + running;
  status.waiting = tasks_ > begun ? tasks_ - begun : 0;
  return status;
}

}  // namespace flash

#include "flash/run/stop.hpp"

#include <unistd.h>

#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"

namespace flash {
namespace {

// Slurm's end time is a hard one: this long is kept for the archive.
constexpr double slurm_margin_seconds = 60;
constexpr double look_seconds = 0.2;
constexpr double short_grace_seconds = 0.2;
constexpr double long_grace_seconds = 15;  // exit 75 is promised within 25 s

std::atomic<int> caught_signal{0};
static_assert(std::atomic<int>::is_always_lock_free);

extern "C" void on_stop_signal(int signal) {
  if (caught_signal.exchange(signal) != 0) _exit(static_cast<int>(ExitCode::stopped));
}

void handle_stop_signals(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  for (const int signal : {SIGTERM, SIGINT, SIGUSR1}) sigaction(signal, &action, nullptr);
}

}  // namespace

void install_stop_signals() { handle_stop_signals(on_stop_signal); }
void ignore_stop_signals() { handle_stop_signals(SIG_IGN); }

StopCondition stop_on_signal() {
  return []() -> std::optional<std::string> {
    const int signal = caught_signal.load();
    if (signal == 0) return std::nullopt;
    return "signal " + std::to_string(signal) + " (" + strsignal(signal) + ")";
  };
}

StopCondition stop_on_file(const std::filesystem::path& path) {
  return [path, look = std::optional<Stopwatch>(), seen = false]() mutable -> std::optional<std::string> {
    if (!seen && (!look || look->seconds() > look_seconds)) {
      look.emplace();
      std::error_code ignored;
      seen = std::filesystem::exists(path, ignored);
    }
    return seen ? std::optional<std::string>("STOP file") : std::nullopt;
  };
}

StopCondition stop_after_seconds(double seconds) {
  return [seconds, watch = Stopwatch()]() -> std::optional<std::string> {
    return watch.seconds() >= seconds ? std::optional<std::string>("deadline") : std::nullopt;
  };
}

StopCondition stop_before_slurm_does() {
  const char* text = std::getenv("SLURM_JOB_END_TIME");
  double end = 0;  // Unix time
  if (text != nullptr) std::from_chars(text, text + std::strlen(text), end);
  if (!(end > 0)) return any_of({});
  return [seconds = end - unix_time() - slurm_margin_seconds,
          watch = Stopwatch()]() -> std::optional<std::string> {
    return watch.seconds() >= seconds ? std::optional<std::string>("end of the Slurm job's time")
                                      : std::nullopt;
  };
}

StopCondition stop_after_tasks(std::size_t tasks, const std::size_t& done) {
  return [tasks, &done]() -> std::optional<std::string> {
    if (done < tasks) return std::nullopt;
    return "budget of " + std::to_string(tasks) + " tasks";
  };
}

StopCondition any_of(std::vector<StopCondition> conditions) {
  return [conditions = std::move(conditions)]() -> std::optional<std::string> {
    for (const StopCondition& condition : conditions)
      if (auto reason = condition()) return reason;
    return std::nullopt;
  };
}

double stop_grace_seconds() {
  const int signal = caught_signal.load();
  return signal == SIGTERM || signal == SIGINT ? short_grace_seconds : long_grace_seconds;
}

}  // namespace flash

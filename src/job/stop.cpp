#include "flash/job/stop.hpp"

#include <unistd.h>

#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>

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

double slurm_end_time() {
  const char* text = std::getenv("SLURM_JOB_END_TIME");
  double value = 0;
  if (text != nullptr) std::from_chars(text, text + std::strlen(text), value);
  return value;
}

}  // namespace

void install_stop_signals() { handle_stop_signals(on_stop_signal); }
void ignore_stop_signals() { handle_stop_signals(SIG_IGN); }

StopCondition::StopCondition(double deadline_seconds, std::filesystem::path stop_file)
    : stop_file_(std::move(stop_file)) {
  if (deadline_seconds > 0) deadline_unix_ = unix_time() + deadline_seconds;
  if (const double end = slurm_end_time(); end > 0) {
    const double latest = end - slurm_margin_seconds;
    deadline_unix_ = deadline_unix_ > 0 ? std::min(deadline_unix_, latest) : latest;
  }
}

std::optional<std::string> StopCondition::reason() const {
  if (const int signal = caught_signal.load()) {
    return "signal " + std::to_string(signal) + " (" + strsignal(signal) + ")";
  }
  if (deadline_unix_ > 0 && unix_time() >= deadline_unix_) return "deadline";
  if (!stop_file_.empty() && !file_seen_ && since_look_.seconds() > look_seconds) {
    since_look_ = Stopwatch();
    std::error_code ignored;
    file_seen_ = std::filesystem::exists(stop_file_, ignored);
  }
  if (file_seen_) return "STOP file";
  return std::nullopt;
}

double StopCondition::grace_seconds() const {
  const int signal = caught_signal.load();
  return signal == SIGTERM || signal == SIGINT ? short_grace_seconds : long_grace_seconds;
}

void StopCondition::clear_stop_file() const {
  std::error_code ignored;
  if (!stop_file_.empty()) std::filesystem::remove(stop_file_, ignored);
}

}  // namespace flash

#include "flash/run/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "flash/log/log.hpp"

namespace flash {
namespace {

constexpr double bar_seconds = 0.2;  // between two drawings on a terminal
constexpr double line_seconds = 30;  // between two lines in a log, or
constexpr double line_share = 0.05;  // of the tasks
constexpr double least_line_seconds = 2;

std::string duration_text(double seconds) {
  if (!std::isfinite(seconds)) return "?";
  const auto s = static_cast<long>(std::lround(seconds));
  if (s < 60) return std::to_string(s) + " s";
  if (s < 3600) return std::to_string(s / 60) + " min " + std::to_string(s % 60) + " s";
  return std::to_string(s / 3600) + " h " + std::to_string(s % 3600 / 60) + " min";
}

}  // namespace

Progress::Progress(std::string stage, std::size_t tasks, double cost, bool quiet)
    : stage_(std::move(stage)),
      tasks_(tasks),
      cost_(cost),
      quiet_(quiet),
      terminal_(isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() {
  if (!quiet_ && drawn_) draw(true);
}

void Progress::done(double cost) {
  ++done_;
  cost_done_ += cost;
  tick();
}

void Progress::failed(double cost) {
  ++failed_;
  cost_done_ += cost;
  tick();
}

double Progress::seconds_left() const {
  if (cost_done_ <= 0) return std::numeric_limits<double>::quiet_NaN();
  return watch_.seconds() * std::max(0.0, cost_ - cost_done_) / cost_done_;
}

void Progress::tick() {
  if (quiet_ || tasks_ == 0) return;
  const double since = watch_.seconds() - last_seconds_;
  const std::size_t finished = done_ + failed_;
  const auto share = static_cast<double>(finished - last_done_) / static_cast<double>(tasks_);
  const bool due = terminal_ ? since >= bar_seconds
                             : since >= line_seconds || (share >= line_share && since >= least_line_seconds);
  if (due) draw(false);
}

std::string Progress::text() const {
  std::string line = stage_ + ": " + std::to_string(done_ + failed_) + " of " + std::to_string(tasks_);
  if (failed_ > 0) line += " (" + std::to_string(failed_) + " failed)";
  line += ", " + duration_text(watch_.seconds());
  if (done_ + failed_ < tasks_) line += ", " + duration_text(seconds_left()) + " left";
  return line;
}

void Progress::draw(bool last) {
  drawn_ = true;
  last_seconds_ = watch_.seconds();
  last_done_ = done_ + failed_;
  if (!terminal_) {
    log_info(text());
    return;
  }
  constexpr std::size_t width = 24;
  const std::size_t filled = std::min(width, width * last_done_ / std::max<std::size_t>(tasks_, 1));
  const std::string bar = std::string(filled, '#') + std::string(width - filled, '.');
  std::fprintf(stderr, "\r[%s] %s\033[K%s", bar.c_str(), text().c_str(), last ? "\n" : "");
  std::fflush(stderr);
}

}  // namespace flash

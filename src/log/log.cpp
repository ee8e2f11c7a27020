#include "flash/log/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <memory>

namespace flash {
namespace {

std::shared_ptr<spdlog::sinks::sink> standard_error() {
  const char* no_color = std::getenv("NO_COLOR");  // https://no-color.org: set and not empty
  const bool plain = no_color != nullptr && *no_color != '\0';
  return std::make_shared<spdlog::sinks::stderr_color_sink_mt>(plain ? spdlog::color_mode::never
                                                                     : spdlog::color_mode::automatic);
}

// spdlog's default logger must not be replaced while other threads log, and a farm's thread is there before
// its rank is known: ours is made before main.
const std::shared_ptr<spdlog::logger>& logger() {
  static const auto made = std::make_shared<spdlog::logger>("flash", standard_error());
  return made;
}
[[maybe_unused]] const bool is_default = (spdlog::set_default_logger(logger()), true);

}  // namespace

void init_logging(int rank, const std::string& host, bool verbose) {
  logger()->set_pattern(rank == 0 ? "%H:%M:%S %^%l%$ %v"
                                  : "%H:%M:%S %^%l%$ [rank " + std::to_string(rank) + " on " + host + "] %v");
  logger()->set_level(verbose ? spdlog::level::debug : rank == 0 ? spdlog::level::info : spdlog::level::warn);
}

void init_child_logging(const std::string& program) { logger()->set_pattern(program + ": %v"); }

void flush_log() { spdlog::default_logger()->flush(); }

void log_info(const std::string& line) { spdlog::info(line); }
void log_warning(const std::string& line) { spdlog::warn(line); }
void log_error(const std::string& line) { spdlog::error(line); }

}  // namespace flash

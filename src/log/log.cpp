#include "flash/log/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>

namespace flash {

void init_logging(int rank, const std::string& host, bool verbose) {
  auto logger =
      std::make_shared<spdlog::logger>("flash", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
  logger->set_pattern(rank == 0 ? "%H:%M:%S %^%l%$ %v"
                                : "%H:%M:%S %^%l%$ [rank " + std::to_string(rank) + " on " + host + "] %v");
  logger->set_level(verbose ? spdlog::level::debug : rank == 0 ? spdlog::level::info : spdlog::level::warn);
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace flash

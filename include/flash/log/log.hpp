// Logging on standard error, so that standard output holds results alone. Coloured on a terminal, unless
// the environment's NO_COLOR forbids it.
#pragma once

#include <fmt/core.h>

#include <string>

namespace flash {

// Rank 0 logs from info up, the others from warnings up and with rank and host in each line.
// `verbose` lowers both to debug. Other threads may log meanwhile.
void init_logging(int rank, const std::string& host, bool verbose);

// In a child process, whose lines its parent passes on: PROGRAM: line.
void init_child_logging(const std::string& program);

// Before a process ends otherwise than by leaving main.
void flush_log();

// One line as it is.
void log_info(const std::string& line);
void log_warning(const std::string& line);
void log_error(const std::string& line);

// One line with its {} filled in, as std::format does. fmt's library does that, not code in each source.
template <typename... Values>
void log_info(fmt::format_string<const Values&...> format, const Values&... values) {
  log_info(fmt::vformat(format, fmt::make_format_args(values...)));
}
template <typename... Values>
void log_warning(fmt::format_string<const Values&...> format, const Values&... values) {
  log_warning(fmt::vformat(format, fmt::make_format_args(values...)));
}
template <typename... Values>
void log_error(fmt::format_string<const Values&...> format, const Values&... values) {
  log_error(fmt::vformat(format, fmt::make_format_args(values...)));
}

}  // namespace flash

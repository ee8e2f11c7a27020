// Time: a steady clock for durations, UTC for records.
#pragma once

#include <chrono>
#include <string>

namespace flash {

// Seconds since this object was made; unaffected by changes of the system's clock.
class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Adds the time it lives to a sum of seconds.
class AddsSeconds {
 public:
  explicit AddsSeconds(double& sum) : sum_(sum) {}
  ~AddsSeconds() { sum_ += watch_.seconds(); }
  AddsSeconds(const AddsSeconds&) = delete;
  AddsSeconds& operator=(const AddsSeconds&) = delete;

 private:
  double& sum_;
  Stopwatch watch_;
};

double process_seconds();                // since this process started, by proc(5); 0 where unknown
double unix_time();                      // seconds since 1970-01-01 UTC
std::string utc_text(double unix_time);  // "2026-01-31T12:34:56Z"
std::string host_name();                 // this machine's name, "" if it has none

}  // namespace flash

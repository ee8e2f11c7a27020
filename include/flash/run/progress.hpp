// How far a stage is: a bar on a terminal, a line every 30 s or 5 % in a log.
#pragma once

#include <string>

#include "flash/core/clock.hpp"

namespace flash {

class Progress {
 public:
  // Costs are in any unit; they make the estimate of the time left.
  Progress(std::string stage, std::size_t tasks, double cost, bool quiet);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void done(double cost);
  void failed(double cost);
  void tick();  // draws if it is time to

  double seconds() const { return watch_.seconds(); }
  double seconds_left() const;  // NaN while unknown

 private:
  void draw(bool last);
  std::string text() const;
  std::string stage_;
  std::size_t tasks_, done_ = 0, failed_ = 0;
  double cost_, cost_done_ = 0;
  bool quiet_, terminal_, drawn_ = false;
  Stopwatch watch_;
  double last_seconds_ = 0;
  std::size_t last_done_ = 0;
};

}  // namespace flash

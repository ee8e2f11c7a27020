// What farm_scenarios can play.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "flash/farm/farm.hpp"

namespace flash {

// The one executor of all scenarios. A task's input is a verb and perhaps an argument:
//   square N   sleep S   never_end (these two look at nothing)   fail   fail_on RANK   echo BYTES   child
//   child_sleep   finish_at_stop   wait_for_stop   wait_for_give_up   abort_on RANK   kill_on RANK
//   suspend_on RANK
std::string work(Farm& farm, const Task& task);

struct Stage {
  Farm& farm;
  const Executor& executor;
  std::size_t n;  // the command line's number, 0 if none
};

// Throws what does not hold.
const std::map<std::string, std::function<void(const Stage&)>>& scenarios();

}  // namespace flash

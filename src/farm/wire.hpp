// Tasks and outcomes as bytes (Boost.Serialization, binary).
#pragma once

#include <string>

#include "flash/farm/task.hpp"

namespace flash {

std::string to_bytes(const Task& task);
std::string to_bytes(const Outcome& outcome);
Task task_from_bytes(std::string bytes);  // both throw Error internal where the bytes are something else
Outcome outcome_from_bytes(std::string bytes);

}  // namespace flash

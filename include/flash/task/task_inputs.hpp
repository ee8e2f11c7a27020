// What a task's result is made from, as digests: with another digest it is another result.
#pragma once

#include <string>

#include "flash/core/json.hpp"

namespace flash {

// One of the things that results are made from, in words and as a digest: to say what has changed.
struct TaskInput {
  std::string name;  // "images", "training settings", "models"
  std::string digest;
  bool operator==(const TaskInput&) const = default;
};

// 32 hexadecimal digits of SHA-256: enough to tell all results apart that there will ever be.
std::string digest_of(const Json& inputs);

}  // namespace flash

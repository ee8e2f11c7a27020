// What flash-trainer is asked, by the kinds of tasks that it does. Internal to the room.
#pragma once

#include <string>
#include <string_view>

#include "flash/core/json.hpp"
#include "flash/worker/worker.hpp"

namespace flash {

// The trainer's reply. The input is its own request, but for timeout_s: how long it may take, 0 for ever. Throws the
// trainer's Error.
std::string ask_trainer(const Json& input, std::string_view command, TaskWorker& worker);

}  // namespace flash

// Each stage: one line here, and one in stages.cpp.
#pragma once

#include "flash/stage/stage.hpp"

namespace flash {

const Stage& train_stage();
const Stage& calibrate_stage();
const Stage& sweep_stage();
const Stage& landscape_stage();
const Stage& compare_stage();

}  // namespace flash

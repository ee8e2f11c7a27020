// Each target, as it is where a job says nothing: one line here, and one in targets.cpp.
#pragma once

#include "flash/target/target.hpp"

namespace flash {

const Target& host_target();
const Target& imc_target();
const Target& table_target();

}  // namespace flash

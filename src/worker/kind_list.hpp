// Each kind of task: one line here, and one in task_kinds.cpp.
#pragma once

#include "flash/worker/task_kind.hpp"

namespace flash {

const TaskKind& train_kind();
const TaskKind& measure_kind();
const TaskKind& simulate_kind();
const TaskKind& import_kind();
const TaskKind& sweep_kind();
const TaskKind& histogram_kind();
const TaskKind& pareto_kind();
const TaskKind& search_kind();

}  // namespace flash

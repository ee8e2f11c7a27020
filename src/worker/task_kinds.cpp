#include <array>

#include "flash/worker/task_kind.hpp"

namespace flash {

#define FLASH_TASK_KIND(name) const TaskKind& name##_kind();
#include "task_kinds.inc"
#undef FLASH_TASK_KIND

std::span<const TaskKind* const> task_kinds() {
  static const std::array all{
#define FLASH_TASK_KIND(name) &name##_kind(),
#include "task_kinds.inc"
#undef FLASH_TASK_KIND
  };
  return all;
}

}  // namespace flash

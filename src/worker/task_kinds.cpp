#include <array>

#include "kind_list.hpp"

namespace flash {

std::span<const TaskKind* const> task_kinds() {
  static const std::array all{&train_kind(), &measure_kind(),   &simulate_kind(), &import_kind(),
                              &sweep_kind(), &histogram_kind(), &pareto_kind(),   &search_kind()};
  return all;
}

}  // namespace flash

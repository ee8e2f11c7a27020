#include <algorithm>
#include <array>

#include "flash/core/error.hpp"
#include "flash/stage/stage.hpp"

namespace flash {

#define FLASH_STAGE(name) const Stage& name##_stage();
#include "stages.inc"
#undef FLASH_STAGE

namespace {

const Stage* find_stage(std::string_view name) {
  const auto found = std::ranges::find(stages(), name, &Stage::name);
  return found == stages().end() ? nullptr : *found;
}

}  // namespace

std::span<const Stage* const> stages() {
  static const std::array all{
#define FLASH_STAGE(name) &name##_stage(),
#include "stages.inc"
#undef FLASH_STAGE
  };
  return all;
}

const Stage& stage_named(std::string_view name) {
  if (const Stage* stage = find_stage(name)) return *stage;
  throw Error(ExitCode::internal, "no stage is called " + std::string(name));
}

bool is_of_networks(std::string_view name) {
  const Stage* stage = find_stage(name);
  return stage != nullptr && stage->of_networks();
}

bool fits_rest_on(const Stage& stage) { return stage.of_networks() && !stage.rests_on_models(); }

}  // namespace flash

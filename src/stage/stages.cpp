#include <algorithm>
#include <array>

#include "flash/core/error.hpp"
#include "flash/findings/fit.hpp"
#include "flash/space/network_text.hpp"
#include "flash/stage/compression.hpp"
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

std::string nothing_to_search(const Job& job, const Space& space) {
  const bool fits = !job.objective.training_free && !job.accuracies.known() && job.models_file.empty();
  if (!fits || space.count() >= NetworkId{least_trained}) return "";
  return "the space holds " + id_text(space.count()) + " networks, and an accuracy predictor needs " +
         std::to_string(least_trained);
}

bool performs(const Stage& stage, const Job& job, const Space& space) {
  if (nothing_to_search(job, space).empty()) return true;
  const bool compresses = stage.name() == break_even_name || stage.name() == compress_name;
  return compresses && stage_named(compress_name).asked(job);
}

void require_stages(const Job& job, const Space& space) {
  const std::string why = nothing_to_search(job, space);
  if (!why.empty() && !stage_named(compress_name).asked(job))
    throw Error(ExitCode::bad_job,
                job.path.string() + ": " + why + "; name in compress.networks what to compress");
}

}  // namespace flash

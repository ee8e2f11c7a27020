// Random small spaces of choices and scores, for the tests of this room.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "flash/core/error.hpp"
#include "flash/space/families/families.hpp"
#include "spaces.hpp"

namespace flash::test {

struct Drawn {
  SpaceDefinition definition;
  std::size_t operators = 0;
};

// A small space of choices: chains with depths and resolutions, with and without skips where the shape changes,
// positions that are alike, and cells.
inline Drawn draw_choices(Philox& random, std::uint64_t most) {
  const std::vector<std::string> kinds{"inverted k3 e1",        "inverted k3 e3", "inverted k5 e6",
                                       "inverted k7 e2 expand", "convolution k3", "convolution k1",
                                       "average_pool k3",       "max_pool k3",    "skip"};
  for (;;) {
    Drawn drawn;
    SpaceDefinition& definition = drawn.definition;
    definition = {"choice", find_family("choice")->defaults, {3, 16, 10}};
    const bool cell = random.below(4) == 0;
    std::vector<std::string> operators;
    drawn.operators = 2 + random.below(4);
    for (std::size_t k = 0; k < drawn.operators; ++k)
      operators.push_back(
          std::string("o").append(std::to_string(k)).append(": ").append(kinds[random.below(kinds.size())]));
    if (cell) operators.back() = "none: none";
    std::vector<std::string> stages;
    for (std::uint64_t s = 0, count = 1 + random.below(3); s < count; ++s) {
      const std::uint64_t least = 1 + random.below(2);
      std::string stage = std::to_string(4 * (1 + random.below(4)));
      stage.append(" x").append(std::to_string(least));
      if (!cell && random.below(2) == 0) stage.append("..").append(std::to_string(least + random.below(3)));
      if (s > 0 && random.below(2) == 0) stage.append(" s2");
      stages.push_back(stage);
    }
    definition.settings.update({{"layout", cell ? "cell" : "chain"},
                                {"operators", operators},
                                {"stages", stages},
                                {"nodes", 2 + random.below(3)},
                                {"shape_skips", random.below(2) ? "projection" : "none"}});
    if (!cell && random.below(3) == 0) definition.settings["resolutions"] = {8, 12, 16};
    try {
      if (Space(definition).size() <= most) return drawn;
    } catch (const Error& error) {
      if (error.code() != ExitCode::bad_job) throw;
    }
  }
}

inline std::optional<AdditiveScore> draw_additive(const Drawn& drawn, Philox& random) {
  if (random.below(2) == 0) return std::nullopt;
  AdditiveScore score{.intercept = 100, .weights = {}};
  const auto& operators = drawn.definition.settings.at("operators");
  for (std::size_t k = 1; k < drawn.operators; ++k) {
    const std::string text = operators[k];
    if (random.below(4) != 0)
      score.weights.push_back(
          {std::string("op = ").append(text.substr(0, text.find(':'))), random.normal() / 4, 0});
  }
  try {
    bound_score(score, Space(drawn.definition));
  } catch (const Error&) {  // an operator that stands nowhere
    return std::nullopt;
  }
  return score;
}

}  // namespace flash::test

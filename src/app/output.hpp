// What the commands print.
#pragma once

#include "flash/core/json.hpp"
#include "flash/search/evaluator.hpp"
#include "flash/search/exhaustive.hpp"

namespace flash {

void print(const Json& json);  // one document on standard output
void print(const std::string& text);

// {id, objective, accuracy, latency_ms, energy_mj, area_mm2, wm, depth, skips}; null for what the models
// lack.
Json best_json(const Evaluator& evaluator, std::uint64_t id);
std::string best_text(const Evaluator& evaluator, std::uint64_t id);

// {wm, depth, skips}: depth is one number where all cells have the same, else a list.
Json configuration_json(const Space& space, std::uint64_t id);

}  // namespace flash

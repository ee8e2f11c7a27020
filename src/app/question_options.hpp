// --maximise, --minimise, --subject-to: the same words in flash and flash-search.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

#include "flash/search/question.hpp"

namespace flash {

struct Question {
  std::string maximise;
  std::string minimise;
  std::vector<std::string> bounds;
  // Throws Error usage.
  void apply(Objective& objective, Constraints& constraints) const {
    set_objective(objective, maximise, minimise);
    for (const std::string& bound : bounds) add_bounds(constraints, bound);
  }
};

inline void question_options(CLI::App* app, Question& question) {
  const char* group = "Question";
  app->add_option("--maximise", question.maximise,
                  "accuracy: alone, or over what --minimise names; in place of the objective's exponents")
      ->group(group);
  app->add_option("--minimise", question.minimise,
                  "latency, energy, area, parameters, macs, peak_memory: one, or several joined by commas")
      ->group(group);
  app->add_option("--subject-to", question.bounds,
                  "Bounds such as \"latency<=0.5, parameters<=60000, accuracy>=0.6\" [ms, mJ, mm2, KiB]")
      ->group(group);
}

}  // namespace flash

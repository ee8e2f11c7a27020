// --maximise, --minimise, --subject-to, --margin: the same words in flash and flash-search.
#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

#include "flash/search/question.hpp"
#include "number_options.hpp"

namespace flash {

struct Question {
  std::string maximise;
  std::string minimise;
  std::vector<std::string> bounds;
  std::optional<double> margin;
  // Throws Error usage.
  void apply(Objective& objective, Constraints& constraints) const {
    set_objective(objective, maximise, minimise);
    std::string all;  // of several options together: a quantity that is bounded twice is refused
    for (const std::string& bound : bounds) all.append(bound).append(",");
    add_bounds(constraints, all);
    if (!bounds.empty()) check_floor(objective, constraints);
    if (margin) constraints.margin = *margin;
  }
};

// An unset variable of a script must not pass for no question.
inline std::string not_blank(const std::string& text) {
  return text.find_first_not_of(" \t,") == std::string::npos ? "is empty" : "";
}

inline void question_options(CLI::App* app, Question& question) {
  const char* group = "Question";
  app->add_option("--maximise", question.maximise,
                  "accuracy: alone, or over what --minimise names; or a weighted sum such as \"accuracy - "
                  "0.02*latency\" [ms, mJ, mm2, KiB]; in place of the job's objective")
      ->check(not_blank)
      ->group(group);
  app->add_option(
         "--minimise", question.minimise,
         "latency, energy, area, parameters, macs, peak_memory: one, or several joined by commas, or a "
         "weighted sum such as \"latency + 0.1*energy\"")
      ->check(not_blank)
      ->group(group);
  app->add_option("--subject-to", question.bounds,
                  "Bounds such as \"latency<=0.5, parameters<=60000, accuracy>=0.6\" [ms, mJ, mm2, KiB]")
      ->check(not_blank)
      ->group(group);
  app->add_option_function<std::string>(
         "--margin",
         [&question](const std::string& text) {
           question.margin = real_argument("--margin", text, {.min = 0, .max = 1});
         },
         "Share of the 95 % band that bounds hold by: 0 the prediction meets them, 1 the band's end does")
      ->type_name("FLOAT")
      ->group(group);
}

}  // namespace flash

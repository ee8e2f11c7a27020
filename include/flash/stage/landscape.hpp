// The landscape of a space: the histograms of all quantities over every configuration, and the Pareto fronts.
// A stage like any other, so that it runs on all ranks, resumes, and is kept in the journal.
#pragma once

#include <string>
#include <vector>

#include "flash/findings/results.hpp"
#include "flash/job/job.hpp"
#include "flash/search/histogram.hpp"
#include "flash/search/pareto.hpp"

namespace flash {

bool asks_for_landscape(const Job& job, TaskId task);                     // whether job.sweep wants this one
std::size_t landscape_tasks(const Job& job, const Evaluator& evaluator);  // how many those are

// What is wholly done of both.
struct Landscape {
  std::vector<Histogram> histograms;  // seconds: of their tasks together
  std::vector<ParetoFront> fronts;
};
Landscape landscape(const Job& job, const Models& models, const Results& results);

std::string front_name(const ParetoFront& front);  // "accuracy,latency"

}  // namespace flash

// The landscape of a space: the histograms of all quantities over every configuration, and the Pareto fronts.
// A stage like any other, so that it runs on all ranks, resumes, and is kept in the journal.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "flash/job/job.hpp"
#include "flash/job/plan.hpp"
#include "flash/job/results.hpp"
#include "flash/search/histogram.hpp"
#include "flash/search/pareto.hpp"

namespace flash {

// Tasks of all histograms and fronts, whether or not the job asks for them; the constraints do not matter.
// Each histogram is counted in several tasks, each front is one.
Stage plan_landscape(const Job& job, const Models& models);
bool asks_for_landscape(const Job& job, std::uint64_t task);  // whether job.sweep wants this one
std::size_t landscape_tasks(const Job& job, const Evaluator& evaluator);  // how many those are

// What the tasks of kinds "histogram" and "pareto" return. A front is its ids: the evaluator knows the rest.
// Both throw Error stopped where `given_up` cuts them short.
std::string histogram_output(const Evaluator& evaluator, const Json& input, unsigned threads,
                             const std::function<bool()>& given_up);
std::string pareto_output(const Evaluator& evaluator, const Json& input,
                          const std::function<bool()>& given_up);

// What is wholly done of both.
struct Landscape {
  std::vector<Histogram> histograms;  // seconds: of their tasks together
  std::vector<ParetoFront> fronts;
};
Landscape landscape(const Job& job, const Models& models, const Results& results);

std::string front_name(const ParetoFront& front);  // "accuracy,latency"

}  // namespace flash

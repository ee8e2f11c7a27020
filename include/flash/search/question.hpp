// What people ask, in their words: "--maximise accuracy --subject-to latency<=0.5,parameters<=60000".
#pragma once

#include <string>
#include <vector>

#include "flash/search/objective.hpp"

namespace flash {

// Names are "accuracy" and those of the metrics, "latency@pixel3" on a device; peak_memory may be written peak-memory. All throw Error usage,
// naming what is not known and what is.

// Both lists, joined by commas, set every exponent: 1 for what is named, 0 for the others. Only accuracy can be
// maximised, and it alone cannot be minimised. An empty text names nothing; both empty change nothing. One of them may
// be a weighted sum instead (weighted_sum.hpp), beside which the other is empty.
void set_objective(Objective& objective, const std::string& maximise, const std::string& minimise);

// Of a job's key: what is minimised alone. Throws std::invalid_argument with what is wrong.
void set_minimised(Objective& objective, const std::string& text);

// "latency<=0.5" [ms], "accuracy >= 0.6", several joined by commas; units as metrics have them. Replaces the bounds
// that it names and leaves the others.
void add_bounds(Constraints& constraints, const std::string& text);

// Of a job: "latency@pixel3 <= 5", each a ceiling on a device, in place of all that there are on devices; and
// "latency@pixel3" or "latency@pixel3^0.5", each an exponent. Throw std::invalid_argument with what is wrong.
void set_device_ceilings(Constraints& constraints, const std::vector<std::string>& list);
void set_device_exponents(Objective& objective, const std::vector<std::string>& list);
// The other way.
std::vector<std::string> device_ceilings(const Constraints& constraints);
std::vector<std::string> device_exponents(const Objective& objective);

// "latency@pixel3,latency@titanx": the metrics of a list.
std::vector<Metric> metrics_of(const std::string& option, const std::string& list);

// A floor of 1 or more is an NN-Degree's alone, where the search is training-free.
void check_floor(const Objective& objective, const Constraints& constraints);

}  // namespace flash

// The constraint sets that a comparison runs every method under.
#pragma once

#include <string>
#include <vector>

#include "flash/job/job.hpp"
#include "flash/search/models.hpp"

namespace flash {

// "none"; "accuracy": the floor alone; "hardware": the ceilings alone; and "job": all of the user's together,
// where the job sets both kinds. Bounds that the job leaves open are derived from the models' extremes over
// the space: the floor three quarters of the way from the lowest to the highest accuracy, each ceiling the
// geometric mean of the lowest and the highest value.
std::vector<Constraints> constraint_sets(const Job& job, const Space& space, const Models& models);

// The set that holds the user's own constraints, and its place among `sets`; 0 where it is not there.
std::string primary_set(const Job& job);
std::size_t own_set(const Job& job, const std::vector<Constraints>& sets);

}  // namespace flash

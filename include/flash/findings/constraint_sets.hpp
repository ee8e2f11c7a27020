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
// geometric mean of the lowest and the highest value. Derived bounds bind: where the best without constraints
// meets them they lie half way (of ceilings: in ratio) between its values and the extreme, and a set that
// cannot bind, or that nothing would meet, is left out; so are ceilings that do not bind of a job that
// asks_nothing: its best is cheap, and is the answer. The user's bounds are tightened by the job's margin
// (search/margin.hpp), whose errors it throws; derived ones are not.
std::vector<Constraints> constraint_sets(const Job& job, const Space& space, const Models& models);

// Whether the job asks for accuracy alone and bounds nothing: its answer would be the largest network.
bool asks_nothing(const Job& job);

// The set that holds the user's own constraints, and the place among `sets` of that which the answer is given
// for: the same, but "hardware" where the job asks_nothing; 0 where it is not there.
std::string primary_set(const Job& job);
std::size_t own_set(const Job& job, const std::vector<Constraints>& sets);

}  // namespace flash

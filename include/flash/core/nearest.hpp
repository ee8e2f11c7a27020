// "Did you mean ...?": the known word that is nearest to an unknown one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace flash {

// The candidate with the smallest edit distance (insertions, deletions, substitutions, swaps of neighbours;
// case is ignored), "" where none is near: more than a third of the candidate's length away.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace flash

// What a network would take compressed, without training it: by counts alone.
#pragma once

#include <string>

#include "flash/job/job.hpp"

namespace flash {

// Of a network by its name (compress.networks), with section compress of the job: each layer keeps 1 / ratio of its
// weights at random places unless compress.layers says otherwise; bytes by the entropy of which are kept; break-evens and
// costs of every target that has a model. No accuracy: nothing is trained. Throws Error usage for what is no network.
Json accounted(const Job& job, const std::string& network);
std::string accounting_text(const Json& accounted);

}  // namespace flash

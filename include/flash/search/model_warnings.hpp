// What is to be said of fitted models before anybody relies on what a search finds by them.
#pragma once

#include <string>
#include <vector>

#include "flash/search/models.hpp"

namespace flash {

// One sentence each: what the provenance has as "doubts"; a latency that is not there beside other metrics;
// an accuracy predictor or a hardware model that is no better than a mean, as far as the provenance says how
// well they fit; a quantity of which no network of the space lies within what was trained or measured. Empty
// where there is nothing to say.
std::vector<std::string> warnings(const Models& models);

}  // namespace flash

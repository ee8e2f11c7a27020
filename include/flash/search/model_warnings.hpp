// What is to be said of fitted models before anybody relies on what a search finds by them.
#pragma once

#include <string>
#include <vector>

#include "flash/predict/verdict.hpp"
#include "flash/search/models.hpp"

namespace flash {

// One sentence each: what the provenance has as "doubts"; a latency that is not there beside other metrics;
// an accuracy predictor or a hardware model that is no better than a mean, as far as the provenance says how
// well they fit; a quantity of which no network of the space lies within what was trained or measured. Empty
// where there is nothing to say.
std::vector<std::string> warnings(const Models& models);

// What the provenance says of the accuracy predictor's fit; NaN for what it does not say.
PredictorFigures predictor_figures(const Models& models);
// What a search by them goes by; a predictor of which nothing says that it does not hold, or none, counts as one that
// does.
Grounds grounds(const Models& models);

}  // namespace flash

// Bounds that hold by a share of the models' bands, not by their predictions alone; and how likely they hold.
#pragma once

#include <optional>
#include <string>

#include "flash/search/evaluator.hpp"

namespace flash {

// The constraints with tighter bounds, so that what meets these keeps the asked ones by constraints.margin times the
// prediction's 95 % band [ours]; they stand in `asked`. Unchanged with a margin of 0, or where nothing that has a
// band is bounded. Bounds on exact metrics, and on NN-Degree in a training-free search, stay.
//
// A ceiling becomes max / (1 + margin * r), so that search, sweep and proof stay sums and exact: r is the largest
// relative half band among networks predicted at half the ceiling to the ceiling, of about 2,000 drawn over all
// strata, ends of each, and those that were measured. The band at a network varies with its leverage; one that
// is not drawn may have a little more. A floor becomes the least accuracy from which on, up to the best of the
// space, the prediction less margin * its band keeps the asked one; where not even the best does, what it lacks
// is added, and nothing meets it. The same at all times: a function of its arguments alone.
//
// Throws Error bad_data where the model of a bounded quantity has no band, or as Evaluator.
Constraints with_margin(const Constraints& constraints, const Space& space, const Models& models,
                        const Objective& objective);

// Those of its bounds alone that are on accuracy, or on metrics.
Constraints floor_of(const Constraints& constraints);
Constraints ceilings_of(const Constraints& constraints);

// The largest relative half band near a ceiling, as with_margin takes it; NaN where the model has none.
double relative_band(const Space& space, const MetricModel& model, double ceiling, double margin);

// How likely each asked bound holds, by the prediction's bands: NaN where nothing is bounded, the band is not known,
// or the metric is exact.
struct BoundProbability {
  double accuracy = std::numeric_limits<double>::quiet_NaN();
  Measurement metric;
};
BoundProbability bound_probability(const Constraints& constraints, const Evaluation& predicted,
                                   double accuracy_band, const Measurement& metric_band);

// "latency <= 0.5 ms", of what was asked; where a margin has tightened it "latency <= 0.5 ms, searched at <= 0.46 ms
// for margin 1". No metric: the floor on accuracy, on NN-Degree in a training-free search.
std::string bound_text(const Constraints& constraints, std::optional<Metric> metric, bool training_free);

}  // namespace flash

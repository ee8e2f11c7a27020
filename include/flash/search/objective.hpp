// What is maximised and what is demanded [reconstructed].
#pragma once

#include <limits>
#include <optional>
#include <string>

#include "flash/core/json.hpp"
#include "flash/hardware/metric.hpp"

namespace flash {

// What it is made of. A product is f = theta^accuracy / (L^latency * E^energy * A^area * ...): metrics without a model
// drop out. A sum is f = exp(accuracy * theta - latency * L - energy * E - ...), so that f > 0 rises with the sum, and
// a ratio of two f less one is about the difference of their sums; a metric without a model is an error.
enum class Form { product, sum };

// Exponents or weights, all >= 0; a weight is one of accuracy, or of a metric in its unit. Exponents are 1 by default
// for metrics that a target has, 0 for the exact ones and those on devices. At most most_factors are not 0.
inline constexpr std::size_t most_factors = plain_metrics.size();
constexpr PerMetric<double> usual_exponents() {
  PerMetric<double> exponents;
  for (const Metric m : plain_fitted_metrics) exponents[m] = 1;
  return exponents;
}
struct Objective {
  double accuracy = 1;
  PerMetric<double> metric = usual_exponents();
  bool training_free = false;  // NN-Degree stands for theta
  Form form = Form::product;

  bool is_sum() const { return form == Form::sum; }
  // What accuracy multiplies f by, and what a metric divides it by.
  double of_accuracy(double theta) const;
  double of_metric(Metric m, double value) const;
  // What f becomes where accuracy alone changes, and d f / d theta there.
  double moved(double f, double theta, double other_theta) const;
  double slope(double f, double theta) const;
  // What people are shown of f: of a sum ln f, which is the sum.
  double shown(double f) const;
  const char* shown_name() const { return is_sum() ? "sum" : "objective"; }

  bool operator==(const Objective&) const = default;
};

// theta >= accuracy_min, each metric <= its maximum; infinities mean no constraint. In a training-free search
// accuracy_min bounds NN-Degree.
struct Constraints {
  struct Bounds {
    double accuracy_min = -std::numeric_limits<double>::infinity();
    PerMetric<double> metric_max{std::numeric_limits<double>::infinity()};
  };
  std::string name = "none";
  double accuracy_min = -std::numeric_limits<double>::infinity();
  PerMetric<double> metric_max{std::numeric_limits<double>::infinity()};
  double margin =
      0;  // the share of the 95 % band that bounds are to hold by: asked for, and with_margin keeps it
  std::optional<Bounds> asked{};  // where with_margin has tightened those above: what they were
};

// The bounds that somebody has asked for, whatever a margin has made of them: what verdicts rest on.
Constraints as_asked(const Constraints& constraints);

// Exact metrics without an exponent or a ceiling are left out; other infinities become null. A form stands there where
// it is a sum. Margin and what was
// asked stand there where the bounds are tightened ones.
Json to_json(const Objective& objective);
Json to_json(const Constraints& constraints);
Objective objective_from_json(const Json& json);
Constraints constraints_from_json(const Json& json);

}  // namespace flash

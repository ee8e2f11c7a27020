#include "flash/search/margin.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "flash/predict/probability.hpp"

namespace flash {
namespace {

constexpr double no_band = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t band_draws = 2'000;
constexpr std::size_t most_ends = 500;  // strata of which the two ends are looked at
constexpr std::size_t floor_steps = 1'024;
constexpr int floor_halvings = 60;

[[noreturn]] void refuse_margin(const std::string& what) {
  throw Error(
      ExitCode::bad_data,
      "constraints.margin: the " + what +
          " has no prediction band to keep (written by hand, fitted to too few "
          "networks, or adapted without cross-validation); fit one to more networks, or set margin = 0");
}

// Networks of all strata, small and large ones, mixed ones, and such with each slot at an end: there leverages are
// largest.
std::vector<Point> drawn_points(const Space& space) {
  const std::vector<Stratum>& strata = space.strata();
  Philox random(derive_seed(0, "margin", 0));
  std::vector<Point> points;
  const std::size_t step = strata.size() / most_ends + 1;
  for (std::size_t i = 0; i < strata.size(); i += step) {
    points.push_back({i, std::vector<std::int64_t>(strata[i].options.size(), 0)});
    points.push_back({i, strata[i].options});
    for (std::int64_t& option : points.back().options) --option;
  }
  for (std::size_t draw = 0; draw < band_draws; ++draw) {
    const std::size_t stratum = random.below(strata.size());
    const double level = random.uniform();
    Point point{stratum, {}};
    for (const std::int64_t options : strata[stratum].options) {
      const double share = draw % 2 == 0   ? (random.uniform() < level ? 1 : 0)
                           : draw % 4 == 1 ? random.uniform()
                                           : (level + random.uniform()) / 2;
      point.options.push_back(
          std::min(options - 1, static_cast<std::int64_t>(share * static_cast<double>(options))));
    }
    points.push_back(std::move(point));
  }
  return points;
}

struct Banded {
  double value = 0;
  double relative = 0;  // half band over value
};

std::vector<Banded> banded_networks(const Space& space, const MetricModel& model) {
  std::vector<Banded> networks;
  const auto add = [&](const std::vector<double>& features) {
    double value = model.intercept;
    for (std::size_t i = 0; i < model.terms.size(); ++i) value += model.terms[i].coefficient * features[i];
    if (value > 0) networks.push_back({value, model.support->band(features, value) / value});
  };
  for (const Point& point : drawn_points(space)) add(features_of(model, space, point));
  for (const std::vector<double>& features : model.support->networks) add(features);
  return networks;
}

// Of those predicted within (least, most]; NaN where there are none.
double largest_relative(const std::vector<Banded>& networks, double least, double most) {
  double largest = no_band;
  for (const Banded& network : networks)
    if (network.value > least && network.value <= most && !(network.relative <= largest))
      largest = network.relative;
  return largest;
}

// The accuracies of a space by their score, the best score first.
class FloorSearch {
 public:
  FloorSearch(const Evaluator& evaluator, double margin)
      : model_(*evaluator.models().accuracy), margin_(margin) {
    const auto [least, most] = evaluator.degree_range();
    best_ = evaluator.degree_helps() ? most : least;
    worst_ = evaluator.degree_helps() ? least : most;
    if (std::isnan(model_.band(best_))) refuse_margin("accuracy predictor");
  }

  // The floor that keeps `asked`.
  double floor(double asked) const {
    double kept = best_;
    if (!keeps(kept, asked)) return asked + margin_ * model_.band(kept);
    for (std::size_t step = 1; step <= floor_steps; ++step) {
      const double g = score_at(static_cast<double>(step) / floor_steps);
      if (!keeps(g, asked))  // without a slope all have one accuracy, and the widest band decides
        return model_.b == 0 ? asked + margin_ * model_.band(g)
                             : std::max(asked, model_(between(kept, g, asked)));
      kept = g;
    }
    return asked;
  }

 private:
  double score_at(double share) const { return best_ + share * (worst_ - best_); }
  bool keeps(double g, double asked) const { return model_(g) - margin_ * model_.band(g) >= asked; }
  double between(double kept, double lost, double asked) const {
    for (int i = 0; i < floor_halvings; ++i) {
      const double middle = kept + (lost - kept) / 2;
      (keeps(middle, asked) ? kept : lost) = middle;
    }
    return kept;
  }

  const AccuracyModel& model_;
  double margin_;
  double best_ = 0, worst_ = 0;
};

std::string number_words(double value, std::optional<Metric> metric) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  std::string words(text);
  if (metric && unit(*metric) != "1") words.append(" ").append(unit(*metric));
  return words;
}

}  // namespace

double relative_band(const Space& space, const MetricModel& model, double ceiling, double margin) {
  if (!model.support) return no_band;
  const std::vector<Banded> networks = banded_networks(space, model);
  double r = largest_relative(networks, ceiling / 2, ceiling);
  // Wide bands: the tightened ceiling must hold there too.
  if (std::isnan(r) || margin * r > 1) r = largest_relative(networks, 0, ceiling);
  return std::isnan(r) ? largest_relative(networks, 0, std::numeric_limits<double>::infinity()) : r;
}

Constraints with_margin(const Constraints& constraints, const Space& space, const Models& models,
                        const Objective& objective) {
  if (constraints.margin == 0 || constraints.asked) return constraints;
  Constraints tighter = constraints;
  Constraints::Bounds asked{constraints.accuracy_min, constraints.metric_max};
  bool any = false;
  for (const Metric m : fitted_metrics()) {
    const auto& model = models.metrics[m];
    const double max = constraints.metric_max[m];
    if (!std::isfinite(max) || !model) continue;  // of a metric without a model the evaluator speaks
    const double r = relative_band(space, *model, max, constraints.margin);
    if (!std::isfinite(r)) refuse_margin(std::string(name(m)) + " model");
    tighter.metric_max[m] = max / (1 + constraints.margin * r);
    any = true;
  }
  if (std::isfinite(constraints.accuracy_min) && !objective.training_free && models.accuracy &&
      !models.known_accuracies) {
    const Evaluator free(space, models, objective, Constraints{});
    tighter.accuracy_min = FloorSearch(free, constraints.margin).floor(constraints.accuracy_min);
    any = true;
  }
  if (any) tighter.asked = asked;
  return tighter;
}

Constraints floor_of(const Constraints& constraints) {
  Constraints floor = constraints;
  floor.metric_max = Constraints{}.metric_max;
  if (floor.asked) floor.asked->metric_max = Constraints{}.metric_max;
  return floor;
}

Constraints ceilings_of(const Constraints& constraints) {
  Constraints ceilings = constraints;
  ceilings.accuracy_min = Constraints{}.accuracy_min;
  if (ceilings.asked) ceilings.asked->accuracy_min = Constraints{}.accuracy_min;
  return ceilings;
}

BoundProbability bound_probability(const Constraints& constraints, const Evaluation& predicted,
                                   double accuracy_band, const Measurement& metric_band) {
  const Constraints asked = as_asked(constraints);
  BoundProbability probability;
  if (std::isfinite(asked.accuracy_min))
    probability.accuracy = probability_within(predicted.accuracy - asked.accuracy_min, accuracy_band);
  for (const Metric m : fitted_metrics())
    if (std::isfinite(asked.metric_max[m]))
      probability.metric[m] = probability_within(asked.metric_max[m] - predicted.metrics[m], metric_band[m]);
  return probability;
}

std::string bound_text(const Constraints& constraints, std::optional<Metric> metric, bool training_free) {
  const Constraints asked = as_asked(constraints);
  const double searched = metric ? constraints.metric_max[*metric] : constraints.accuracy_min;
  const double bound = metric ? asked.metric_max[*metric] : asked.accuracy_min;
  std::string text = metric ? in_words(*metric) : training_free ? "NN-Degree" : "accuracy";
  const char* sign = metric ? " <= " : " >= ";
  text.append(sign).append(number_words(bound, metric));
  if (searched == bound) return text;
  text.append(", searched at").append(sign).append(number_words(searched, metric));
  return text.append(" for margin ").append(number_words(constraints.margin, {}));
}

}  // namespace flash

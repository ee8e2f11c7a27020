// A tree-structured Parzen estimator: J. Bergstra, R. Bardenet, Y. Bengio, B. Kegl, "Algorithms for
// hyper-parameter optimization", NIPS 2011, with the usual settings of Optuna 3.1: 10 random networks first; of n
// seen the best min(ceil(n / 10), 25) make the density l of good ones, the others g, in which all but the last 25
// weigh the less the older they are; each variable by itself takes, of 24 draws from l, the one with the largest
// l / g. The best are feasible ones by the objective, then infeasible ones by their violation (as S. Watanabe, F.
// Hutter, "c-TPE", IJCAI 2023, in Optuna). Shape comes first, then the slots that the stratum has.
//
// Not as in Optuna: what is known already is drawn again, then mutated, and never counts twice [ours]; and g is
// kept as sums over at most 256 places of each variable, so that a proposal costs the same at any n. Both weights
// of old networks are linear in when they came, so that two such sums, plain and times that number, give them.
#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <variant>

#include "coordinates.hpp"
#include "flash/search/methods/search_method.hpp"
#include "parzen.hpp"

namespace flash {
namespace {

constexpr std::uint64_t startup = 10;
constexpr std::size_t most_good = 25;
constexpr std::size_t recent = 25;  // that keep their full weight
constexpr int draws = 24;
constexpr std::int64_t most_bins = 256;
constexpr double absent = -1;

// Where a variable's values lie: categories 0 to bins - 1, or all that is between.
struct Scale {
  bool ordered = true;
  std::size_t bins = 1;
  double range() const { return static_cast<double>(bins - 1); }
  double place(std::int64_t option, std::int64_t options) const {
    if (!ordered) return static_cast<double>(option);
    return range() * static_cast<double>(option) / static_cast<double>(options - 1);
  }
  std::int64_t option(double place, std::int64_t options) const {
    if (!ordered) return std::min(static_cast<std::int64_t>(place), options - 1);
    return std::llround(place / range() * static_cast<double>(options - 1));
  }
  std::size_t bin(double place) const { return static_cast<std::size_t>(std::lround(place)); }
};

struct Trial {
  std::uint64_t number = 0;
  Evaluation worth;
  NetworkId id = 0;
  std::vector<double> places;  // on each variable's scale; absent where it has none
  bool good = false;
};

// What g is made of, for one variable.
struct Sums {
  std::vector<double> plain, by_number;
  void add(const Trial& trial, const Scale& scale, std::size_t variable, double sign) {
    const double place = trial.places[variable];
    if (place == absent) return;
    const std::size_t bin = scale.bin(place);
    plain[bin] += sign;
    by_number[bin] += sign * static_cast<double>(trial.number);
  }
};

// How much a trial weighs: constant + slope * its number, and 1 among the last.
struct Fading {
  double constant = 1, slope = 0;
  explicit Fading(std::uint64_t trials) {
    if (trials <= recent) return;
    const auto n = static_cast<double>(trials);
    constant = 1 / n;
    if (trials > recent + 1) slope = (1 - 1 / n) / (n - recent - 1);
  }
  double of(std::uint64_t number) const { return constant + slope * static_cast<double>(number); }
};

class Densities {
 public:
  explicit Densities(std::vector<Scale> scales) : scales_(std::move(scales)) {
    for (const Scale& scale : scales_)
      sums_.push_back({std::vector<double>(scale.bins), std::vector<double>(scale.bins)});
  }

  std::uint64_t trials() const { return trials_; }

  void learn(Trial seen) {
    seen.number = trials_++;
    const auto trial = std::make_shared<Trial>(std::move(seen));
    count(*trial, 1);
    last_.push_back(trial);
    if (last_.size() > recent) last_.pop_front();
    const auto before = [](const auto& a, const auto& b) { return better(a->worth, a->id, b->worth, b->id); };
    best_.insert(std::ranges::upper_bound(best_, trial, before), trial);
    const std::size_t good = std::min<std::size_t>((trials_ + 9) / 10, most_good);
    for (std::size_t i = 0; i < best_.size(); ++i) {
      Trial& each = *best_[i];
      if (each.good == (i < good)) continue;
      each.good = i < good;
      count(each, each.good ? -1 : 1);
    }
    if (best_.size() > most_good + 1) best_.pop_back();
  }

  // Of a variable: a place that is likelier among the good ones. Those of all places are worked out once a trial.
  double propose(std::size_t variable, std::int64_t options, Philox& random) {
    if (estimated_at_ != trials_) {
      estimates_.assign(scales_.size(), std::nullopt);
      estimated_at_ = trials_;
    }
    std::optional<Estimate>& estimate = estimates_[variable];
    if (!estimate) estimate = make_estimate(variable);
    return std::visit([&](auto& pair) { return draw(pair, scales_[variable], options, random); }, *estimate);
  }

 private:
  template <class Estimator>
  struct Pair {
    Estimator good, other;
    std::vector<double> ratios;  // of each bin; -1 where not worked out yet
    double ratio(std::size_t bin) {
      const auto at = static_cast<Estimator::Value>(bin);
      if (ratios[bin] < 0) ratios[bin] = good(at) / other(at);
      return ratios[bin];
    }
  };
  using Estimate = std::variant<Pair<CategoryEstimator>, Pair<RangeEstimator>>;

  void count(const Trial& trial, double sign) {
    for (std::size_t v = 0; v < sums_.size(); ++v) sums_[v].add(trial, scales_[v], v, sign);
  }

  template <class Estimator>
  static double draw(Pair<Estimator>& pair, const Scale& scale, std::int64_t options, Philox& random) {
    double best = 0, best_ratio = -1;
    for (int k = 0; k < draws; ++k) {
      const std::int64_t option = scale.option(static_cast<double>(pair.good.sample(random)), options);
      const double place = scale.place(option, options);
      if (const double ratio = pair.ratio(scale.bin(place)); ratio > best_ratio) {
        best = place;
        best_ratio = ratio;
      }
    }
    return best;
  }

  std::vector<double> weights(std::size_t variable) const {
    const Fading fading(trials_);
    const Sums& sums = sums_[variable];
    std::vector<double> weights(sums.plain.size());
    for (std::size_t k = 0; k < weights.size(); ++k)
      weights[k] = fading.constant * sums.plain[k] + fading.slope * sums.by_number[k];
    for (const auto& trial : last_)
      if (const double place = trial->places[variable]; !trial->good && place != absent)
        weights[scales_[variable].bin(place)] += 1 - fading.of(trial->number);
    return weights;
  }

  Estimate make_estimate(std::size_t variable) const {
    const Scale& scale = scales_[variable];
    const std::vector<double>& counts = sums_[variable].plain;
    const std::vector<double> weights = this->weights(variable);
    std::vector<double> good;
    for (const auto& trial : best_)
      if (trial->good && trial->places[variable] != absent) good.push_back(trial->places[variable]);
    std::ranges::sort(good);
    if (!scale.ordered) {
      std::vector<double> good_weights(scale.bins);
      for (const double place : good) ++good_weights[scale.bin(place)];
      double observations = 0;
      for (const double each : counts) observations += each;
      return Pair<CategoryEstimator>{{good_weights, static_cast<double>(good.size())},
                                     {weights, observations},
                                     std::vector<double>(scale.bins, -1)};
    }
    std::vector<RangeEstimator::Observed> near, far;
    for (const double place : good) {
      if (near.empty() || near.back().at != place) {
        near.push_back({place, 1, 1});
      } else {
        ++near.back().weight, ++near.back().count;
      }
    }
    for (std::size_t k = 0; k < counts.size(); ++k)
      if (counts[k] > 0) far.push_back({static_cast<double>(k), weights[k], counts[k]});
    return Pair<RangeEstimator>{
        {scale.range(), near}, {scale.range(), far}, std::vector<double>(scale.bins, -1)};
  }

  std::vector<Scale> scales_;
  std::vector<Sums> sums_;  // of all trials that are not good
  std::uint64_t trials_ = 0;
  std::vector<std::shared_ptr<Trial>> best_;  // the best first: one more than can be good
  std::deque<std::shared_ptr<Trial>> last_;
  std::vector<std::optional<Estimate>> estimates_;
  std::uint64_t estimated_at_ = std::numeric_limits<std::uint64_t>::max();
};

class Tpe {
 public:
  Tpe(Tracker& tracker, std::uint64_t seed)
      : tracker_(tracker),
        coordinates_(tracker.evaluator().space()),
        scales_(scales()),
        densities_(scales_),
        random_(seed),
        patience_(tracker) {}

  void run() {
    while (!tracker_.exhausted() && !patience_.lost()) {
      Network network = densities_.trials() < startup ? coordinates_.random(random_) : proposal();
      const Stratum& stratum = coordinates_.stratum(network.shape);
      const bool known = is_known(network);
      const Evaluation& worth = tracker_.evaluate(stratum, network.options);
      if (!known)
        densities_.learn(
            {0, worth, coordinates_.space().id(stratum, network.options), places_of(network), false});
    }
  }

 private:
  std::size_t shape_size() const { return coordinates_.choices().size(); }

  // Of the shape's variables, then of every place for a slot.
  std::vector<Scale> scales() const {
    std::vector<Scale> scales;
    for (const Axis& axis : coordinates_.space().geometry().shape_axes())
      scales.push_back({axis.ordered, axis.values.size()});
    scales.resize(shape_size() + coordinates_.space().cells());
    for (const Stratum& stratum : coordinates_.space().strata()) {
      const auto places = coordinates_.places(stratum);
      for (std::size_t c = 0; c < stratum.cells(); ++c) {
        Scale& scale = scales[shape_size() + places[c]];
        scale.ordered = stratum.slots[c].ordered;
        const std::int64_t options =
            scale.ordered ? std::min(stratum.options[c], most_bins) : stratum.options[c];
        scale.bins = std::max(scale.bins, static_cast<std::size_t>(options));
      }
    }
    return scales;
  }

  std::vector<double> places_of(const Network& network) const {
    std::vector<double> places(scales_.size(), absent);
    const auto set = [&](std::size_t variable, std::int64_t option, std::int64_t options) {
      if (options > 1) places[variable] = scales_[variable].place(option, options);
    };
    for (std::size_t v = 0; v < shape_size(); ++v)
      set(v, static_cast<std::int64_t>(network.shape[v]),
          static_cast<std::int64_t>(coordinates_.choices()[v]));
    const Stratum& stratum = coordinates_.stratum(network.shape);
    const auto slots = coordinates_.places(stratum);
    for (std::size_t c = 0; c < slots.size(); ++c)
      set(shape_size() + slots[c], network.options[c], stratum.options[c]);
    return places;
  }

  std::int64_t draw(std::size_t variable, std::int64_t options) {
    if (options == 1) return 0;
    return scales_[variable].option(densities_.propose(variable, options, random_), options);
  }

  Network draw() {
    Network network;
    for (std::size_t v = 0; v < shape_size(); ++v)
      network.shape.push_back(
          static_cast<std::size_t>(draw(v, static_cast<std::int64_t>(coordinates_.choices()[v]))));
    const Stratum& stratum = coordinates_.stratum(network.shape);
    const auto slots = coordinates_.places(stratum);
    for (std::size_t c = 0; c < slots.size(); ++c)
      network.options.push_back(draw(shape_size() + slots[c], stratum.options[c]));
    return network;
  }

  bool is_known(const Network& network) const {
    return tracker_.knows(coordinates_.space().id(coordinates_.stratum(network.shape), network.options));
  }

  Network proposal() {
    constexpr double step = 0.3;  // of a mutation, as part of a slot's range
    Network network = draw();
    for (int k = 0; k < 4 && is_known(network); ++k) network = draw();
    for (int k = 0; k < 20 && is_known(network); ++k) network = coordinates_.mutate(network, step, random_);
    return network;
  }

  Tracker& tracker_;
  const Coordinates coordinates_;
  std::vector<Scale> scales_;
  Densities densities_;
  Philox random_;
  Patience patience_;
};

void tpe(Tracker& tracker, std::uint64_t seed) { Tpe(tracker, seed).run(); }

}  // namespace

const SearchMethod& tpe_method() {
  static const SearchMethod method{
      .name = "tpe", .description = "tree-structured Parzen estimator (Bergstra et al. 2011)", .run = tpe};
  return method;
}

}  // namespace flash

#include "trial_densities.hpp"

namespace flash {
namespace {

constexpr std::size_t most_good = 25;
constexpr std::size_t recent = 25;  // that keep their full weight
constexpr int draws = 24;

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

template <class Pair>
double draw(Pair& pair, const Scale& scale, std::int64_t options, Philox& random) {
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

}  // namespace

TrialDensities::TrialDensities(std::vector<Scale> scales) : scales_(std::move(scales)) {
  for (const Scale& scale : scales_)
    sums_.push_back({std::vector<double>(scale.bins), std::vector<double>(scale.bins)});
}

void TrialDensities::learn(Trial seen) {
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

void TrialDensities::count(const Trial& trial, double sign) {
  for (std::size_t v = 0; v < sums_.size(); ++v) {
    if (trial.places[v] == Trial::absent) continue;
    const std::size_t bin = scales_[v].bin(trial.places[v]);
    sums_[v].plain[bin] += sign;
    sums_[v].by_number[bin] += sign * static_cast<double>(trial.number);
  }
}

double TrialDensities::propose(std::size_t variable, std::int64_t options, Philox& random) {
  if (estimated_at_ != trials_) {
    estimates_.assign(scales_.size(), std::nullopt);
    estimated_at_ = trials_;
  }
  std::optional<Estimate>& estimate = estimates_[variable];
  if (!estimate) estimate = make_estimate(variable);
  return std::visit([&](auto& pair) { return draw(pair, scales_[variable], options, random); }, *estimate);
}

std::vector<double> TrialDensities::weights(std::size_t variable) const {
  const Fading fading(trials_);
  const Sums& sums = sums_[variable];
  std::vector<double> weights(sums.plain.size());
  for (std::size_t k = 0; k < weights.size(); ++k)
    weights[k] = fading.constant * sums.plain[k] + fading.slope * sums.by_number[k];
  for (const auto& trial : last_)
    if (const double place = trial->places[variable]; !trial->good && place != Trial::absent)
      weights[scales_[variable].bin(place)] += 1 - fading.of(trial->number);
  return weights;
}

TrialDensities::Estimate TrialDensities::make_estimate(std::size_t variable) const {
  const Scale& scale = scales_[variable];
  const std::vector<double>& counts = sums_[variable].plain;
  const std::vector<double> weights = this->weights(variable);
  std::vector<double> good;
  for (const auto& trial : best_)
    if (trial->good && trial->places[variable] != Trial::absent) good.push_back(trial->places[variable]);
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

}  // namespace flash

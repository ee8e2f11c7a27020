#include "flash/job/networks.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "flash/topology/costs.hpp"
#include "flash/topology/nn_degree.hpp"

namespace flash {
namespace {

using Features = std::array<double, 4>;

struct Candidate {
  std::uint64_t id = 0;
  Features features{};  // each scaled to [0, 1] over the candidates
};

Features features_of(const Space& space, const Configuration& configuration, const Costs& costs) {
  double depth = 0;
  for (const int d : configuration.depths) depth += d;
  return {nn_degree(space, configuration, DegreeReading::links), std::log(static_cast<double>(costs.macs)),
          depth, nn_mass(space, configuration) / depth};
}

void scale(std::vector<Candidate>& candidates) {
  for (std::size_t f = 0; f < Features{}.size(); ++f) {
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const Candidate& c : candidates) {
      low = std::min(low, c.features[f]);
      high = std::max(high, c.features[f]);
    }
    for (Candidate& c : candidates) c.features[f] = high > low ? (c.features[f] - low) / (high - low) : 0;
  }
}

double distance(const Features& a, const Features& b) {
  double sum = 0;
  for (std::size_t f = 0; f < a.size(); ++f) sum += (a[f] - b[f]) * (a[f] - b[f]);
  return sum;
}

// Strata and skip densities are drawn uniformly: uniform ids would nearly all fall into the largest strata.
std::vector<Candidate> draw_candidates(const Space& space, double max_mmacs, std::uint64_t seed,
                                       std::size_t wanted) {
  Philox random(seed);
  std::vector<Candidate> candidates;
  std::set<std::uint64_t> seen;
  std::int64_t cheapest = std::numeric_limits<std::int64_t>::max();
  for (std::size_t draw = 0; draw < wanted; ++draw) {
    const Stratum& stratum = space.strata()[random.below(space.strata().size())];
    std::vector<std::int64_t> options;
    // Every fourth candidate has one density in all its cells, so that the extremes are among them.
    const double common = random.uniform() * 1.2 - 0.1;
    const bool same = random.below(4) == 0;
    for (const std::int64_t count : stratum.options) {
      const double density = std::clamp(same ? common : random.uniform(), 0.0, 1.0);
      options.push_back(std::llround(density * static_cast<double>(count - 1)));
    }
    const std::uint64_t id = space.id(stratum, options);
    if (!seen.insert(id).second) continue;
    const Configuration configuration = space.configuration(stratum, options);
    const Costs costs = network_costs(space, configuration);
    cheapest = std::min(cheapest, costs.macs);
    if (max_mmacs > 0 && static_cast<double>(costs.macs) > max_mmacs * 1e6) continue;
    candidates.push_back({id, features_of(space, configuration, costs)});
  }
  if (candidates.empty()) {
    throw Error(ExitCode::bad_job, "max_mmacs = " + std::to_string(max_mmacs) +
                                       " admits no network of the space: the cheapest seen costs " +
                                       std::to_string(static_cast<double>(cheapest) / 1e6) + " million MACs");
  }
  return candidates;
}

}  // namespace

std::vector<std::uint64_t> spread_networks(const Space& space, std::size_t count, double max_mmacs,
                                           std::uint64_t seed) {
  if (count == 0) return {};
  std::vector<Candidate> candidates =
      draw_candidates(space, max_mmacs, seed, std::max<std::size_t>(4000, 40 * count));
  scale(candidates);
  // Starts from the smallest NN-Degree, then always takes the candidate farthest from all taken so far.
  std::vector<double> separation(candidates.size(), std::numeric_limits<double>::infinity());
  std::size_t next = 0;
  for (std::size_t i = 1; i < candidates.size(); ++i) {
    if (candidates[i].features[0] < candidates[next].features[0]) next = i;
  }
  std::vector<std::uint64_t> ids;
  while (ids.size() < std::min(count, candidates.size())) {
    const Features taken = candidates[next].features;
    ids.push_back(candidates[next].id);
    separation[next] = -1;
    std::size_t farthest = next;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if (separation[i] < 0) continue;
      separation[i] = std::min(separation[i], distance(candidates[i].features, taken));
      if (separation[i] > separation[farthest]) farthest = i;
    }
    next = farthest;
  }
  return ids;
}

}  // namespace flash

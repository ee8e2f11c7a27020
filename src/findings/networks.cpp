#include "flash/findings/networks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "flash/space/random_id.hpp"

namespace flash {
namespace {

using Features = std::vector<double>;  // Geometry::spread

struct Candidate {
  NetworkId id = 0;
  Features features;  // each scaled to [0, 1] over the candidates
};

// What scales features to [0, 1]. Where strata differ in their slots, the shorter ones' missing features are 0.
class Scale {
 public:
  explicit Scale(const std::vector<Candidate>& candidates) {
    std::size_t length = 0;
    for (const Candidate& c : candidates) length = std::max(length, c.features.size());
    low_.assign(length, std::numeric_limits<double>::infinity());
    high_.assign(length, -std::numeric_limits<double>::infinity());
    for (const Candidate& c : candidates) {
      for (std::size_t f = 0; f < length; ++f) {
        const double value = f < c.features.size() ? c.features[f] : 0;
        low_[f] = std::min(low_[f], value);
        high_[f] = std::max(high_[f], value);
      }
    }
  }
  void apply(Features& features) const {
    features.resize(low_.size());
    for (std::size_t f = 0; f < low_.size(); ++f)
      features[f] = high_[f] > low_[f] ? (features[f] - low_[f]) / (high_[f] - low_[f]) : 0;
  }

 private:
  Features low_, high_;
};

double distance(const Features& a, const Features& b) {
  double sum = 0;
  for (std::size_t f = 0; f < a.size(); ++f) sum += (a[f] - b[f]) * (a[f] - b[f]);
  return sum;
}

// Draws candidates without end. Strata and skip densities are drawn uniformly: uniform ids would nearly all
// fall into the largest strata.
class Candidates {
 public:
  Candidates(const Space& space, double max_mmacs, std::uint64_t seed, std::span<const NetworkId> only)
      : space_(space), max_macs_(max_mmacs * 1e6), random_(seed), listed_(only.begin(), only.end()) {
    std::ranges::sort(listed_, {},
                      [&](NetworkId id) { return std::pair(seed_of_network(seed, "listed", id), id); });
    from_list_ = !listed_.empty();
  }

  // The new ones of so many more draws.
  std::vector<Candidate> draw(std::size_t draws) {
    std::vector<Candidate> candidates;
    for (std::size_t draw = 0; draw < draws; ++draw) {
      if (from_list_ && next_ == listed_.size()) break;
      const Point point = from_list_ ? space_.point(listed_[next_++]) : at_random();
      const Stratum& stratum = space_.stratum(point);
      const NetworkId id = space_.id(point);
      if (!seen_.insert(id).second) continue;
      if (!space_.geometry().liveness(stratum.shape, point.options).path) continue;
      const Counts counts = space_.counts(point);
      cheapest_ = std::min(cheapest_, counts.macs);
      if (max_macs_ > 0 && static_cast<double>(counts.macs) > max_macs_) continue;
      candidates.push_back({id, space_.geometry().spread(stratum.shape, point.options)});
    }
    return candidates;
  }
  bool any() const { return cheapest_ < std::numeric_limits<std::int64_t>::max(); }  // that can learn
  std::int64_t cheapest() const { return cheapest_; }                                // MACs of all these

 private:
  Point at_random() {
    const Stratum& stratum = space_.strata()[random_.below(space_.strata().size())];
    Point point{stratum.index, {}};
    // Every fourth candidate has one density in all its cells, so that the extremes are among them.
    const double common = random_.uniform() * 1.2 - 0.1;
    const bool same = random_.below(4) == 0;
    for (const std::int64_t count : stratum.options) {
      const double density = std::clamp(same ? common : random_.uniform(), 0.0, 1.0);
      point.options.push_back(std::llround(density * static_cast<double>(count - 1)));
    }
    return point;
  }

  const Space& space_;
  double max_macs_;
  Philox random_;
  std::vector<NetworkId> listed_;  // all that there are, where any are
  bool from_list_ = false;
  std::size_t next_ = 0;  // of the list
  std::set<NetworkId> seen_;
  std::int64_t cheapest_ = std::numeric_limits<std::int64_t>::max();
};

// The draws that the n-th network is chosen from: more for a larger design, in steps that do not depend on
// how many are asked for.
std::size_t draws_for(std::size_t network) {
  std::size_t draws = 4000;
  while (draws < 40 * network) draws *= 2;
  return draws;
}

}  // namespace

std::vector<NetworkId> draw_networks(const Space& space, std::size_t draws, double max_mmacs,
                                     std::uint64_t seed, std::span<const NetworkId> only) {
  std::vector<NetworkId> ids;
  for (const Candidate& candidate : Candidates(space, max_mmacs, seed, only).draw(draws))
    ids.push_back(candidate.id);
  return ids;
}

std::vector<NetworkId> spread_among(const Space& space, const std::vector<NetworkId>& candidates,
                                    const std::vector<NetworkId>& present, std::size_t count) {
  std::vector<Candidate> all;
  for (const std::vector<NetworkId>& ids : {candidates, present})
    for (const NetworkId id : ids) {
      const Stratum& stratum = space.stratum_of(id);
      all.push_back({id, space.geometry().spread(stratum.shape, space.options_of(stratum, id))});
    }
  const Scale scale(all);
  for (Candidate& c : all) scale.apply(c.features);
  std::vector<double> separation(candidates.size(), std::numeric_limits<double>::infinity());
  const auto draw_near = [&](const Candidate& taken) {
    for (std::size_t i = 0; i < separation.size(); ++i)
      separation[i] = std::min(separation[i], distance(all[i].features, taken.features));
  };
  for (std::size_t i = candidates.size(); i < all.size(); ++i) draw_near(all[i]);
  std::vector<NetworkId> ids;
  while (ids.size() < count) {
    const auto farthest = std::ranges::max_element(separation);
    if (farthest == separation.end() || *farthest <= 0) break;  // none, or all like one that is there
    const Candidate& taken = all[static_cast<std::size_t>(farthest - separation.begin())];
    ids.push_back(taken.id);
    draw_near(taken);
  }
  return ids;
}

std::vector<NetworkId> spread_networks(const Space& space, std::size_t count, double max_mmacs,
                                       std::uint64_t seed, std::span<const NetworkId> only) {
  if (count == 0) return {};
  Candidates source(space, max_mmacs, seed, only);
  std::size_t drawn = draws_for(1);
  std::vector<Candidate> candidates = source.draw(drawn);
  if (candidates.empty() && !source.any())
    throw Error(ExitCode::bad_job, "count: of " + std::to_string(drawn) +
                                       " networks drawn none has a live path from input to output");
  if (candidates.empty()) {
    throw Error(ExitCode::bad_job, "max_mmacs = " + std::to_string(max_mmacs) +
                                       " admits no network of the space: the cheapest seen costs " +
                                       std::to_string(static_cast<double>(source.cheapest()) / 1e6) +
                                       " million MACs");
  }
  const Scale scale(candidates);  // of the first draws: later ones may lie a little outside [0, 1]
  for (Candidate& c : candidates) scale.apply(c.features);
  // Starts from the smallest score, then always takes the candidate farthest from all taken so far.
  std::vector<double> separation(candidates.size(), std::numeric_limits<double>::infinity());
  std::size_t next = 0;
  for (std::size_t i = 1; i < candidates.size(); ++i) {
    if (candidates[i].features[0] < candidates[next].features[0]) next = i;
  }
  std::vector<NetworkId> ids;
  std::vector<Features> taken;
  const auto take = [&](std::size_t chosen) {
    ids.push_back(candidates[chosen].id);
    taken.push_back(candidates[chosen].features);
    separation[chosen] = -1;
  };
  const auto enlarge = [&](std::size_t draws) {
    for (Candidate& c : source.draw(draws - drawn)) {
      scale.apply(c.features);
      double nearest = std::numeric_limits<double>::infinity();
      for (const Features& t : taken) nearest = std::min(nearest, distance(c.features, t));
      candidates.push_back(c);
      separation.push_back(nearest);
    }
    drawn = draws;
  };
  take(next);
  while (ids.size() < count) {
    for (std::size_t i = 0; i < candidates.size(); ++i)
      if (separation[i] >= 0)
        separation[i] = std::min(separation[i], distance(candidates[i].features, taken.back()));
    if (const std::size_t draws = draws_for(ids.size() + 1); draws > drawn) enlarge(draws);
    const auto farthest = std::ranges::max_element(separation);
    if (*farthest < 0) break;  // all are taken
    take(static_cast<std::size_t>(farthest - separation.begin()));
  }
  return ids;
}

}  // namespace flash

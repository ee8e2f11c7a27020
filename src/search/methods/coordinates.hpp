// A configuration as search methods see it: a few choices of shape, then an option a slot. Internal to
// the room.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "flash/core/random.hpp"
#include "flash/search/search.hpp"

namespace flash {

using Options = std::vector<std::int64_t>;

// Position on each of the space's shape axes.
using Shape = std::vector<std::size_t>;

struct Network {
  Shape shape;
  Options options;
};

class Coordinates {
 public:
  explicit Coordinates(const Space& space);

  const Space& space() const { return space_; }
  const std::vector<std::size_t>& choices() const { return choices_; }  // of each variable of a shape
  const Stratum& stratum(const Shape& shape) const;

  // The option at a relative density in [0, 1] of what the cell can have.
  static std::int64_t option(const Stratum& stratum, std::size_t cell, double density);
  // The options that keep each cell's density in another stratum; 0 in a slot that only that has.
  static Options rescale(const Stratum& from, const Options& options, const Stratum& to);

  Network random(Philox& random) const;
  // Changes one variable of those that have a choice, skips by a stride of about `reach` of their range.
  Network mutate(const Network& network, double reach, Philox& random) const;

 private:
  void change_shape(Network& network, std::size_t variable, Philox& random) const;

  const Space& space_;
  std::vector<std::size_t> choices_;
};

// What methods climb that need one number: ln f - 10 ln(1 + 1000 violation). The penalty is steep near the
// bound, where little accuracy buys much hardware, and grows slowly far out, where a policy gradient would
// suffer from outliers.
double score(const Evaluation& evaluation);

// Ends a method whose proposals have been known for a long time: it has converged.
class Patience {
 public:
  explicit Patience(const Tracker& tracker) : tracker_(tracker) {}
  bool lost();  // asked once a proposal

 private:
  const Tracker& tracker_;
  std::uint64_t seen_ = 0;
  std::uint64_t repeats_ = 0;
};

}  // namespace flash

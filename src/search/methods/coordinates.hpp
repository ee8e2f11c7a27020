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

  // Which place of the fullest networks each slot of a stratum stands for: strata that differ in how many slots
  // they have share a variable a place, of which there are space().cells(). Ascending.
  std::span<const std::size_t> places(const Stratum& stratum) const;

  // The option at a relative density in [0, 1] of what the cell can have.
  static std::int64_t option(const Stratum& stratum, std::size_t cell, double density);
  // What stands in slot `there` of `to` for an option of slot `here` of `from`: that of the same density, or,
  // where the options have no order, the same one, or the last where there are fewer.
  static std::int64_t carried(const Stratum& from, std::size_t here, std::int64_t option, const Stratum& to,
                              std::size_t there);
  // The options that carry over to another stratum slot by slot; 0 in a slot that only that has.
  static Options rescale(const Stratum& from, const Options& options, const Stratum& to);

  Network random(Philox& random) const;
  // Variables of a network are those of its shape, then its slots; these have a choice.
  std::vector<std::size_t> open(const Network& network) const;
  // Changes one open variable, skips by a stride of about `reach` of their range, what has no order to any other.
  Network mutate(const Network& network, double reach, Philox& random) const;
  // Draws another value of a variable, all others alike.
  void redraw(Network& network, std::size_t variable, Philox& random) const;
  // Each variable from one parent or the other, alike.
  Network cross(const Network& a, const Network& b, Philox& random) const;

 private:
  void change_shape(Network& network, std::size_t variable, Philox& random) const;
  void change_option(Network& network, std::size_t slot, Philox& random) const;
  std::vector<std::size_t> find_places(const Stratum& stratum) const;
  const std::int64_t* find_option(const Network& network, std::size_t place, std::size_t& slot) const;

  const Space& space_;
  std::vector<std::size_t> choices_;
  std::vector<std::size_t> all_places_;                   // of a stratum with all slots
  mutable std::vector<std::vector<std::size_t>> places_;  // of strata that were asked for
};

// What methods climb that need one number: ln f, in log_units, - 10 ln(1 + 1000 violation). The penalty is steep near
// the bound, where little accuracy buys much hardware, and grows slowly far out, where a policy gradient would
// suffer from outliers.
double score(const Evaluator& evaluator, const Evaluation& evaluation);

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

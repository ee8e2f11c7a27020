// Boxes of configurations and what bounds a quantity over them; internal to the room.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "flash/search/evaluator.hpp"

namespace flash {

// Boxes of at most this many configurations are cheaper to evaluate than to halve.
inline constexpr std::uint64_t leaf_size = 32;

// The configurations of a stratum between two options in each cell, both ends included.
struct Box {
  std::size_t stratum = 0;
  std::vector<std::int64_t> low;
  std::vector<std::int64_t> high;

  void cover(const Stratum& whole);
  NetworkId size() const;
};

// Calls visit(options) for the first `count` configurations of the box, in the order of ids.
template <class Visit>
void for_each(const Box& box, std::uint64_t count, std::vector<std::int64_t>& options, const Visit& visit) {
  options = box.low;
  for (std::uint64_t left = count; left > 0; --left) {
    visit(options);
    for (std::size_t c = options.size(); c-- > 0;) {
      if (++options[c] <= box.high[c]) break;
      options[c] = box.low[c];
    }
  }
}

// Halves a box at a cell; `upper` becomes the upper half.
void halve(Box& box, std::size_t cell, Box& upper);

// Where boxes of one space wait, each in a numbered slot, without an allocation a box: 28 bytes for three
// cells.
class BoxStore {
 public:
  explicit BoxStore(const Space& space) : space_(space), cells_(space.cells()) {}

  std::uint32_t put(const Box& box);
  void take(std::uint32_t slot, Box& box);  // frees the slot
  std::size_t slots() const { return strata_.size(); }
  // Whether the lowest id in a's box is below the lowest in b's.
  bool starts_before(std::uint32_t a, std::uint32_t b) const;

 private:
  const Space& space_;
  std::size_t cells_;  // of the stratum that has most: 0 stands in the others' missing ones
  std::vector<std::uint32_t> strata_;
  std::vector<std::int32_t> options_;  // of each slot: low, then high
  std::vector<std::uint32_t> free_;
};

// Bounds that hold bit for bit: what a term comes to never falls when an entry of its tables grows, whatever
// the rounding. Where a stratum's tables ascend they are the values at the box's corners. Elsewhere they are
// made of each table's least and largest values within the box, found from those of its blocks: at most 2 *
// 64 + options / 64 looks a table.
class BoxBounds {
 public:
  explicit BoxBounds(const Evaluator& evaluator);

  bool monotone() const { return blocks_.empty(); }  // all tables ascend
  double least(const Term& term, const Box& box) const;
  double largest(const Term& term, const Box& box) const;
  double best_degree(const Box& box) const;
  // What no accuracy at this NN-Degree or a worse one exceeds. Accuracy models never exceed 1; NN-Degree
  // itself and a constant accuracy are as they are: no room for rounding where all is equally accurate, which
  // would have every box opened.
  double most_accuracy(double best_degree) const;
  double least_loss(const Box& box) const;          // of accuracy; 0 where none is lost
  Measurement least_metrics(const Box& box) const;  // of those in hand
  // Least metrics of the box's configurations of at least this NN-Degree; `least` is least_metrics(box). A
  // cell that gives a unit of NN-Degree costs its slope at least; the cheapest cells give first (a knapsack
  // that may be filled in part).
  Measurement least_metrics(const Box& box, const Measurement& least, double degree);

  // The cell to halve, of a box of more than one configuration: that over which NN-Degree and metrics vary
  // most, relative to their values, since halving it tightens the bounds most.
  std::size_t widest_cell(const Box& box) const;

 private:
  struct BlockExtremes {
    std::vector<double> least;
    std::vector<double> largest;
  };
  // From any option to a later one of a cell, a metric grows by at least `cost` a unit of NN-Degree, less
  // `gap`.
  struct Slope {
    std::size_t cell = 0;
    double cost = 0;
    double gap = 0;
  };
  // Of what adds up of one metric in a stratum, ascending in cost. `least`: the least slope between
  // neighbours, no gap, for smooth tables. `mean`: from the first option to the last, for tables with steps,
  // the gap being a step's height.
  struct Slopes {
    std::vector<Slope> least;
    std::vector<Slope> mean;
  };
  const PerMetric<Slopes>& slopes(std::size_t stratum);  // empty where absent
  double grown(const std::vector<Slope>& slopes, const Box& box, double rise) const;

  template <bool largest>
  double extreme(const Term& term, const Box& box) const;
  template <bool largest>
  double extreme_most(const Term& term, const Box& box) const;  // of the part that is a maximum
  template <bool largest>
  double extreme(std::span<const double> values, bool ascends, std::size_t low, std::size_t high) const;

  const Evaluator& evaluator_;
  std::unordered_map<const double*, BlockExtremes> blocks_;  // of the tables of terms that do not ascend
  std::vector<std::unique_ptr<PerMetric<Slopes>>> slopes_;   // of each stratum, once needed
};

}  // namespace flash

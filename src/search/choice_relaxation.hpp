// Bounds on what part of a stratum is worth, by Lagrangian relaxation. Internal to the room.
//
// Ceilings, and what else bounds a sum, get a price each; with prices fixed every slot chooses for itself, and what
// comes out is worth no less than the best configuration. The best prices are sought by projected subgradients with
// Polyak's step towards what is wanted (B. T. Polyak 1969): a node that holds nothing better is done as soon as a price
// shows it. Prices also tell which options cannot be part of anything better (M. L. Fisher, Management Science 27, 1981).
#pragma once

#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "choice_knapsack.hpp"
#include "choice_node.hpp"

namespace flash {

class Relaxation {
 public:
  // Called with each configuration that the prices choose.
  using Offer = std::function<void(const std::vector<std::int64_t>& options, const Values& sums)>;

  Relaxation(const Goal& goal, Offer offer) : goal_(goal), offer_(std::move(offer)) {}

  // Narrows the node, and bounds it. False where nothing in it is worth `needed` or more: then `cut` is the largest
  // bound that was found too low. `needed` is asked again, as offers may raise it.
  bool bound(const Knapsack& knapsack, ChoiceNode& node, const std::function<double()>& needed, int steps);
  double cut() const { return cut_; }  // since construction

  // Of the last node bounded: what the best prices choose, and their sums.
  const std::vector<std::int64_t>& chosen() const { return best_options_; }
  const Values& sums() const { return best_sums_; }
  // Between what a quantity is within the node.
  std::pair<double, double> range(std::size_t quantity) const { return {low_[quantity], high_[quantity]}; }
  bool has_most(std::size_t quantity) const { return most_[quantity] != 0; }
  // By how much the majorant may lie above what it stands for, in each quantity.
  Values slack() const;
  // How undecided a slot is: what its best two options differ by in what is paid for, against what they differ by
  // in worth.
  double doubt(std::size_t slot, double gap) const;
  // What the bound becomes where a slot has that option.
  double bound_with(std::size_t slot, std::size_t option) const;

 private:
  bool fits();  // drops options with which a limit cannot be kept; false where none is left
  bool order_twins();
  void set_majorant();
  double value(const Values& prices);  // the bound that they give; sets options_ and sums_
  double minimise(int steps, const std::function<double()>& needed);
  bool drop(double bound, double needed);  // options that nothing better has; whether any was
  double margin() const;                   // what rounding may have taken from a bound
  double weighed(const Values& adds) const;

  const Goal& goal_;
  Offer offer_;
  double cut_ = -std::numeric_limits<double>::infinity();
  const Knapsack* knapsack_ = nullptr;
  ChoiceNode* node_ = nullptr;
  Majorant majorant_;
  Values low_{}, high_{};  // of each quantity within the node
  Values most_{};          // the least that the part of which the largest counts can be
  Values weights_{};       // of the quantities, prices included
  double constant_ = 0;
  double best_ = 0;
  std::vector<std::int64_t> options_, best_options_;
  Values sums_{}, best_sums_{};
};

}  // namespace flash

// Simulated annealing of a placement: the quadratic assignment of placement.hpp.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "flash/core/random.hpp"
#include "flash/imc/placement.hpp"

namespace flash {
namespace {

struct Partner {
  int tile;
  std::int64_t flits;
};

class Annealing {
 public:
  Annealing(const Mesh& start, std::span<const Flow> volumes, std::uint64_t seed)
      : side_(start.side()),
        partners_(static_cast<std::size_t>(start.tiles())),
        tile_at_(static_cast<std::size_t>(side_) * static_cast<std::size_t>(side_), -1),
        random_(seed) {
    for (const Flow& pair : volumes) {
      partners_[static_cast<std::size_t>(pair.from)].push_back({pair.to, pair.flits});
      partners_[static_cast<std::size_t>(pair.to)].push_back({pair.from, pair.flits});
    }
    for (int tile = 0; tile < start.tiles(); ++tile) {
      places_.push_back(start.place(tile));
      at(places_.back()) = tile;
      if (!partners_[static_cast<std::size_t>(tile)].empty()) talking_.push_back(tile);
    }
    cost_ = flit_hops(start, volumes);
    pairs_ = static_cast<double>(volumes.size());
  }

  // One pass from hot to cold; keeps the best that it has seen.
  void run(std::int64_t moves) {
    if (talking_.empty() || side_ == 1) return;
    if (best_.empty()) keep();
    const double hot = 0.5 * usual_change();
    if (hot <= 0) return;
    constexpr double cold = 1e-3;  // share of the temperature that is left at the end
    constexpr int steps = 200;     // of equal temperature
    for (int step = 0; step < steps; ++step) {
      const double left = 1 - static_cast<double>(step) / (steps - 1);
      const double temperature = hot * std::pow(cold, 1 - left);
      // Far moves are seldom taken once it is cold.
      const int reach = std::max(1, static_cast<int>(std::lround(left * side_)));
      for (std::int64_t k = 0; k < moves / steps; ++k) try_move(temperature, reach);
    }
  }

  // After a pass: the best is the state itself where nothing worse was taken after it.
  void settle() {
    if (keep_later_ || best_.empty()) keep();
    keep_later_ = false;
  }
  void restart_from_best() {
    for (int& tile : tile_at_) tile = -1;
    places_ = best_;
    cost_ = best_cost_;
    for (std::size_t tile = 0; tile < places_.size(); ++tile) at(places_[tile]) = static_cast<int>(tile);
  }

  std::int64_t best_cost() const { return best_cost_; }
  const std::vector<Place>& best() const { return best_; }
  // Visits of partners that a move makes, on average: what bounds the work.
  double visits() const { return 1 + 4 * pairs_ / std::max<double>(1, static_cast<double>(talking_.size())); }

 private:
  int& at(Place place) { return tile_at_[static_cast<std::size_t>(place.y * side_ + place.x)]; }

  void keep() {
    best_ = places_;
    best_cost_ = cost_;
  }

  // Of the cost, when the tile goes to a place, but for what it tells `other`, which changes places with it.
  std::int64_t change(int tile, Place to, int other) const {
    const Place from = places_[static_cast<std::size_t>(tile)];
    std::int64_t sum = 0;
    for (const Partner& partner : partners_[static_cast<std::size_t>(tile)]) {
      if (partner.tile == other) continue;
      const Place there = places_[static_cast<std::size_t>(partner.tile)];
      sum += partner.flits * (std::abs(to.x - there.x) + std::abs(to.y - there.y) -
                              std::abs(from.x - there.x) - std::abs(from.y - there.y));
    }
    return sum;
  }

  struct Move {
    int tile;
    int other;  // -1: nobody
    Place to;
  };

  int near(int at, int reach) {
    const int low = std::max(0, at - reach), high = std::min(side_ - 1, at + reach);
    return low + static_cast<int>(random_.below(static_cast<std::uint64_t>(high - low + 1)));
  }

  Move draw(int reach) {
    const int tile = talking_[random_.below(talking_.size())];
    // Around itself, or around one that it talks to.
    Place around = places_[static_cast<std::size_t>(tile)];
    const auto& partners = partners_[static_cast<std::size_t>(tile)];
    if (random_() % 2 == 0)
      around = places_[static_cast<std::size_t>(partners[random_.below(partners.size())].tile)];
    const Place to{near(around.x, reach), near(around.y, reach)};
    return {tile, at(to), to};
  }

  std::int64_t change(const Move& move) const {
    std::int64_t sum = change(move.tile, move.to, move.other);
    if (move.other >= 0) sum += change(move.other, places_[static_cast<std::size_t>(move.tile)], move.tile);
    return sum;
  }

  void take(const Move& move, std::int64_t change) {
    Place& from = places_[static_cast<std::size_t>(move.tile)];
    at(from) = move.other;
    if (move.other >= 0) places_[static_cast<std::size_t>(move.other)] = from;
    from = move.to;
    at(move.to) = move.tile;
    cost_ += change;
    if (cost_ < best_cost_) keep_later_ = true;
  }

  void try_move(double temperature, int reach) {
    const Move move = draw(reach);
    if (move.tile == move.other) return;
    const std::int64_t by = change(move);
    if (by > 0) {
      if (random_.uniform() >= std::exp(-static_cast<double>(by) / temperature)) return;
      if (keep_later_) keep();  // the last of a row of improvements, before it is left
      keep_later_ = false;
    }
    take(move, by);
  }

  double usual_change() {
    constexpr int probes = 1000;
    double sum = 0;
    for (int k = 0; k < probes; ++k) {
      const Move move = draw(side_);
      if (move.tile != move.other) sum += std::abs(static_cast<double>(change(move)));
    }
    return sum / probes;
  }

  int side_;
  std::vector<std::vector<Partner>> partners_;
  std::vector<int> tile_at_;  // -1: none
  std::vector<Place> places_, best_;
  std::vector<int> talking_;  // tiles that have partners
  Philox random_;
  std::int64_t cost_ = 0, best_cost_ = 0;
  double pairs_ = 0;
  bool keep_later_ = false;
};

}  // namespace

Placement anneal_placement(const Mesh& start, std::span<const Flow> volumes, std::uint64_t seed) {
  Annealing annealing(start, volumes, seed);
  // Few tiles have deep valleys and are cheap: several passes.
  constexpr double most_visits = 2e8, moves_a_tile = 20'000;
  constexpr int few = 32;
  const int passes = start.tiles() <= few ? 4 : 1;
  const double moves =
      std::min(most_visits / annealing.visits(), moves_a_tile * static_cast<double>(start.tiles()));
  for (int pass = 0; pass < passes; ++pass) {
    annealing.run(static_cast<std::int64_t>(moves));
    annealing.settle();
    annealing.restart_from_best();
  }
  Placement placement;
  placement.before = flit_hops(start, volumes);
  placement.after = annealing.best_cost();
  for (const Place& place : annealing.best()) placement.spots.push_back(place.y * start.side() + place.x);
  placement.bound = least_flit_hops(start.side(), static_cast<int>(start.tiles()), volumes);
  return placement;
}

}  // namespace flash

#include "coordinates.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace flash {

Coordinates::Coordinates(const Space& space) : space_(space), all_places_(space.cells()) {
  for (const Axis& axis : space.geometry().shape_axes()) choices_.push_back(axis.values.size());
  std::iota(all_places_.begin(), all_places_.end(), std::size_t{0});
}

// The strata are listed in the order of the shape axes, the last one fastest.
const Stratum& Coordinates::stratum(const Shape& shape) const {
  std::size_t index = 0;
  for (std::size_t v = 0; v < shape.size(); ++v) index = index * choices_[v] + shape[v];
  return space_.strata()[index];
}

std::span<const std::size_t> Coordinates::places(const Stratum& stratum) const {
  if (stratum.cells() == all_places_.size()) return all_places_;
  places_.resize(space_.strata().size());
  std::vector<std::size_t>& places = places_[stratum.index];
  if (places.empty()) places = find_places(stratum);
  return places;
}

// Its slots are sought in the stratum to which its axes lead one by one, each to the value that gives most slots:
// the same tables tell the same slot. One that is not found, since its tables differ for what follows it, comes
// after those before it.
std::vector<std::size_t> Coordinates::find_places(const Stratum& stratum) const {
  Shape shape(stratum.shape.begin(), stratum.shape.end());
  for (std::size_t v = 0; v < shape.size(); ++v) {
    Shape other = shape;
    for (other[v] = 0; other[v] < choices_[v]; ++other[v])
      if (this->stratum(other).cells() > this->stratum(shape).cells()) shape = other;
  }
  const Stratum& full = this->stratum(shape);
  const Geometry& geometry = space_.geometry();
  std::vector<std::size_t> keys, places;
  for (std::size_t c = 0; c < full.cells(); ++c) keys.push_back(geometry.table_key(full.shape, c));
  std::size_t next = 0;
  for (std::size_t c = 0; c < stratum.cells(); ++c) {
    const std::size_t last = full.cells() - (stratum.cells() - c);  // leaves room for those to come
    const std::size_t key = geometry.table_key(stratum.shape, c);
    std::size_t place = next;
    while (place <= last && keys[place] != key) ++place;
    places.push_back(place <= last ? place : next);
    next = places.back() + 1;
  }
  return places;
}

std::int64_t Coordinates::option(const Stratum& stratum, std::size_t cell, double density) {
  return std::llround(density * static_cast<double>(stratum.options[cell] - 1));
}

std::int64_t Coordinates::carried(const Stratum& from, std::size_t here, std::int64_t option,
                                  const Stratum& to, std::size_t there) {
  if (!to.slots[there].ordered) return std::min(option, to.options[there] - 1);
  const std::int64_t last = from.options[here] - 1;
  return last == 0 ? 0
                   : Coordinates::option(to, there, static_cast<double>(option) / static_cast<double>(last));
}

Options Coordinates::rescale(const Stratum& from, const Options& options, const Stratum& to) {
  Options scaled(to.cells());
  for (std::size_t c = 0; c < std::min(options.size(), scaled.size()); ++c)
    scaled[c] = carried(from, c, options[c], to, c);
  return scaled;
}

namespace {

std::int64_t any_option(const Stratum& stratum, std::size_t slot, Philox& random) {
  return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(stratum.options[slot])));
}

// In [0, count) but not `value`.
template <class Value>
Value another(Value value, Value count, Philox& random) {
  const auto other = static_cast<Value>(random.below(static_cast<std::uint64_t>(count - 1)));
  return other < value ? other : other + 1;
}

}  // namespace

Network Coordinates::random(Philox& random) const {
  Network network;
  for (const std::size_t count : choices_) network.shape.push_back(random.below(count));
  const Stratum& home = stratum(network.shape);
  for (std::size_t c = 0; c < home.cells(); ++c) network.options.push_back(any_option(home, c, random));
  return network;
}

std::vector<std::size_t> Coordinates::open(const Network& network) const {
  const Stratum& home = stratum(network.shape);
  std::vector<std::size_t> open;
  for (std::size_t v = 0; v < choices_.size(); ++v)
    if (choices_[v] > 1) open.push_back(v);
  for (std::size_t c = 0; c < home.cells(); ++c)
    if (home.options[c] > 1) open.push_back(choices_.size() + c);
  return open;
}

const std::int64_t* Coordinates::find_option(const Network& network, std::size_t place,
                                             std::size_t& slot) const {
  const auto places = this->places(stratum(network.shape));
  slot = static_cast<std::size_t>(std::ranges::lower_bound(places, place) - places.begin());
  return slot < places.size() && places[slot] == place ? &network.options[slot] : nullptr;
}

void Coordinates::change_shape(Network& network, std::size_t variable, Philox& random) const {
  const Network before = network;
  const Stratum& from = stratum(before.shape);
  std::size_t& value = network.shape[variable];
  value = another(value, choices_[variable], random);
  const Stratum& to = stratum(network.shape);
  const auto places = this->places(to);
  network.options.resize(to.cells());
  for (std::size_t c = 0; c < to.cells(); ++c) {
    std::size_t slot = 0;
    const std::int64_t* option = find_option(before, places[c], slot);
    network.options[c] = option ? carried(from, slot, *option, to, c) : any_option(to, c, random);
  }
}

void Coordinates::change_option(Network& network, std::size_t slot, Philox& random) const {
  std::int64_t& option = network.options[slot];
  option = another(option, stratum(network.shape).options[slot], random);
}

void Coordinates::redraw(Network& network, std::size_t variable, Philox& random) const {
  if (variable < choices_.size()) {
    change_shape(network, variable, random);
  } else {
    change_option(network, variable - choices_.size(), random);
  }
}

Network Coordinates::mutate(const Network& network, double reach, Philox& random) const {
  Network child = network;
  const std::vector<std::size_t> open = this->open(network);
  if (open.empty()) return child;
  const std::size_t variable = open[random.below(open.size())];
  if (variable < choices_.size()) {
    change_shape(child, variable, random);
    return child;
  }
  const Stratum& home = stratum(network.shape);
  const std::size_t c = variable - choices_.size();
  if (!home.slots[c].ordered) {
    change_option(child, c, random);
    return child;
  }
  std::int64_t stride = std::llround(random.normal() * reach * static_cast<double>(home.options[c] - 1));
  if (stride == 0) stride = random.below(2) == 0 ? 1 : -1;
  std::int64_t& option = child.options[c];
  option = std::clamp<std::int64_t>(option + stride, 0, home.options[c] - 1);
  return child;
}

Network Coordinates::cross(const Network& a, const Network& b, Philox& random) const {
  const auto pick = [&] { return random.below(2) == 0; };
  Network child;
  for (std::size_t v = 0; v < choices_.size(); ++v) child.shape.push_back(pick() ? a.shape[v] : b.shape[v]);
  const Stratum& to = stratum(child.shape);
  const auto places = this->places(to);
  for (std::size_t c = 0; c < to.cells(); ++c) {
    const bool first = pick();
    const Network* donor = first ? &a : &b;
    std::size_t slot = 0;
    const std::int64_t* option = find_option(*donor, places[c], slot);
    if (!option) {
      donor = first ? &b : &a;
      option = find_option(*donor, places[c], slot);
    }
    child.options.push_back(option ? carried(stratum(donor->shape), slot, *option, to, c)
                                   : any_option(to, c, random));
  }
  return child;
}

double score(const Evaluator& evaluator, const Evaluation& evaluation) {
  return std::log(evaluation.objective) / evaluator.log_unit() - 10 * std::log1p(1000 * evaluation.violation);
}

bool Patience::lost() {
  constexpr std::uint64_t limit = 2000;
  repeats_ = tracker_.evaluations() == seen_ ? repeats_ + 1 : 0;
  seen_ = tracker_.evaluations();
  return repeats_ > limit;
}

}  // namespace flash

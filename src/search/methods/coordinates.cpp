#include "coordinates.hpp"

#include <algorithm>
#include <cmath>

namespace flash {

Coordinates::Coordinates(const Space& space) : space_(space) {
  for (const Axis& axis : space.geometry().shape_axes()) choices_.push_back(axis.values.size());
}

// The strata are listed in the order of the shape axes, the last one fastest.
const Stratum& Coordinates::stratum(const Shape& shape) const {
  std::size_t index = 0;
  for (std::size_t v = 0; v < shape.size(); ++v) index = index * choices_[v] + shape[v];
  return space_.strata()[index];
}

std::int64_t Coordinates::option(const Stratum& stratum, std::size_t cell, double density) {
  return std::llround(density * static_cast<double>(stratum.options[cell] - 1));
}

Options Coordinates::rescale(const Stratum& from, const Options& options, const Stratum& to) {
  Options scaled(to.cells());
  for (std::size_t c = 0; c < std::min(options.size(), scaled.size()); ++c) {
    const std::int64_t last = from.options[c] - 1;
    scaled[c] = last == 0 ? 0 : option(to, c, static_cast<double>(options[c]) / static_cast<double>(last));
  }
  return scaled;
}

Network Coordinates::random(Philox& random) const {
  Network network;
  for (const std::size_t count : choices_) network.shape.push_back(random.below(count));
  for (const std::int64_t count : stratum(network.shape).options)
    network.options.push_back(static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(count))));
  return network;
}

void Coordinates::change_shape(Network& network, std::size_t variable, Philox& random) const {
  const Stratum& before = stratum(network.shape);
  std::size_t& value = network.shape[variable];
  const std::size_t other = random.below(choices_[variable] - 1);
  value = other < value ? other : other + 1;
  network.options = rescale(before, network.options, stratum(network.shape));
}

Network Coordinates::mutate(const Network& network, double reach, Philox& random) const {
  Network child = network;
  const Stratum& home = stratum(network.shape);
  std::vector<std::size_t> open;
  for (std::size_t v = 0; v < choices_.size(); ++v)
    if (choices_[v] > 1) open.push_back(v);
  for (std::size_t c = 0; c < home.cells(); ++c)
    if (home.options[c] > 1) open.push_back(choices_.size() + c);
  if (open.empty()) return child;

  const std::size_t variable = open[random.below(open.size())];
  if (variable < choices_.size()) {
    change_shape(child, variable, random);
    return child;
  }
  const std::size_t c = variable - choices_.size();
  std::int64_t stride = std::llround(random.normal() * reach * static_cast<double>(home.options[c] - 1));
  if (stride == 0) stride = random.below(2) == 0 ? 1 : -1;
  std::int64_t& option = child.options[c];
  option = std::clamp<std::int64_t>(option + stride, 0, home.options[c] - 1);
  return child;
}

double score(const Evaluation& evaluation) {
  return std::log(evaluation.objective) - 10 * std::log1p(1000 * evaluation.violation);
}

bool Patience::lost() {
  constexpr std::uint64_t limit = 2000;
  repeats_ = tracker_.evaluations() == seen_ ? repeats_ + 1 : 0;
  seen_ = tracker_.evaluations();
  return repeats_ > limit;
}

}  // namespace flash

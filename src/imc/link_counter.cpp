// The loads of links and where flits turn.
#include <algorithm>

#include "flash/imc/mesh.hpp"

namespace flash {

LinkCounter::LinkCounter(const Mesh& mesh, bool multicast)
    : mesh_(mesh),
      multicast_(multicast),
      routers_(static_cast<std::size_t>(mesh.side()) * static_cast<std::size_t>(mesh.side())) {}

// `value`: links that it was counted on already are left out, -1: none.
void LinkCounter::add(const Flow& flow, int value, Traffic& traffic) {
  const int side = mesh_.side(), to = mesh_.spot(flow.to);
  const std::array<int, ports> steps{1, -1, side, -side, 0};
  int at = mesh_.spot(flow.from);
  std::size_t in = local, out = local;
  do {
    Router& router = routers_[static_cast<std::size_t>(at)];
    if (!router.used) {
      router.used = true;
      used_.push_back(static_cast<std::size_t>(at));
    }
    if (at % side != to % side)
      out = at % side < to % side ? 0 : 1;
    else
      out = at == to ? local : at < to ? 2 : 3;
    if (value < 0 || router.last[out] != value) {
      router.turns[in][out] += flow.flits;
      router.out[out] += flow.flits;
      router.last[out] = value;
      if (out != local) traffic.flit_hops += flow.flits;
    }
    at += steps[out];
    in = out;
  } while (out != local);
  traffic.longest = std::max(traffic.longest, mesh_.hops(flow.from, flow.to));
}

void LinkCounter::add_all(std::span<const Flow> flows, Traffic& traffic) {
  const Flow* last = nullptr;
  int value = -1;
  for (const Flow& flow : flows) {
    if (flow.from == flow.to || flow.flits == 0) continue;
    const bool again = multicast_ && last != nullptr && same_value(*last, flow);
    if (!again) {
      ++value;
      routers_[static_cast<std::size_t>(mesh_.spot(flow.from))].inject += flow.flits;
      traffic.flits += flow.flits;
    }
    add(flow, multicast_ ? value : -1, traffic);
    last = &flow;
  }
}

void LinkCounter::clear() {
  for (const std::size_t spot : used_) routers_[spot] = {};
  used_.clear();
}

template <class Visit>
void LinkCounter::visit(std::span<const Flow> flows, Visit visit) const {
  // Ports first, in the order of the flows; then links along each line.
  std::vector<char> told(static_cast<std::size_t>(2 * mesh_.tiles()));
  for (const Flow& flow : flows) {
    if (flow.from == flow.to || flow.flits == 0) continue;
    const auto from = static_cast<std::size_t>(flow.from), to = static_cast<std::size_t>(flow.to);
    const auto inject = static_cast<std::size_t>(mesh_.spot(flow.from));
    const auto eject = static_cast<std::size_t>(mesh_.spot(flow.to));
    if (!told[2 * from]) visit(inject, Direction::inject, routers_[inject].inject);
    if (!told[2 * to + 1]) visit(eject, Direction::eject, routers_[eject].out[local]);
    told[2 * from] = told[2 * to + 1] = 1;
  }
  const auto side = static_cast<std::size_t>(mesh_.side());
  std::vector<std::size_t> spots = used_;
  std::ranges::sort(spots);
  for (const Direction direction : {Direction::east, Direction::west, Direction::south, Direction::north}) {
    if (direction == Direction::south)
      std::ranges::sort(spots, {}, [&](std::size_t spot) { return spot % side * side + spot / side; });
    for (const std::size_t spot : spots) {
      const std::int64_t flits = routers_[spot].out[static_cast<std::size_t>(direction)];
      if (flits > 0) visit(spot, direction, flits);
    }
  }
}

double LinkCounter::waiting(std::size_t spot, std::size_t out) const {
  const auto side = static_cast<std::size_t>(mesh_.side());
  const Router& router = routers_[spot];
  double sum = 0;
  for (std::size_t in = 0; in < ports; ++in) {
    const std::int64_t here = router.turns[in][out];
    if (here == 0) continue;
    const std::array<std::size_t, ports> before{spot - 1, spot + 1, spot - side, spot + side, spot};
    const std::int64_t all = in == local ? router.inject : routers_[before[in]].out[in];
    sum += static_cast<double>(here) * (1 - static_cast<double>(here) / static_cast<double>(all));
  }
  return sum;
}

Traffic LinkCounter::count(std::span<const Flow> flows) {
  Traffic traffic;
  add_all(flows, traffic);
  visit(flows, [&](std::size_t spot, Direction direction, std::int64_t flits) {
    const auto side = static_cast<std::size_t>(mesh_.side());
    if (flits > traffic.most.flits)
      traffic.most = {{static_cast<int>(spot % side), static_cast<int>(spot / side)}, direction, flits};
    double time = static_cast<double>(flits);
    if (direction != Direction::inject)
      time += waiting_share * waiting(spot, std::min(static_cast<std::size_t>(direction), local));
    traffic.contended = std::max(traffic.contended, time);
  });
  clear();
  return traffic;
}

std::vector<LinkLoad> LinkCounter::loads(std::span<const Flow> flows) {
  Traffic ignored;
  std::vector<LinkLoad> all;
  add_all(flows, ignored);
  const auto side = static_cast<std::size_t>(mesh_.side());
  visit(flows, [&](std::size_t spot, Direction direction, std::int64_t flits) {
    all.push_back({{static_cast<int>(spot % side), static_cast<int>(spot / side)}, direction, flits});
  });
  clear();
  return all;
}

}  // namespace flash

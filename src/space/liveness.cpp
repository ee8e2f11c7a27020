#include "flash/space/liveness.hpp"

#include <algorithm>

#include "flash/core/error.hpp"
#include "flash/space/network_text.hpp"

namespace flash {
namespace {

Liveness liveness(const Space& space, const Point& point) {
  return space.geometry().liveness(space.stratum(point).shape, point.options);
}

constexpr const char* no_path = "no live path from input to output: it would train to chance";

}  // namespace

std::string why_untrainable(const Space& space, const Point& point) {
  return liveness(space, point).path ? "" : no_path;
}

std::string liveness_text(const Space& space, const Point& point) {
  const Liveness found = liveness(space, point);
  if (!found.path) return no_path;
  const std::size_t dead = found.dead.size();
  if (dead == 0) return "";
  return std::to_string(dead) + " of its " + std::to_string(point.options.size()) +
         (dead == 1 ? " choices is dead: it changes nothing of what the network puts out, yet counts"
                    : " choices are dead: they change nothing of what the network puts out, yet count") +
         " in its parameters and MACs";
}

Point living(const Space& space, const Point& point) {
  const std::vector<std::size_t> dead = liveness(space, point).dead;
  Point found = point;
  // Whether another operator is dead does not hang on which of them it is, but where it is none at all.
  for (const std::size_t slot : dead) {
    const std::int64_t options = space.stratum(point).options[slot];
    for (std::int64_t option = 0; option < options; ++option) {
      Point other = point;
      other.options[slot] = option;
      const std::vector<std::size_t> still = liveness(space, other).dead;
      if (std::ranges::find(still, slot) != still.end()) continue;
      found.options[slot] = option;
      break;
    }
  }
  return found;
}

NetworkId named_trainable(const Space& space, std::string_view text) {
  const NetworkId id = named_network(space, text);
  const std::string why = why_untrainable(space, space.point(id));
  if (!why.empty()) throw Error(ExitCode::usage, "\"" + std::string(text) + "\": it has " + why);
  return id;
}

}  // namespace flash

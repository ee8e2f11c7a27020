// Uniform over all ids, without repeats.
#include "flash/search/methods/search_method.hpp"
#include "flash/space/random_id.hpp"

namespace flash {
namespace {

void random(Tracker& tracker, std::uint64_t seed) {
  Philox draws(seed);
  while (!tracker.exhausted()) tracker.evaluate(random_id(tracker.evaluator().space(), draws));
}

}  // namespace

const SearchMethod& random_method() {
  static const SearchMethod method{
      .name = "random", .description = "uniform random search, without repeats", .run = random};
  return method;
}

}  // namespace flash

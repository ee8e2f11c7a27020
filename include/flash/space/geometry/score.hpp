// A number that says of a topology, before any training, how good its networks will be.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "flash/space/geometry/views.hpp"

namespace flash {

// score = base(shape) + the sum of part() over the slots, added in their order. Accuracy models map a score
// to an accuracy.
class Score {
 public:
  virtual ~Score() = default;
  virtual const std::string& name() const = 0;  // "nn_degree_links": column and JSON name
  virtual double base(ShapeView) const { return 0; }
  // `parent` is the option of the slot's parent, -1 where it has none.
  virtual double part(ShapeView shape, std::size_t slot, std::int64_t parent, std::int64_t option) const = 0;
  // [k]: part() at option k of a slot without a parent; by default option by option.
  virtual std::vector<double> parts(ShapeView shape, std::size_t slot, std::int64_t options) const;
};

}  // namespace flash

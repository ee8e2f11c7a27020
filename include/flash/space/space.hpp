// The space of networks: which there are, and the numbering of all of them.
//
// A space is a list of strata; within a stratum the shape is fixed and the networks are a plain box of
// integers, one option a slot. What a network is, its family says: space/geometry/geometry.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flash/space/geometry/definition.hpp"
#include "flash/space/geometry/geometry.hpp"

namespace flash {

// The networks that share a shape. The last slot's option varies fastest.
struct Stratum {
  std::size_t index = 0;              // position in Space::strata()
  std::vector<int> shape;             // position on each shape axis
  std::vector<Slot> slots;
  std::vector<std::int64_t> options;  // how many each slot has, >= 1
  std::uint64_t first_id = 0;
  std::uint64_t size = 0;  // product of options

  std::size_t cells() const { return options.size(); }
};

// One network of a space: its identity. Points are ordered as ids are.
struct Point {
  std::size_t stratum = 0;
  std::vector<std::int64_t> options;  // of each slot
  auto operator<=>(const Point&) const = default;
};

// Immutable after construction; copies share what they hold; safe to share between threads.
class Space {
 public:
  // Throws Error bad_job: no such family, what the family refuses, too many strata, a size of 2^63 or more.
  explicit Space(SpaceDefinition definition);

  const SpaceDefinition& definition() const { return definition_; }
  const Geometry& geometry() const { return *geometry_; }
  const Input& input() const { return definition_.input; }
  std::uint64_t size() const { return size_; }
  const std::vector<Stratum>& strata() const { return strata_; }
  const Stratum& stratum(const Point& point) const { return strata_[point.stratum]; }
  // The stratum of a shape that has a position on every axis.
  const Stratum& stratum(ShapeView shape) const;
  std::size_t cells() const { return slots_; }  // slots of the stratum that has most

  // Point <-> id, 0 <= id < size(): position in the order of the shape's axes, then of the options, last one
  // fastest. Throws Error usage where the id is out of range or the point is not in the space.
  const Stratum& stratum_of(std::uint64_t id) const;
  std::vector<std::int64_t> options_of(const Stratum& stratum, std::uint64_t id) const;
  Point point(std::uint64_t id) const;
  std::uint64_t id(const Point& point) const;
  std::uint64_t id(const Stratum& stratum, OptionView options) const;

  NetworkGraph lower(const Point& point, std::uint64_t wiring) const;
  std::vector<Operator> part(const Point& point, std::size_t slot) const;  // the slot's operators
  Counts counts(const Point& point) const;
  // Throws Error usage where the family has no such score.
  double score(std::string_view name, const Point& point) const;

 private:
  SpaceDefinition definition_;
  std::shared_ptr<const Geometry> geometry_;
  std::vector<Stratum> strata_;
  std::uint64_t size_ = 0;
  std::size_t slots_ = 0;
};

}  // namespace flash

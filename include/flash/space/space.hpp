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

#include "flash/core/json.hpp"
#include "flash/space/geometry/definition.hpp"
#include "flash/space/geometry/geometry.hpp"

namespace flash {

// A network's number: its place in the order of all points of a space, from 0 on. Written as an integer below
// 2^63, from there on as decimal digits in a text (id_json). Where a space has 2^63 networks or more
// (Space::numbered), numbers are for programs alone: people name its networks in words (network_text.hpp).
__extension__ typedef unsigned __int128 NetworkId;
std::string id_text(NetworkId id);
Json id_json(NetworkId id);
NetworkId id_from_json(const Json& json);  // throws Error bad_data: neither of the two, 2^127 or more
// For sweeps, which go through all numbers of a space. Throws Error bad_job from 2^63 on.
std::uint64_t small_id(NetworkId id);

struct SpacePlaces;

// The networks that share a shape. The last slot's option varies fastest.
struct Stratum {
  std::size_t index = 0;   // position in Space::strata()
  std::vector<int> shape;  // position on each shape axis
  std::vector<Slot> slots;
  std::vector<std::int64_t> options;  // how many each slot has, >= 1
  NetworkId first_id = 0;
  NetworkId size = 0;  // product of options

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
  // Throws Error bad_job: no such family, what the family refuses, too many strata, 2^127 networks or more.
  explicit Space(SpaceDefinition definition);
  // Of a geometry that need not be of a listed family: what `definition` says of its family goes unread.
  Space(SpaceDefinition definition, std::shared_ptr<const Geometry> geometry);

  const SpaceDefinition& definition() const { return definition_; }
  const Geometry& geometry() const { return *geometry_; }
  const Input& input() const { return definition_.input; }
  NetworkId count() const { return count_; }  // how many networks there are
  bool numbered() const { return count_ < NetworkId{1} << 63; }
  // count() for what goes through all of them; throws Error bad_job where they are not numbered.
  std::uint64_t size() const;
  const std::vector<Stratum>& strata() const { return strata_; }
  const Stratum& stratum(const Point& point) const { return strata_[point.stratum]; }
  // The stratum of a shape that has a position on every axis.
  const Stratum& stratum(ShapeView shape) const;
  std::size_t cells() const { return slots_; }  // slots of the stratum that has most

  // Point <-> id, 0 <= id < count(): position in the order of the shape's axes, then of the options, last one
  // fastest. Throws Error usage where the id is out of range or the point is not in the space.
  const Stratum& stratum_of(NetworkId id) const;
  std::vector<std::int64_t> options_of(const Stratum& stratum, NetworkId id) const;
  Point point(NetworkId id) const;
  NetworkId id(const Point& point) const;
  NetworkId id(const Stratum& stratum, OptionView options) const;

  NetworkGraph lower(const Point& point, std::uint64_t wiring) const;
  std::vector<Operator> part(const Point& point, std::size_t slot) const;  // the slot's operators
  Counts counts(const Point& point) const;
  // Throws Error usage where the family has no such score.
  double score(std::string_view name, const Point& point) const;
  // Where something is chosen (space/places.hpp): made when it is first asked for, then shared by all copies.
  const SpacePlaces& places() const;

 private:
  struct LazyPlaces;

  SpaceDefinition definition_;
  std::shared_ptr<const Geometry> geometry_;
  std::vector<Stratum> strata_;
  NetworkId count_ = 0;
  std::size_t slots_ = 0;
  std::shared_ptr<LazyPlaces> places_;
};

}  // namespace flash

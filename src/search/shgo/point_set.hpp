// Points that SHGO has to recognise again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace flash::shgo {

// Distinct points, numbered as they came, one after the other in memory; open addressing finds them: a
// look-up allocates nothing. -0 is 0; coordinates must not be NaN.
class PointSet {
 public:
  explicit PointSet(std::size_t dimension) : dimension_(dimension), slots_(1024, empty) {}

  // Where a point is, or would be put.
  struct Place {
    std::size_t slot;
    std::uint32_t index;  // the point's number, or `empty`
    bool known() const { return index != empty; }
  };
  Place find(std::span<const double> x) const;
  // x is unknown so far and `place` what find(x) said, with nothing inserted since. Returns its number.
  std::size_t insert(Place place, std::span<const double> x);
  void reserve(std::size_t points);  // so many are to come: spares making room by and by

  std::size_t size() const { return points_.size() / dimension_; }
  std::span<const double> operator[](std::size_t index) const {
    return {points_.data() + index * dimension_, dimension_};
  }
  std::span<const double> all() const { return points_; }  // size() times the dimension

 private:
  static constexpr std::uint32_t empty = ~std::uint32_t{0};
  std::size_t home(std::span<const double> x) const;  // the slot where a point is looked for first
  void resize(std::size_t slots);

  std::size_t dimension_;
  std::vector<double> points_;
  std::vector<std::uint32_t> slots_;  // a power of two, at most half of them taken
};

}  // namespace flash::shgo

// What is known of a function: points and their values.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace flash::shgo {

// Open addressing over points that lie one after the other: a look-up allocates nothing.
class Memo {
 public:
  explicit Memo(std::size_t dimension) : dimension_(dimension), slots_(256, empty) {}

  const double* find(std::span<const double> x) const;   // the value; nullptr where x is unknown
  void insert(std::span<const double> x, double value);  // x is unknown so far
  std::size_t size() const { return values_.size(); }

 private:
  static constexpr std::uint32_t empty = ~std::uint32_t{0};
  std::size_t slot(std::span<const double> x) const;  // where x lies, or would
  void grow();

  std::size_t dimension_;
  std::vector<double> points_;
  std::vector<double> values_;
  std::vector<std::uint32_t> slots_;  // a power of two, at most half of them taken
};

}  // namespace flash::shgo

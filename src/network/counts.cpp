#include "flash/network/counts.hpp"

#include <vector>

namespace flash {
namespace {

class CountQuantities : public Quantities {
 public:
  std::span<const std::string> names() const override { return names_; }
  void add(const Operator& op, std::span<double> sums) const override {
    const Counts of = counts(op);
    sums[0] += static_cast<double>(of.macs);
    sums[1] += static_cast<double>(of.parameters);
    sums[2] += static_cast<double>(of.traffic);
    sums[3] += static_cast<double>(of.layers);
  }

 private:
  std::vector<std::string> names_{"macs", "parameters", "traffic", "layers"};
};

}  // namespace

Counts& Counts::operator+=(const Counts& other) {
  macs += other.macs;
  parameters += other.parameters;
  traffic += other.traffic;
  layers += other.layers;
  return *this;
}

Counts counts(const Operator& op) { return {op.macs(), op.parameters(), op.traffic, op.opens_layer ? 1 : 0}; }

Counts counts(std::span<const Operator> operators) {
  Counts sum;
  for (const Operator& op : operators) sum += counts(op);
  return sum;
}

const Quantities& count_quantities() {
  static const CountQuantities quantities;
  return quantities;
}

}  // namespace flash

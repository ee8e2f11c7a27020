// The columns of slots, which families make in closed form, against sums option by option.
#include <cmath>

#include "../family_case.hpp"

namespace flash {
namespace {

class FamilyColumns : public test::FamilyTest {};
INSTANTIATE_TEST_SUITE_P(All, FamilyColumns, test::all_families(), test::name_of);

void expect_default_columns(const Geometry& geometry, const std::vector<const Stratum*>& strata,
                            const Quantities& quantities) {
  const auto columns = geometry.columns(quantities);
  const auto plain = geometry.Geometry::columns(quantities);
  for (const Stratum* stratum : strata)
    for (std::size_t slot = 0; slot < stratum->slots.size(); ++slot)
      for (std::size_t q = 0; q < quantities.names().size(); ++q) {
        const SlotColumns::Column own = columns->column(stratum->shape, slot, q);
        const SlotColumns::Column expected = plain->column(stratum->shape, slot, q);
        ASSERT_EQ(static_cast<std::int64_t>(own.size()), stratum->options[slot]);
        for (std::size_t k = 0; k < own.size(); ++k) {
          ASSERT_EQ(own[k], expected[k]) << quantities.names()[q] << " of slot " << slot << ", option " << k
                                         << ", stratum " << stratum->index;
          if (stratum->slots[slot].ordered && k > 0) {
            ASSERT_GE(own[k], own[k - 1]) << quantities.names()[q] << " falls at option " << k;
          }
        }
      }
}

TEST_P(FamilyColumns, OfCountsAreThoseOfTheDefault) {
  expect_default_columns(geometry, some_strata(), count_quantities());
}

// Quantities that are no sums of products, as those of tiles are: steps, and a root of the channels.
class StepQuantities : public Quantities {
 public:
  std::span<const std::string> names() const override { return names_; }
  void add(const Operator& op, std::span<double> sums) const override {
    if (!op.has_matrix()) return;
    sums[0] += (op.in + 6) / 7 * ((op.out + 2) / 3);
    sums[1] += std::floor(std::sqrt(op.in) * 1024);
    sums[2] += op.opens_layer && !op.head ? 1 : 0;
  }

 private:
  std::vector<std::string> names_{"tiles", "spread", "cell_layers"};
};

TEST_P(FamilyColumns, OfOtherQuantitiesAreThoseOfTheDefault) {
  expect_default_columns(geometry, some_strata(), StepQuantities());
}

}  // namespace
}  // namespace flash

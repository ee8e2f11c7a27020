// Columns that say what the space knows too: what gives away a table that was made for another space.
#include "flash/space/families/cell_space.hpp"
#include "table_case.hpp"

namespace flash {
namespace {

using testing::HasSubstr;

class StatedColumns : public test::TableCase {
 protected:
  // A list of one network as `flash calibrate --emit` writes it in a space, filled in.
  std::string list(const Space& of, std::uint64_t id, const std::string& network = "") {
    std::string head = "id", row = network.empty() ? std::to_string(id) : network;
    for (const ListedValue& value : listed_values(of, of.point(id))) {
      head.append(",").append(value.column);
      row.append(",").append(value.value);
    }
    return head + ",latency_ms\n" + row + ",2.5\n";
  }

  Space with(auto change) const {
    CellSpace other = CellSpace::from(space.definition());
    change(other);
    return Space(other);
  }
};

TEST_F(StatedColumns, AreTakenWhereTheyAreRight) {
  EXPECT_EQ(latency(list(space, 400)), 2.5);
  EXPECT_EQ(latency("id,macs,parameters,latency_ms\n400,,,2.5\n"), 2.5);
}

TEST_F(StatedColumns, GiveAwayOtherImages) {
  EXPECT_EQ(space.definition().input.side, 16);
  const std::string small = refusal(list(with([](auto& s) { s.input.side = 8; }), 400));
  EXPECT_THAT(small, HasSubstr(":2: column 'parameters' says "));
  EXPECT_THAT(small, HasSubstr(" of network 400, which has "));
  EXPECT_THAT(small, HasSubstr("it is so for images of side 8"));
  EXPECT_THAT(refusal(list(with([](auto& s) { s.input.classes = 100; }), 400)),
              HasSubstr("column 'parameters' says"));
  EXPECT_THAT(refusal(list(with([](auto& s) { s.input.channels = 1; }), 400)),
              HasSubstr("column 'parameters' says"));
}

TEST_F(StatedColumns, GiveAwayOtherImagesByTheMacsAlone) {
  SpaceDefinition other = space.definition();
  other.input.side = 32;
  const auto macs = listed_values(Space(other), space.point(17)).back().value;
  EXPECT_THAT(refusal("id,latency_ms,macs\n17,1," + macs + "\n"),
              HasSubstr("column 'macs' says " + macs + " of network 17, which has "));
  EXPECT_THAT(refusal("id,latency_ms,macs\n17,1," + macs + "\n"),
              HasSubstr("it is so for images of side 32"));
  EXPECT_THAT(refusal("id,latency_ms,MACs\n17,1,0.885\n"),
              HasSubstr("column 'MACs' says 0.885 of network 17"));
}

TEST_F(StatedColumns, GiveAwayAnotherSpace) {
  EXPECT_THAT(refusal(list(with([](auto& s) {
                             s.wm = {2, 3};
                           }),
                           400)),
              HasSubstr("column 'wm' says 2 of network 400, which has 1"));
  // What a spreadsheet, sorting one column alone, makes of a list.
  EXPECT_THAT(refusal(list(space, 400, "401")), HasSubstr("of network 401"));
}

TEST_F(StatedColumns, AreNoConcernOfNetworksOfAnotherFamily) {
  format.features = {{"parameters", "parameters"}};
  EXPECT_EQ(latency("parameters,macs,latency_ms\n5,7,2.5\n"), 2.5);
}

}  // namespace
}  // namespace flash

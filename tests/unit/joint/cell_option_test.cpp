#include "flash/joint/cell_option.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace flash {
namespace {

TEST(CellOption, ReadsWhatIsWritten) {
  EXPECT_TRUE(cell_option("dense").is_dense());
  const CellOption both = cell_option("keep 0.1 bits 3");
  EXPECT_EQ(both.kept, 0.1);
  EXPECT_EQ(both.bits, 3);
  EXPECT_EQ(both.pruned, Pruned::weights);
  EXPECT_EQ(cell_option("bits 8 rows 0.5").pruned, Pruned::rows);
  EXPECT_EQ(cell_option("filters 0.5").bits, 32);
}

TEST(CellOption, SaysWhatIsWrong) {
  const std::pair<const char*, const char*> wrong[] = {{"", "is empty"},
                                                       {"kept 0.5", "'kept'"},
                                                       {"keep", "no number"},
                                                       {"keep 0", "between 0"},
                                                       {"keep 1.5", "between 0"},
                                                       {"bits 9", "1 to 8"},
                                                       {"bits 2.5", "1 to 8"},
                                                       {"bits 2 bits 3", "bits twice"},
                                                       {"keep 0.5 rows 0.5", "prunes twice"},
                                                       {"dense bits 4", "more than dense"},
                                                       {"bits x", "no number"}};
  for (const auto& [text, what] : wrong) {
    SCOPED_TRACE(text);
    try {
      cell_option(text);
      ADD_FAILURE();
    } catch (const std::invalid_argument& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr(what));
    }
  }
}

TEST(CellOption, ListsBeginDenseAndPruneInOneWay) {
  EXPECT_EQ(cell_options({"dense", "bits 4", "keep 0.5 bits 4"}).size(), 3U);
  for (const std::vector<std::string>& list : {std::vector<std::string>{},
                                               {"bits 4"},
                                               {"dense", "bits 4", "bits 4"},
                                               {"dense", "rows 0.5", "keep 0.5"},
                                               std::vector<std::string>(17, "dense")})
    EXPECT_THROW(cell_options(list), std::invalid_argument);
}

TEST(CellOption, FormsAreWhatHardwareStores) {
  EXPECT_EQ(layer_form(cell_option("dense")).bits, 32);
  const LayerForm sparse = layer_form(cell_option("keep 0.25 bits 4"));
  EXPECT_EQ(sparse.kind, LayerForm::Kind::sparse);
  EXPECT_EQ(sparse.kept, 0.25);
  EXPECT_GT(sparse.index_bits, 0);
  EXPECT_EQ(layer_form(cell_option("rows 0.5 bits 8")).rows_kept, 0.5);
}

}  // namespace
}  // namespace flash

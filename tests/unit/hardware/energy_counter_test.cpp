#include "flash/hardware/energy_counter.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <fstream>

namespace flash {
namespace {

namespace fs = std::filesystem;

// A folder that looks like the kernel's.
class EnergyCounterTest : public testing::Test {
 protected:
  EnergyCounterTest() : root(fs::temp_directory_path() / ("flash_powercap_" + std::to_string(::getpid()))) {
    zone("intel-rapl:0", "package-0", 1'000'000);
    zone("intel-rapl:1", "package-1", 5);
    zone("intel-rapl:0:0", "core", 900'000);
    zone("intel-rapl:2", "psys", 7'000'000);
  }
  ~EnergyCounterTest() override { fs::remove_all(root); }

  void zone(const std::string& folder, const std::string& name, std::uint64_t microjoules) const {
    fs::create_directories(root / folder);
    std::ofstream(root / folder / "name") << name << '\n';
    std::ofstream(root / folder / "max_energy_range_uj") << 65'000'000 << '\n';
    std::ofstream(root / folder / "energy_uj") << microjoules << '\n';
  }

  const fs::path root;
};

TEST_F(EnergyCounterTest, AddsUpThePackagesAlone) {
  EnergyCounter counter(root);
  ASSERT_TRUE(counter.readable());
  EXPECT_EQ(counter.joules(), 0);
  zone("intel-rapl:0", "package-0", 2'500'000);
  zone("intel-rapl:1", "package-1", 250'005);
  zone("intel-rapl:0:0", "core", 2'000'000);
  EXPECT_NEAR(counter.joules(), 1.75, 1e-12);
  EXPECT_NEAR(counter.joules(), 1.75, 1e-12);
}

TEST_F(EnergyCounterTest, GoesOnWhereACounterStartsAnew) {
  zone("intel-rapl:0", "package-0", 64'000'000);
  EnergyCounter counter(root);
  zone("intel-rapl:0", "package-0", 500'000);
  EXPECT_NEAR(counter.joules(), 1.5, 1e-12);
}

TEST_F(EnergyCounterTest, IsAbsentWhereNothingCanBeRead) {
  EnergyCounter nowhere(root / "absent");
  EXPECT_FALSE(nowhere.readable());
  EXPECT_TRUE(std::isnan(nowhere.joules()));
  fs::remove(root / "intel-rapl:0" / "energy_uj");
  fs::remove(root / "intel-rapl:1" / "energy_uj");
  EXPECT_FALSE(EnergyCounter(root).readable());
}

TEST_F(EnergyCounterTest, IsAbsentOnceACounterIsGone) {
  EnergyCounter counter(root);
  fs::remove(root / "intel-rapl:1" / "energy_uj");
  EXPECT_TRUE(std::isnan(counter.joules()));
}

}  // namespace
}  // namespace flash

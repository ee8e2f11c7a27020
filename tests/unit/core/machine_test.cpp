#include "flash/core/machine.hpp"

#include <gtest/gtest.h>

namespace flash {
namespace {

TEST(Machine, IsThisOne) {
  const Machine machine = this_machine();
  EXPECT_FALSE(machine.processor.empty());
  EXPECT_GE(machine.cores, 1);
  EXPECT_GT(machine.memory_mib, 64);
  EXPECT_TRUE(machine.kernel.starts_with("Linux ")) << machine.kernel;
  EXPECT_EQ(machine_from_json(to_json(machine)), machine);
}

TEST(Machine, IsOneLineOfWhatIsKnown) {
  Machine machine{.processor = "AMD EPYC",
                  .cores = 2,
                  .memory_mib = 24'000,
                  .kernel = "Linux 6.1",
                  .governor = "performance",
                  .libraries = "LibTorch 1.13.1"};
  EXPECT_EQ(to_text(machine), "AMD EPYC, 2 cores, 23 GiB, Linux 6.1, governor performance, LibTorch 1.13.1");
  machine.governor = "";
  machine.memory_mib = 0;
  machine.cores = 1;
  EXPECT_EQ(to_text(machine), "AMD EPYC, 1 core, Linux 6.1, LibTorch 1.13.1");
  EXPECT_EQ(to_text(Machine{}), "");
}

TEST(Machine, IsReadFromWhateverThereIs) {
  for (const Json& json : {Json(nullptr), Json::array(), Json("x"), Json{{"cores", "many"}, {"kernel", 3}}})
    EXPECT_EQ(machine_from_json(json), Machine{}) << json.dump();
}

}  // namespace
}  // namespace flash

// Tables of many devices (CSV) and lists of networks of them, in each of the ways to say which network a row is.
#include "flash/import/device_tables.hpp"
#include "flash/space/families/families.hpp"
#include "fuzz.hpp"

namespace flash::fuzz {

std::vector<std::string> seeds() {
  return {
      "idx,arch,accuracy_pct,a_1_ms,b [us]\n"
      "7,|none~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|,50,2.5,300\n"
      "9,|none~0|+|none~0|none~1|+|nor_conv_1x1~0|none~1|none~2|,60,,-1\n",
      "e01,e02,e12,e03,e13,e23,a_ms\n3,3,0,1,0,3,5\n1,none,0,1,4,2,NA\n",
      "id,macs,parameters,phone_s\n1,5e6,1000,0.25\n2,6e6,2000,nan\n", "network,a_ms\n17,1\n18,2\n",
      "7\n9\n"};
}

}  // namespace flash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace flash;
  static const Space space(find_preset("nasbench201")->definition);
  static const DeviceTables known = [] {
    const fuzz::MemoryFile file(fuzz::seeds().front());
    return read_device_tables({file.path()}, {});
  }();
  static const DeviceFormat usual;
  static const DeviceFormat by_unit{.unit = "ms"};
  const fuzz::MemoryFile file(fuzz::text(data, size));
  fuzz::accepts([&] { read_device_tables({file.path()}, usual); });
  fuzz::accepts([&] { read_device_tables({file.path()}, by_unit, &space); });
  fuzz::accepts([&] { read_sampled_networks(file.path(), usual, known, "b"); });
  return 0;
}

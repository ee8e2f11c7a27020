// Tables of measurements (CSV), in each of the three ways to say which network a row is.
#include "flash/import/measured_table.hpp"
#include "flash/space/families/families.hpp"
#include "fuzz.hpp"

namespace flash::fuzz {

std::vector<std::string> seeds() {
  std::string utf16 = "\xFF\xFE";
  for (const char c : std::string("id\tlatency_us\n7\t2,5\n")) utf16.append({c, '\0'});
  return {"id,latency_ms,energy_mj\n17,1.5,2\n3,2.5,4e-1\n",
          "# a comment\r\nlatency_ms,id\r\n\r\n\"1.5\",0\r\n,1\r\n",
          "macs,parameters,latency_ms,area_mm2\n1e6,2000,3,4\n5,6,7,8\n",
          "wm,depth,tc_0,tc_1,tc_2,latency_ms\n1,5,0,1,2,0.25\n",
          "\xEF\xBB\xBF\"# a \"\"comment\"\"\";;\rsep=;\rid;\"latency (\u00B5s)\";\r17;0,35;\r;;\r",
          utf16};
}

}  // namespace flash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace flash;
  static const Space space(find_preset("flash-63b")->definition);
  static const TableFormat by_id;
  static const TableFormat by_configuration{.network = configuration_columns(space)};
  static const TableFormat by_features{.features = {{"macs", "macs"}, {"parameters", "parameters"}}};
  const fuzz::MemoryFile file(fuzz::text(data, size));
  for (const TableFormat* format : {&by_id, &by_configuration, &by_features})
    fuzz::accepts([&] { read_measured_table(file.path(), *format, space); });
  return 0;
}

// Files of the digital target's constants.
#include "flash/digital/design.hpp"
#include "fuzz.hpp"

namespace flash::fuzz {

std::vector<std::string> seeds() {
  std::vector<std::string> all = files_of("data/targets", ".toml");
  all.push_back(digital_parameters().sample());
  return all;
}

}  // namespace flash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace flash;
  fuzz::accepts([&] {
    const Json json = to_json(parse_digital_design(fuzz::text(data, size), "accelerator.toml"));
    fuzz::require(to_json(digital_design_from_json(json)) == json, "a design changes when it is stored");
  });
  return 0;
}

// Target files of the imc simulator.
#include "flash/imc/design.hpp"
#include "flash/imc/parameters.hpp"
#include "fuzz.hpp"

namespace flash::fuzz {

std::vector<std::string> seeds() {
  std::vector<std::string> all = files_of("data/targets", ".toml");
  all.push_back(imc_parameters().sample());
  return all;
}

}  // namespace flash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace flash;
  fuzz::accepts([&] {
    const Json json = to_json(parse_imc_design(fuzz::text(data, size), "design.toml"));
    fuzz::require(to_json(imc_design_from_json(json)) == json, "a design changes when it is stored");
  });
  return 0;
}

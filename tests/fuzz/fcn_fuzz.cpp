// Compressed networks, their checksum mended so that readers get behind it; those that are read are written, and run.
#include "../unit/fcn/hostile.hpp"
#include "../unit/fcn/sample_networks.hpp"
#include "fuzz.hpp"

namespace flash::fuzz {

std::vector<std::string> seeds() {
  std::vector<std::string> all;
  for (const CompressedMatrix::Form form : forms)
    for (const int bits : {32, 8, 3}) all.push_back(fcn_file(network_of(form, bits)));
  return all;
}

}  // namespace flash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  flash::taken(flash::mended(flash::fuzz::text(data, size)));
  return 0;
}

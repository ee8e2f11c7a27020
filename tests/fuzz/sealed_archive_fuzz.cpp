// Archives that somebody has sealed again after changing them, so that HDF5 reads them. For libFuzzer alone:
// HDF5 1.10.8 itself crashes on some, as where a text refers to an object that its global heap has not
// (H5HG_read), or asks for as much memory as one says that it is long. Run it with -fork=1 -ignore_crashes=1
// -ignore_ooms=1, and look for traces without H5HG_read and H5T__conv_vlen.
#include "archives.hpp"
#include "flash/core/hash.hpp"

namespace flash::fuzz {
namespace {

constexpr std::string_view mark = "\nflash-archive sha256 ";

}  // namespace

std::vector<std::string> seeds() {
  std::vector<std::string> all = small_archives();
  for (std::string& archive : all) archive.resize(archive.rfind(mark));
  return all;
}

}  // namespace flash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace flash::fuzz;
  const std::string bytes = text(data, size);
  read_archive_of(bytes + std::string(mark) + flash::sha256_hex(bytes) + "\n");
  return 0;
}

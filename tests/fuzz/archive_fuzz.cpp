// Archives as they come: whatever was not sealed by flash is refused before HDF5 sees it.
#include "archives.hpp"

namespace flash::fuzz {

std::vector<std::string> seeds() { return small_archives(); }

}  // namespace flash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  flash::fuzz::read_archive_of(flash::fuzz::text(data, size));
  return 0;
}

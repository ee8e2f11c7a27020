#include "global_heap.hpp"

#include <cstdint>
#include <string>

#include "flash/core/error.hpp"

namespace flash::hdf5 {
namespace {

// HDF5 File Format Specification, III.E, with lengths of 8 bytes. HDF5 looks at none of the reserved bytes.
constexpr std::string_view collection_mark = "GCOL\x01";  // the signature and version 1
constexpr std::size_t length_at = 8;                      // in both headers
constexpr std::size_t header_size = 16;                   // of a collection, and of an object
constexpr std::size_t alignment = 8;                      // of an object's data
constexpr std::size_t least_collection = 4096;

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

bool objects_fit(std::string_view objects) {
  while (objects.size() >= header_size) {
    const bool free_space = little_endian(objects.substr(0, 2)) == 0;  // its size includes the header
    const std::uint64_t size = little_endian(objects.substr(length_at, 8));
    const std::uint64_t room = objects.size() - (free_space ? 0 : header_size);
    if (size > room || (free_space && size < header_size)) return false;
    const std::uint64_t step =
        free_space ? size : header_size + (size + alignment - 1) / alignment * alignment;
    if (step > objects.size()) return false;
    objects.remove_prefix(step);
  }
  return true;  // what is left is too small for a header: free space
}

}  // namespace

// A collection is taken to be wherever its mark is: only damage or bad faith puts one into another's data.
void check_global_heaps(std::string_view file) {
  for (std::size_t at = 0; (at = file.find(collection_mark, at)) != file.npos; ++at) {
    const std::string_view rest = file.substr(at);
    if (rest.size() < header_size) return;
    const std::uint64_t size = little_endian(rest.substr(length_at, 8));
    if (size > rest.size()) continue;  // HDF5 does refuse one that ends behind the file
    if (size < least_collection || !objects_fit(rest.substr(header_size, size - header_size)))
      throw Error(ExitCode::bad_data,
                  "has a global heap at byte " + std::to_string(at) + " whose objects do not fit into it");
  }
}

}  // namespace flash::hdf5

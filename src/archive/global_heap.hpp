// HDF5's store of texts of variable length, the global heap, read by ourselves. Only archives of format 1 have
// it, and what other programs have added to one. HDF5 1.10 believes what a file says of it: it
// hangs on an object whose size makes a step of nothing, and crashes on a text that is longer than its object
// or whose object is not there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hdf5.hpp"

namespace flash::hdf5 {

// What a file holds in place of a text: its length, the address of a collection, and the number of an object
// in it.
inline constexpr std::size_t text_reference_size = 16;

// The memory type that makes HDF5 hand out references to texts as they stand in the file. From the first call
// on, the library no longer follows them itself: reading texts of a file as texts fails.
Handle text_reference_type();

class GlobalHeap {
 public:
  // The bytes of the whole file, which must outlive the heap.
  explicit GlobalHeap(std::string_view file) : file_(file), unread_(file.size()), unsaid_(file.size()) {}

  // The text that a reference names, up to its first NUL. Throws Error bad_data where it is not there, or
  // where collections or texts are together longer than the file, which holds each once.
  std::string text(std::string_view reference);

 private:
  using Objects = std::unordered_map<std::uint64_t, std::string_view>;  // by number
  const Objects& collection(std::uint64_t address);

  std::string_view file_;
  std::size_t unread_;  // bytes that may still belong to collections not yet met
  std::size_t unsaid_;  // bytes that may still belong to texts
  std::unordered_map<std::uint64_t, Objects> collections_;  // by address
};

}  // namespace flash::hdf5

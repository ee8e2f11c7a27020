// The texts of an archive that nobody has vouched for: of fixed length, as format 2 has them, or of variable
// length, as format 1 had them and other programs write them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "global_heap.hpp"
#include "hdf5.hpp"

namespace flash {

// Every member throws Error bad_data where the file cannot hold what it claims.
class StoredTexts {
 public:
  // The bytes of the whole file, which must outlive it.
  explicit StoredTexts(std::string_view file);

  static bool is_text(hid_t type) { return H5Tget_class(type) == H5T_STRING; }
  // Bytes that a text of the type takes where it stands, whatever it says.
  static std::size_t stored_size(hid_t type);

  // The file may refer to as many texts as it is long, and a few; each costs memory, however short it is.
  std::vector<std::string> of_attribute(hid_t attribute, hid_t type, hsize_t count);
  // `chunk`: rows that are decoded together, 0 where the file has them as they are.
  std::vector<std::string> of_column(hid_t dataset, hid_t type, hsize_t rows, hsize_t chunk);

 private:
  void claim(hsize_t count);
  void append(std::vector<std::string>& texts, std::string_view stored, hid_t type);

  hdf5::GlobalHeap heap_;
  std::size_t file_size_;
  std::size_t unclaimed_;  // texts that may still come
};

}  // namespace flash

// Reading single parts of an archive that nobody has vouched for.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "flash/archive/table.hpp"
#include "hdf5.hpp"
#include "stored_texts.hpp"

namespace flash {

// Every member throws Error bad_data where the file holds something else than the format allows: other types,
// links out of the file, filters that would load plug-ins, or lengths that a file of its size cannot have.
class ArchiveInput {
 public:
  // The bytes of the whole file, which must outlive it.
  explicit ArchiveInput(std::string_view file) : file_size_(file.size()), texts_(file) {}

  // All but `without`, in the order in which they were made where the file knows it, else by name.
  Attributes attributes(hid_t group, std::initializer_list<std::string_view> without) const;
  // A list of distinct names: links that may be followed.
  std::vector<std::string> names(hid_t group, const char* attribute) const;
  // The path leads through hard links only, so it stays within this file.
  void check_links(hid_t file, const std::string& path) const;
  Column column(hid_t group, const std::string& name) const;

 private:
  Attribute attribute(hid_t attribute) const;
  std::string text_attribute(hid_t object, const char* name) const;
  ColumnValues values(hid_t dataset) const;
  hsize_t check_storage(hid_t dataset, std::size_t element_size) const;
  void claim(hsize_t count, std::size_t element_size) const;

  std::size_t file_size_;
  mutable std::size_t claimed_ = 0;  // bytes of memory, over the whole file
  mutable StoredTexts texts_;
};

}  // namespace flash

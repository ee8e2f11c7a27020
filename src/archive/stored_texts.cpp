#include "stored_texts.hpp"

#include <algorithm>

namespace flash {
namespace {

using hdf5::check;
using hdf5::Handle;
using hdf5::refuse;

// Equal texts shrink to nothing, so that a small file may hold many; more than this are not believed.
constexpr std::size_t texts_a_byte = 32;
constexpr std::size_t texts_of_any_file = std::size_t{1} << 20;

constexpr std::size_t block_bytes = std::size_t{1} << 20;  // read at once where the file has no chunks

bool is_variable(hid_t type) { return H5Tis_variable_str(type) > 0; }

// As what texts are read: as they stand in the file. HDF5 then neither follows nor converts anything.
Handle memory_type(hid_t type) {
  if (is_variable(type)) return hdf5::text_reference_type();
  return Handle(H5Tcopy(type), H5Tclose, ExitCode::bad_data, "has no type");
}

}  // namespace

StoredTexts::StoredTexts(std::string_view file)
    : heap_(file), file_size_(file.size()), unclaimed_(file.size() * texts_a_byte + texts_of_any_file) {}

std::size_t StoredTexts::stored_size(hid_t type) {
  const std::size_t size = is_variable(type) ? hdf5::text_reference_size : H5Tget_size(type);
  if (size == 0) refuse("has no type");
  return size;
}

void StoredTexts::claim(hsize_t count) {
  if (count > unclaimed_) refuse("claims more texts than a file of its size can hold");
  unclaimed_ -= static_cast<std::size_t>(count);
}

void StoredTexts::append(std::vector<std::string>& texts, std::string_view stored, hid_t type) {
  const bool variable = is_variable(type);
  const std::size_t size = stored_size(type);
  for (; !stored.empty(); stored.remove_prefix(size)) {
    const std::string_view text = stored.substr(0, size);
    texts.push_back(variable ? heap_.text(text) : std::string(text.substr(0, text.find('\0'))));
  }
}

std::vector<std::string> StoredTexts::of_attribute(hid_t attribute, hid_t type, hsize_t count) {
  const std::size_t size = stored_size(type);
  if (count > file_size_ / size) refuse("is longer than its file");  // attributes are not compressed
  claim(count);
  std::string stored(static_cast<std::size_t>(count) * size, '\0');
  if (count > 0)
    check(H5Aread(attribute, memory_type(type), stored.data()), ExitCode::bad_data, "cannot be read");
  std::vector<std::string> texts;
  append(texts, stored, type);
  return texts;
}

std::vector<std::string> StoredTexts::of_column(hid_t dataset, hid_t type, hsize_t rows, hsize_t chunk) {
  claim(rows);
  const std::size_t size = stored_size(type);
  const hsize_t step = chunk > 0 ? chunk : std::max<hsize_t>(1, block_bytes / size);
  const Handle memory = memory_type(type);
  const Handle file_space(H5Dget_space(dataset), H5Sclose, ExitCode::bad_data, "has no extent");
  std::vector<std::string> texts;
  texts.reserve(static_cast<std::size_t>(rows));
  std::string stored;
  for (hsize_t first = 0; first < rows; first += step) {
    const hsize_t count = std::min(step, rows - first);
    stored.assign(static_cast<std::size_t>(count) * size, '\0');
    const Handle block(H5Screate_simple(1, &count, nullptr), H5Sclose, ExitCode::bad_data, "has no extent");
    check(H5Sselect_hyperslab(file_space, H5S_SELECT_SET, &first, nullptr, &count, nullptr),
          ExitCode::bad_data, "cannot be read");
    check(H5Dread(dataset, memory, block, file_space, H5P_DEFAULT, stored.data()), ExitCode::bad_data,
          "cannot be read");
    append(texts, stored, type);
  }
  return texts;
}

}  // namespace flash

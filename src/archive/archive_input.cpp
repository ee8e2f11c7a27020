#include "archive_input.hpp"

#include <algorithm>
#include <limits>
#include <set>

namespace flash {
namespace {

using hdf5::check;
using hdf5::Handle;
using hdf5::refuse;

constexpr ExitCode bad = ExitCode::bad_data;

// Deflate shrinks at most 1032 times, so a larger claim has nothing behind it.
constexpr std::size_t max_expansion = 1100;

// The name of the attribute at `position`; no longer than HDF5 says it is.
std::string attribute_name(hid_t attribute) {
  const ssize_t size = check(H5Aget_name(attribute, 0, nullptr), bad, "attribute without a name");
  std::string name(static_cast<std::size_t>(size) + 1, '\0');
  check(H5Aget_name(attribute, name.size(), name.data()), bad, "attribute without a name");
  name.resize(static_cast<std::size_t>(size));
  return name;
}

// Whether attributes come in the order in which they were made.
H5_index_t attribute_order(hid_t group) {
  const Handle properties(H5Gget_create_plist(group), H5Pclose, bad, "has no creation properties");
  unsigned order = 0;
  check(H5Pget_attr_creation_order(properties, &order), bad, "has no attribute order");
  return order & H5P_CRT_ORDER_INDEXED ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME;
}

// One-dimensional extent.
hsize_t extent(hid_t space) {
  if (H5Sget_simple_extent_type(space) != H5S_SIMPLE || H5Sget_simple_extent_ndims(space) != 1) {
    refuse("is not one-dimensional");
  }
  hsize_t count = 0;
  check(H5Sget_simple_extent_dims(space, &count, nullptr), bad, "has no extent");
  return count;
}

template <typename T>
ColumnValues read_numbers(hid_t dataset, hid_t memory, hsize_t rows) {
  std::vector<T> values(static_cast<std::size_t>(rows));
  if (rows > 0)
    check(H5Dread(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), bad, "cannot be read");
  return values;
}

}  // namespace

Attribute ArchiveInput::attribute(hid_t attribute) const {
  const Handle space(H5Aget_space(attribute), H5Sclose, bad, "has no extent");
  const Handle type(H5Aget_type(attribute), H5Tclose, bad, "has no type");
  if (H5Sget_simple_extent_type(space) != H5S_SCALAR) refuse("is not a single value");
  if (StoredTexts::is_text(type)) return texts_.of_attribute(attribute, type, 1).front();
  if (H5Tequal(type, H5T_STD_I64LE) > 0) {
    std::int64_t value = 0;
    check(H5Aread(attribute, H5T_NATIVE_INT64, &value), bad, "cannot be read");
    return value;
  }
  if (H5Tequal(type, H5T_IEEE_F64LE) > 0) {
    double value = 0;
    check(H5Aread(attribute, H5T_NATIVE_DOUBLE, &value), bad, "cannot be read");
    return value;
  }
  refuse("is neither text nor a 64-bit number");
}

std::string ArchiveInput::text_attribute(hid_t object, const char* name) const {
  const Handle opened(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, bad,
                      std::string("has no attribute ") + name);
  const Attribute value = attribute(opened);
  const auto* text = std::get_if<std::string>(&value);
  if (!text) refuse(std::string("attribute ") + name + " is no text");
  return *text;
}

void ArchiveInput::claim(hsize_t count, std::size_t element_size) const {
  const std::size_t limit = file_size_ > std::numeric_limits<std::size_t>::max() / max_expansion
                                ? std::numeric_limits<std::size_t>::max()
                                : file_size_ * max_expansion;
  if (count > (limit - claimed_) / element_size) {
    refuse("claims a length of " + std::to_string(count) + ", more than a file of " +
           std::to_string(file_size_) + " bytes can hold");
  }
  claimed_ += static_cast<std::size_t>(count) * element_size;
}

Attributes ArchiveInput::attributes(hid_t group, std::initializer_list<std::string_view> without) const {
  H5O_info_t info;
  check(H5Oget_info2(group, &info, H5O_INFO_NUM_ATTRS), bad, "cannot be read");
  const H5_index_t order = attribute_order(group);
  Attributes attributes;
  for (hsize_t i = 0; i < info.num_attrs; ++i) {
    const Handle opened(H5Aopen_by_idx(group, ".", order, H5_ITER_INC, i, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                        bad, "has an unreadable attribute");
    std::string name = attribute_name(opened);
    if (std::find(without.begin(), without.end(), name) != without.end()) continue;
    try {
      attributes.emplace_back(std::move(name), attribute(opened));
    } catch (const Error& error) {
      refuse("attribute " + name + ": " + error.what());
    }
  }
  return attributes;
}

std::vector<std::string> ArchiveInput::names(hid_t group, const char* attribute_name) const {
  const std::string what = std::string("has no list of names in an attribute '") + attribute_name + "'";
  const Handle attribute(H5Aopen(group, attribute_name, H5P_DEFAULT), H5Aclose, bad, what);
  const Handle space(H5Aget_space(attribute), H5Sclose, bad, what);
  const Handle type(H5Aget_type(attribute), H5Tclose, bad, what);
  if (!StoredTexts::is_text(type)) refuse(what);
  auto names = texts_.of_attribute(attribute, type, extent(space));
  if (std::set<std::string>(names.begin(), names.end()).size() != names.size())
    refuse(what + " without repetition");
  return names;
}

void ArchiveInput::check_links(hid_t file, const std::string& path) const {
  for (std::size_t end = 0; end != std::string::npos;) {
    end = path.find('/', end + 1);
    H5L_info_t info;
    if (H5Lget_info(file, path.substr(0, end).c_str(), &info, H5P_DEFAULT) < 0) refuse("is not there");
    if (info.type != H5L_TYPE_HARD) refuse("is a link to something else");
  }
}

// Data must lie in this file and pass through filters that are built in: others would be loaded as plug-ins.
// Returns the rows of a chunk, 0 where there are none.
hsize_t ArchiveInput::check_storage(hid_t dataset, std::size_t element_size) const {
  const Handle properties(H5Dget_create_plist(dataset), H5Pclose, bad, "has no creation properties");
  const H5D_layout_t layout = H5Pget_layout(properties);
  if ((layout != H5D_CHUNKED && layout != H5D_CONTIGUOUS && layout != H5D_COMPACT) ||
      H5Pget_external_count(properties) != 0) {
    refuse("keeps its data elsewhere than in this file");
  }
  for (int i = 0; i < check(H5Pget_nfilters(properties), bad, "has unreadable filters"); ++i) {
    unsigned flags = 0;
    std::size_t values = 0;
    const H5Z_filter_t filter =
        H5Pget_filter2(properties, static_cast<unsigned>(i), &flags, &values, nullptr, 0, nullptr, nullptr);
    if (filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_FLETCHER32) {
      refuse("uses a filter other than shuffle, deflate and fletcher32");
    }
  }
  hsize_t chunk = 0;
  if (layout == H5D_CHUNKED) {
    check(H5Pget_chunk(properties, 1, &chunk), bad, "has unreadable chunks");
    claim(chunk, element_size);
  }
  return chunk;
}

ColumnValues ArchiveInput::values(hid_t dataset) const {
  const Handle type(H5Dget_type(dataset), H5Tclose, bad, "has no type");
  const Handle space(H5Dget_space(dataset), H5Sclose, bad, "has no extent");
  const hsize_t rows = extent(space);
  const bool text = StoredTexts::is_text(type);
  const std::size_t element_size = text ? StoredTexts::stored_size(type) : sizeof(std::int64_t);
  claim(rows, element_size);
  const hsize_t chunk = check_storage(dataset, element_size);
  if (text) return texts_.of_column(dataset, type, rows, chunk);
  if (H5Tequal(type, H5T_STD_I64LE) > 0) return read_numbers<std::int64_t>(dataset, H5T_NATIVE_INT64, rows);
  if (H5Tequal(type, H5T_STD_U64LE) > 0) return read_numbers<std::uint64_t>(dataset, H5T_NATIVE_UINT64, rows);
  if (H5Tequal(type, H5T_IEEE_F64LE) > 0) return read_numbers<double>(dataset, H5T_NATIVE_DOUBLE, rows);
  refuse("is neither text nor a little-endian 64-bit number");
}

Column ArchiveInput::column(hid_t group, const std::string& name) const {
  check_links(group, name);
  const Handle dataset(H5Dopen2(group, name.c_str(), H5P_DEFAULT), H5Dclose, bad, "cannot be opened");
  Column column;
  column.name = name;
  column.units = text_attribute(dataset, "units");
  column.long_name = text_attribute(dataset, "long_name");
  column.values = values(dataset);
  return column;
}

}  // namespace flash

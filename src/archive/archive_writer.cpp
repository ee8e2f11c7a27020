#include <algorithm>

#include "flash/archive/archive.hpp"
#include "flash/core/hash.hpp"
#include "hdf5.hpp"
#include "utf8.hpp"

namespace flash {
namespace {

using hdf5::check;
using hdf5::Handle;

// Everything is written in memory, so a failure here is a bug or a lack of memory, not a disk's.
constexpr ExitCode failed = ExitCode::internal;

constexpr hsize_t chunk_bytes = hsize_t{1} << 17;
constexpr unsigned deflate_level = 4;

// Texts as HDF5 takes them: one after the other, each as long as the longest, padded with nulls. Padding costs
// nothing in a column, since columns are deflated.
class FixedTexts {
 public:
  explicit FixedTexts(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      clean_.push_back(clean_utf8(text));
      size_ = std::max(size_, clean_.back().size());
    }
  }
  std::size_t size() const { return size_; }  // bytes of each; at least 1, since HDF5 has none of 0
  std::string bytes(std::size_t first, std::size_t count) const {
    std::string bytes(count * size_, '\0');
    for (std::size_t i = 0; i < count; ++i) clean_[first + i].copy(bytes.data() + i * size_, size_);
    return bytes;
  }
  std::string bytes() const { return bytes(0, clean_.size()); }

 private:
  std::vector<std::string> clean_;
  std::size_t size_ = 1;
};

void write_attribute(hid_t object, const std::string& name, hid_t stored, hid_t space, hid_t memory,
                     const void* data) {
  const Handle attribute(H5Acreate2(object, name.c_str(), stored, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                         failed, "attribute " + name);
  check(H5Awrite(attribute, memory, data), failed, "attribute " + name);
}

void write_attribute(hid_t object, const std::string& name, const Attribute& value) {
  const Handle scalar(H5Screate(H5S_SCALAR), H5Sclose, failed, "scalar");
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    write_attribute(object, name, H5T_STD_I64LE, scalar, H5T_NATIVE_INT64, integer);
  } else if (const auto* number = std::get_if<double>(&value)) {
    write_attribute(object, name, H5T_IEEE_F64LE, scalar, H5T_NATIVE_DOUBLE, number);
  } else {
    const FixedTexts text({std::get<std::string>(value)});
    const Handle type = hdf5::text_type(text.size());
    write_attribute(object, name, type, scalar, type, text.bytes().data());
  }
}

void write_names(hid_t object, const char* name, const std::vector<std::string>& names) {
  const FixedTexts texts(names);
  const hsize_t count = names.size();
  const Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose, failed, "names");
  const Handle type = hdf5::text_type(texts.size());
  write_attribute(object, name, type, space, type, texts.bytes().data());
}

// Attributes and links of the object keep the order in which they are made. No times: equal contents, equal
// file.
Handle ordered(hid_t property_class) {
  Handle properties(H5Pcreate(property_class), H5Pclose, failed, "properties");
  constexpr unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
  check(H5Pset_attr_creation_order(properties, order), failed, "attribute order");
  check(H5Pset_obj_track_times(properties, false), failed, "object times");
  if (property_class != H5P_DATASET_CREATE)
    check(H5Pset_link_creation_order(properties, order), failed, "link order");
  return properties;
}

// Rows that are stored together.
hsize_t chunk_rows(hsize_t rows, std::size_t element_size) {
  return std::clamp<hsize_t>(chunk_bytes / element_size, 1, std::max<hsize_t>(rows, 1));
}

Handle make_column(hid_t group, const Column& column, hid_t type, hid_t space) {
  const hsize_t chunk = chunk_rows(length(column), H5Tget_size(type));
  const Handle properties = ordered(H5P_DATASET_CREATE);
  check(H5Pset_chunk(properties, 1, &chunk), failed, "chunks");
  check(H5Pset_shuffle(properties), failed, "shuffle");
  check(H5Pset_deflate(properties, deflate_level), failed, "deflate");
  check(H5Pset_fletcher32(properties), failed, "fletcher32");
  Handle dataset(H5Dcreate2(group, column.name.c_str(), type, space, H5P_DEFAULT, properties, H5P_DEFAULT),
                 H5Dclose, failed, "column " + column.name);
  write_attribute(dataset, "units", column.units);
  write_attribute(dataset, "long_name", column.long_name);
  return dataset;
}

void write_numbers(hid_t group, const Column& column, hid_t stored, hid_t memory, const void* data) {
  const hsize_t rows = length(column);
  const Handle space(H5Screate_simple(1, &rows, nullptr), H5Sclose, failed, column.name);
  const Handle dataset = make_column(group, column, stored, space);
  if (rows == 0) return;
  check(H5Dwrite(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), failed, "column " + column.name);
}

// Chunk by chunk, so that a single long text in a long column costs no memory.
void write_texts(hid_t group, const Column& column, const FixedTexts& texts) {
  const hsize_t rows = length(column);
  const Handle space(H5Screate_simple(1, &rows, nullptr), H5Sclose, failed, column.name);
  const Handle type = hdf5::text_type(texts.size());
  const Handle dataset = make_column(group, column, type, space);
  const hsize_t step = chunk_rows(rows, texts.size());
  for (hsize_t first = 0; first < rows; first += step) {
    const hsize_t count = std::min(step, rows - first);
    const Handle block(H5Screate_simple(1, &count, nullptr), H5Sclose, failed, column.name);
    check(H5Sselect_hyperslab(space, H5S_SELECT_SET, &first, nullptr, &count, nullptr), failed, column.name);
    const std::string bytes = texts.bytes(first, count);
    check(H5Dwrite(dataset, type, block, space, H5P_DEFAULT, bytes.data()), failed, "column " + column.name);
  }
}

void write_column(hid_t group, const Column& column) {
  if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&column.values)) {
    write_numbers(group, column, H5T_STD_I64LE, H5T_NATIVE_INT64, integers->data());
  } else if (const auto* naturals = std::get_if<std::vector<std::uint64_t>>(&column.values)) {
    write_numbers(group, column, H5T_STD_U64LE, H5T_NATIVE_UINT64, naturals->data());
  } else if (const auto* numbers = std::get_if<std::vector<double>>(&column.values)) {
    write_numbers(group, column, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, numbers->data());
  } else {
    write_texts(group, column, FixedTexts(std::get<std::vector<std::string>>(column.values)));
  }
}

Handle open_or_create_group(hid_t file, const std::string& path) {
  if (path.find('/') != std::string::npos) open_or_create_group(file, path.substr(0, path.rfind('/')));
  if (H5Lexists(file, path.c_str(), H5P_DEFAULT) > 0) {
    return Handle(H5Gopen2(file, path.c_str(), H5P_DEFAULT), H5Gclose, failed, "table " + path);
  }
  return Handle(H5Gcreate2(file, path.c_str(), H5P_DEFAULT, ordered(H5P_GROUP_CREATE), H5P_DEFAULT), H5Gclose,
                failed, "table " + path);
}

void write_table(hid_t file, const Table& table) {
  const Handle group = open_or_create_group(file, table.path);
  std::vector<std::string> names;
  for (const Column& column : table.columns) {
    if (length(column) != length(table.columns.front())) {
      throw Error(failed,
                  "table " + table.path + ": column " + column.name + " has another length than the first");
    }
    write_column(group, column);
    names.push_back(column.name);
  }
  write_names(group, hdf5::columns_attribute, names);
  for (const auto& [name, value] : table.attributes) write_attribute(group, name, value);
}

std::string file_image(const ArchiveContents& contents) {
  const Handle access = hdf5::in_memory_access();
  // Not the newer file structures of H5Pset_libver_bounds: H5Fget_file_image resets the flags of their
  // superblock but not its checksum. Objects that keep an order have checksummed headers all the same.
  const Handle creation = ordered(H5P_FILE_CREATE);
  // Small index nodes: most columns are one chunk, and HDF5's default spends 2 KiB on the index of each.
  check(H5Pset_istore_k(creation, 4), failed, "chunk index");
  const Handle file(H5Fcreate("archive", H5F_ACC_TRUNC, creation, access), H5Fclose, failed, "archive");
  write_attribute(file, "format", std::string(archive_format));
  write_attribute(file, "format_version", std::string(archive_format_version));
  std::vector<std::string> paths;
  for (const Table& table : contents.tables) paths.push_back(table.path);
  write_names(file, hdf5::tables_attribute, paths);
  for (const auto& [name, value] : contents.attributes) {
    if (name != "format" && name != "format_version") write_attribute(file, name, value);
  }
  for (const Table& table : contents.tables) write_table(file, table);

  check(H5Fflush(file, H5F_SCOPE_GLOBAL), failed, "flush");
  std::string image(static_cast<std::size_t>(check(H5Fget_file_image(file, nullptr, 0), failed, "image")),
                    '\0');
  check(H5Fget_file_image(file, image.data(), image.size()), failed, "image");
  return image;
}

}  // namespace

std::string archive_bytes(const ArchiveContents& contents) {
  hdf5::silence();
  std::string image = file_image(contents);
  const std::string digest = sha256_hex(image);
  image.append(hdf5::seal_mark).append(digest).append("\n");
  return image;
}

}  // namespace flash

#include <algorithm>
#include <charconv>
#include <new>

#include "archive_input.hpp"
#include "flash/archive/archive.hpp"
#include "flash/core/file.hpp"
#include "flash/core/hash.hpp"

namespace flash {
namespace {

namespace fs = std::filesystem;
using namespace hdf5;

// HDF5's own reader trusts lengths in the file and may crash on damage, so only a file whose checksum holds
// gets there.
void check_seal(std::string_view file) {
  if (!file.starts_with("\x89HDF\r\n\x1a\n")) refuse("is no HDF5 file");
  const std::string_view body = file.substr(0, file.size() - std::min(file.size(), seal_size));
  const std::string_view seal = file.substr(body.size());
  if (!seal.starts_with(seal_mark)) {
    refuse("lacks the checksum of a flash archive: cut short, changed by another program, or none at all");
  }
  if (seal.substr(seal_mark.size(), 64) != sha256_hex(body))
    refuse("is damaged: its checksum does not match");
}

Handle open_image(std::string_view file) {
  const Handle access = in_memory_access();
  // The library copies the image; its interface only lacks the const.
  check(H5Pset_file_image(access, const_cast<char*>(file.data()), file.size()), ExitCode::internal,
        "HDF5 file image");
  return Handle(H5Fopen("archive", H5F_ACC_RDONLY, access), H5Fclose, ExitCode::bad_data,
                "cannot be opened by HDF5");
}

void check_version(const std::string& version) {
  int major = -1;
  std::from_chars(version.data(), version.data() + version.size(), major);
  if (major >= oldest_archive_format && major <= archive_format_version[0] - '0') return;
  refuse("is of archive format " + version.substr(0, 20) +
         "; this flash reads 1.x and 2.x: read it with the "
         "flash that wrote it");
}

Table read_table(const ArchiveInput& input, hid_t root, const std::string& path) {
  Table table;
  table.path = path;
  input.check_links(root, path);
  const Handle group(H5Gopen2(root, path.c_str(), H5P_DEFAULT), H5Gclose, ExitCode::bad_data,
                     "cannot be opened");
  const auto columns = input.names(group, columns_attribute);
  table.attributes = input.attributes(group, {columns_attribute});
  for (const std::string& name : columns) {
    try {
      table.columns.push_back(input.column(group, name));
    } catch (const Error& error) {
      refuse("column " + name + ": " + error.what());
    }
    if (length(table.columns.back()) != length(table.columns.front())) {
      refuse("column " + name + ": has another length than the first column");
    }
  }
  return table;
}

ArchiveContents read_contents(std::string_view bytes) {
  check_seal(bytes);
  const Handle file = open_image(bytes);
  // The file itself does not tell the order of its root's attributes.
  const Handle root(H5Gopen2(file, "/", H5P_DEFAULT), H5Gclose, ExitCode::bad_data, "has no root group");
  const ArchiveInput input(bytes);
  Attributes all = input.attributes(root, {tables_attribute});
  const auto take = [&](const char* name) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& a) { return a.first == name; });
    const auto* text = found == all.end() ? nullptr : std::get_if<std::string>(&found->second);
    if (!text) refuse("is no flash archive: it has no text attribute '" + std::string(name) + "'");
    std::string value = *text;
    all.erase(found);
    return value;
  };
  if (take("format") != archive_format) refuse("is no flash archive: its attribute 'format' says otherwise");
  check_version(take("format_version"));

  ArchiveContents contents;
  contents.attributes = std::move(all);
  for (const std::string& path : input.names(root, tables_attribute)) {
    try {
      contents.tables.push_back(read_table(input, root, path));
    } catch (const Error& error) {
      refuse("table " + path + ": " + error.what());
    }
  }
  return contents;
}

}  // namespace

ArchiveContents read_archive(const fs::path& path) {
  silence();
  std::error_code ignored;
  if (fs::exists(path, ignored) && !fs::is_regular_file(path, ignored)) {
    throw Error(ExitCode::bad_data, path.string() + ": is not a file, so no flash archive");
  }
  const std::string bytes = read_file(path);
  try {
    return read_contents(bytes);
  } catch (const Error& error) {
    throw Error(error.code(), path.string() + ": " + error.what());
  } catch (const std::bad_alloc&) {
    throw Error(ExitCode::bad_data, path.string() + ": claims more data than this machine's memory holds");
  }
}

}  // namespace flash

// An archive as flash wrote it until format 2: its texts are of variable length, in HDF5's global heap.
#pragma once

#include <hdf5.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace flash {

namespace format_1 {

inline hid_t checked(hid_t id) {
  if (id < 0) throw std::logic_error("HDF5 failed");
  return id;
}

inline void write_texts(hid_t object, const char* attribute, hid_t space,
                        const std::vector<std::string>& texts) {
  std::vector<const char*> pointers{};
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  const hid_t type = checked(H5Tcopy(H5T_C_S1));
  checked(H5Tset_size(type, H5T_VARIABLE));
  checked(H5Tset_cset(type, H5T_CSET_UTF8));
  const hid_t written = checked(H5Acreate2(object, attribute, type, space, H5P_DEFAULT, H5P_DEFAULT));
  checked(H5Awrite(written, type, pointers.data()));
  H5Aclose(written);
  H5Tclose(type);
}

inline void write_text(hid_t object, const char* attribute, const std::string& text) {
  const hid_t scalar = checked(H5Screate(H5S_SCALAR));
  write_texts(object, attribute, scalar, {text});
  H5Sclose(scalar);
}

inline void write_list(hid_t object, const char* attribute, const std::string& only) {
  const hsize_t one = 1;
  const hid_t space = checked(H5Screate_simple(1, &one, nullptr));
  write_texts(object, attribute, space, {only});
  H5Sclose(space);
}

}  // namespace format_1

// One table "t" with one column "c", which holds the texts; without the seal.
inline std::string unsealed_format_1_archive(const std::vector<std::string>& texts) {
  using namespace format_1;
  const hid_t access = checked(H5Pcreate(H5P_FILE_ACCESS));
  checked(H5Pset_fapl_core(access, std::size_t{1} << 20, 0));
  const hid_t creation = checked(H5Pcreate(H5P_FILE_CREATE));
  const hid_t file = checked(H5Fcreate("format 1", H5F_ACC_TRUNC, creation, access));
  write_text(file, "format", "flash-archive");
  write_text(file, "format_version", "1.3.0");
  write_list(file, "tables", "t");
  const hid_t group = checked(H5Gcreate2(file, "t", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  write_list(group, "columns", "c");

  const hsize_t rows = texts.size();
  const hid_t space = checked(H5Screate_simple(1, &rows, nullptr));
  const hid_t type = checked(H5Tcopy(H5T_C_S1));
  checked(H5Tset_size(type, H5T_VARIABLE));
  const hid_t column = checked(H5Dcreate2(group, "c", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  std::vector<const char*> pointers{};
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  checked(H5Dwrite(column, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()));
  write_text(column, "units", "");
  write_text(column, "long_name", "");
  H5Dclose(column);
  H5Tclose(type);
  H5Sclose(space);
  H5Gclose(group);

  checked(H5Fflush(file, H5F_SCOPE_GLOBAL));
  std::string image(static_cast<std::size_t>(H5Fget_file_image(file, nullptr, 0)), '\0');
  checked(static_cast<hid_t>(H5Fget_file_image(file, image.data(), image.size())));
  H5Fclose(file);
  H5Pclose(creation);
  H5Pclose(access);
  return image;
}

}  // namespace flash

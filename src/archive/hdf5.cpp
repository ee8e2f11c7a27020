#include "hdf5.hpp"

namespace flash::hdf5 {

void silence() { H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); }

std::string last_reason() {
  std::string reason;
  // Upward: the innermost, most telling message comes first.
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned n, const H5E_error2_t* error, void* text) -> herr_t {
        if (n == 0 && error->desc) *static_cast<std::string*>(text) = error->desc;
        return 0;
      },
      &reason);
  H5Eclear2(H5E_DEFAULT);
  if (const auto end = reason.find('\n'); end != std::string::npos) reason.resize(end);
  return reason.empty() ? "unknown reason" : reason;
}

Handle::Handle(hid_t id, herr_t (*close)(hid_t), ExitCode code, std::string_view what)
    : id_(check(id, code, what)), close_(close) {}

Handle text_type(std::size_t size) {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose, ExitCode::internal, "HDF5 text type");
  check(H5Tset_size(type, size), ExitCode::internal, "HDF5 text type");
  check(H5Tset_cset(type, H5T_CSET_UTF8), ExitCode::internal, "HDF5 text type");
  check(H5Tset_strpad(type, H5T_STR_NULLPAD), ExitCode::internal, "HDF5 text type");
  return type;
}

Handle in_memory_access() {
  constexpr std::size_t growth = std::size_t{1} << 20;
  Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, ExitCode::internal, "HDF5 access properties");
  check(H5Pset_fapl_core(access, growth, /*backing_store=*/0), ExitCode::internal, "HDF5 access properties");
  return access;
}

}  // namespace flash::hdf5

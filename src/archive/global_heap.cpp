#include "global_heap.hpp"

#include <algorithm>

#include "flash/core/error.hpp"

namespace flash::hdf5 {
namespace {

// HDF5 File Format Specification, III.E, with addresses and lengths of 8 bytes. HDF5 looks at none of the
// reserved bytes.
constexpr std::string_view collection_mark = "GCOL\x01";  // the signature and version 1
constexpr std::size_t length_at = 8;                      // in both headers
constexpr std::size_t heap_header_size = 16;              // of a collection, and of an object
constexpr std::size_t alignment = 8;                      // of an object's data

std::uint64_t number(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = at + size; i-- > at;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

// Text in a file to a reference: as it stands. Text in a file to a text in memory: never, since that is what
// follows references. Other conversions are left to the library.
herr_t convert(hid_t from, hid_t to, H5T_cdata_t* data, std::size_t, std::size_t, std::size_t, void*, void*,
               hid_t) {
  const bool stored = H5Tis_variable_str(from) > 0 && H5Tget_size(from) == text_reference_size;
  const bool wanted = H5Tget_class(to) == H5T_OPAQUE && H5Tget_size(to) == text_reference_size;
  switch (data->command) {
    case H5T_CONV_INIT:
      return stored && (wanted || H5Tget_size(to) == sizeof(char*)) ? 0 : -1;
    case H5T_CONV_CONV:
      return stored && wanted ? 0 : -1;
    case H5T_CONV_FREE:
      break;
  }
  return 0;
}

Handle variable_text_type() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose, ExitCode::internal, "HDF5 text type");
  check(H5Tset_size(type, H5T_VARIABLE), ExitCode::internal, "HDF5 text type");
  return type;
}

Handle reference_type() {
  return Handle(H5Tcreate(H5T_OPAQUE, text_reference_size), H5Tclose, ExitCode::internal,
                "HDF5 reference type");
}

bool register_conversion() {
  const Handle text = variable_text_type();
  const Handle reference = reference_type();
  for (const hid_t to : {hid_t{reference}, hid_t{text}}) {
    check(H5Tregister(H5T_PERS_SOFT, "flash text", text, to, convert), ExitCode::internal, "HDF5 conversion");
  }
  return true;
}

}  // namespace

Handle text_reference_type() {
  static const bool registered = register_conversion();
  static_cast<void>(registered);
  return reference_type();
}

const GlobalHeap::Objects& GlobalHeap::collection(std::uint64_t address) {
  const auto known = collections_.find(address);
  if (known != collections_.end()) return known->second;

  const std::string where = "the collection of texts at byte " + std::to_string(address);
  if (address > file_.size() || file_.size() - address < heap_header_size ||
      !file_.substr(address).starts_with(collection_mark))
    refuse("refers to " + where + ", where there is none");
  const std::uint64_t size = number(file_, address + length_at, 8);
  if (size < heap_header_size || size > unread_ || size > file_.size() - address)
    refuse(where + " has a wrong length");
  unread_ -= size;

  Objects objects;
  std::string_view rest = file_.substr(address + heap_header_size, size - heap_header_size);
  while (rest.size() >= heap_header_size) {  // what is less than a header is free space
    const std::uint64_t id = number(rest, 0, 2);
    const std::uint64_t length = number(rest, length_at, 8);
    const bool free = id == 0;  // its length includes the header
    if (free ? length < heap_header_size || length > rest.size() : length > rest.size() - heap_header_size)
      refuse(where + " has an object of a wrong length");
    if (!free) objects[id] = rest.substr(heap_header_size, length);
    const std::uint64_t step =
        free ? length : heap_header_size + (length + alignment - 1) / alignment * alignment;
    rest.remove_prefix(std::min<std::uint64_t>(step, rest.size()));
  }
  return collections_.emplace(address, std::move(objects)).first->second;
}

std::string GlobalHeap::text(std::string_view reference) {
  const std::uint64_t length = number(reference, 0, 4);
  if (length == 0) return {};  // its address may be anything
  const Objects& objects = collection(number(reference, 4, 8));
  const auto object = objects.find(number(reference, 12, 4));
  if (object == objects.end() || length > object->second.size() || length > unsaid_)
    refuse("refers to a text that is not there");
  unsaid_ -= length;
  const std::string_view text = object->second.substr(0, length);
  return std::string(text.substr(0, text.find('\0')));
}

}  // namespace flash::hdf5

// Strict reading of JSON objects that a file or another process handed in.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "flash/core/error.hpp"
#include "flash/core/json.hpp"

namespace flash {

// Every reader throws Error bad_data, naming the key, where it is missing or of another type. Keys that
// nobody reads are no error, so that a newer flash may add some.
class JsonReader {
 public:
  // `what` names the object in messages: "training settings". `json` must outlive the reader.
  JsonReader(const Json& json, std::string what) : json_(json), what_(std::move(what)) {
    if (!json.is_object()) fail("is not a JSON object");
  }

  // T: bool, int, std::int64_t, std::uint64_t, double (finite), std::string, or a std::vector of these.
  template <class T>
  T get(std::string_view key) const {
    return convert<T>(at(key), key);
  }
  // A number, or null for NaN.
  double get_or_nan(std::string_view key) const {
    const Json& value = at(key);
    return value.is_null() ? number_or_nan(value) : convert<double>(value, key);
  }
  const Json& at(std::string_view key) const {
    const auto found = json_.find(std::string(key));
    if (found == json_.end()) fail("has no key '" + std::string(key) + "'");
    return *found;
  }
  [[noreturn]] void fail(const std::string& reason) const {
    throw Error(ExitCode::bad_data, what_ + " " + reason);
  }

 private:
  [[noreturn]] void wrong(std::string_view key, const char* expected) const {
    fail("has a wrong value at key '" + std::string(key) + "': expected " + expected);
  }

  template <class T>
  T convert(const Json& value, std::string_view key) const {
    if constexpr (std::is_same_v<T, bool>) {
      if (!value.is_boolean()) wrong(key, "true or false");
      return value.get<bool>();
    } else if constexpr (std::is_integral_v<T>) {
      const bool fits = value.is_number_unsigned()
                            ? std::in_range<T>(value.get<std::uint64_t>())
                            : value.is_number_integer() && std::in_range<T>(value.get<std::int64_t>());
      if (!fits) wrong(key, "an integer in range");
      return value.get<T>();
    } else if constexpr (std::is_same_v<T, double>) {
      if (!value.is_number() || !std::isfinite(value.get<double>())) wrong(key, "a finite number");
      return value.get<double>();
    } else if constexpr (std::is_same_v<T, std::string>) {
      if (!value.is_string()) wrong(key, "a string");
      return value.get<std::string>();
    } else {
      if (!value.is_array()) wrong(key, "an array");
      T values;
      for (const Json& element : value) values.push_back(convert<typename T::value_type>(element, key));
      return values;
    }
  }

  const Json& json_;
  std::string what_;
};

}  // namespace flash

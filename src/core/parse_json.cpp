#include "flash/core/parse_json.hpp"

#include <string>

#include "flash/core/error.hpp"

namespace flash {
namespace {

constexpr int max_depth = 100;

}  // namespace

Json parse_json(std::string_view text) {
  const auto check_depth = [](int depth, Json::parse_event_t event, const Json&) {
    const bool opens =
        event == Json::parse_event_t::array_start || event == Json::parse_event_t::object_start;
    if (opens && depth >= max_depth)
      throw Error(ExitCode::bad_data, "nested deeper than " + std::to_string(max_depth) + " levels");
    return true;
  };
  try {
    return Json::parse(text, check_depth);
  } catch (const Json::exception& error) {
    throw Error(ExitCode::bad_data, std::string("not JSON: ") + error.what());
  }
}

}  // namespace flash

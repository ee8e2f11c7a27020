// What a job says about its data: as JSON, and checked.
#include <array>
#include <limits>

#include "flash/core/error.hpp"
#include "flash/dataset/dataset.hpp"
#include "source.hpp"

namespace flash {
namespace {

constexpr std::array<const char*, 8> keys{"source",   "train",        "test",        "side",
                                          "channels", "train_images", "test_images", "seed"};

[[noreturn]] void bad(const std::string& what) { throw Error(ExitCode::bad_data, "data source: " + what); }

int to_int(const Json& json, const char* key) {
  const Json& value = json.at(key);
  const bool fits = value.is_number_integer() && value >= 0 && value <= std::numeric_limits<int>::max();
  if (!fits) bad(std::string(key) + " is " + value.dump() + "; expected an integer from 0 to 2147483647");
  return value.get<int>();
}

std::vector<std::filesystem::path> to_paths(const Json& json, const char* key) {
  const Json& value = json.at(key);
  if (!value.is_array()) bad(std::string(key) + " is not a list of paths");
  std::vector<std::filesystem::path> paths;
  for (const Json& path : value) {
    if (!path.is_string()) bad(std::string(key) + " holds something that is no path");
    paths.emplace_back(path.get<std::string>());
  }
  return paths;
}

Json from_paths(const std::vector<std::filesystem::path>& paths) {
  Json list = Json::array();
  for (const auto& path : paths) list.push_back(path.string());
  return list;
}

void check_count(const DataSource& source, const char* key, const std::vector<std::filesystem::path>& paths,
                 std::size_t least, std::size_t most, const std::string& expected) {
  if (paths.size() < least || paths.size() > most) {
    throw Error(ExitCode::bad_job, std::string("[data] ") + key + " has " + std::to_string(paths.size()) +
                                       " paths; source \"" + source.source + "\" expects " + expected);
  }
}

void check_paths(const DataSource& source, std::size_t least, std::size_t most, const std::string& expected) {
  check_count(source, "train", source.train, least, most, expected);
  check_count(source, "test", source.test, least, most, expected);
}

void check_range(const char* key, int value, int least, int most) {
  if (value < least || value > most) {
    throw Error(ExitCode::bad_job, std::string("[data] ") + key + " = " + std::to_string(value) +
                                       "; expected " + std::to_string(least) + " to " + std::to_string(most));
  }
}

void check_channels(const DataSource& source) {
  if (source.channels != 1 && source.channels != 3) {
    throw Error(ExitCode::bad_job,
                "[data] channels = " + std::to_string(source.channels) + "; expected 1 or 3");
  }
}

}  // namespace

Json to_json(const DataSource& source) {
  return {{"source", source.source},           {"train", from_paths(source.train)},
          {"test", from_paths(source.test)},   {"side", source.side},
          {"channels", source.channels},       {"train_images", source.train_images},
          {"test_images", source.test_images}, {"seed", source.seed}};
}

DataSource data_source_from_json(const Json& json) {
  if (!json.is_object()) bad("not an object");
  for (const char* key : keys) {
    if (!json.contains(key)) bad(std::string("key \"") + key + "\" is missing");
  }
  if (json.size() != keys.size()) bad("it has a key that is not known: " + json.dump());
  if (!json.at("source").is_string()) bad("source is not a text");
  if (!json.at("seed").is_number_unsigned()) bad("seed is not an integer from 0 to 2^64 - 1");
  DataSource source;
  source.source = json.at("source").get<std::string>();
  source.train = to_paths(json, "train");
  source.test = to_paths(json, "test");
  source.side = to_int(json, "side");
  source.channels = to_int(json, "channels");
  source.train_images = to_int(json, "train_images");
  source.test_images = to_int(json, "test_images");
  source.seed = json.at("seed").get<std::uint64_t>();
  return source;
}

namespace dataset {

Kind checked_kind(const DataSource& source) {
  constexpr int any = std::numeric_limits<int>::max();
  constexpr std::size_t many = std::numeric_limits<std::size_t>::max();
  check_range("train_images", source.train_images, 0, any);
  check_range("test_images", source.test_images, 0, any);
  if (source.source == "shapes") {
    check_range("side", source.side, 8, 64);
    check_channels(source);
    check_paths(source, 0, 0, "none");
    return Kind::shapes;
  }
  if (source.source == "cifar10" || source.source == "cifar100") {
    check_paths(source, 1, many, "at least one binary file");
    return source.source == "cifar10" ? Kind::cifar10 : Kind::cifar100;
  }
  if (source.source == "idx") {
    check_paths(source, 2, 2, "two: the images file, then the labels file");
    return Kind::idx;
  }
  if (source.source == "folder") {
    check_range("side", source.side, 8, 512);
    check_channels(source);
    check_paths(source, 1, 1, "one: a folder with a sub-folder a class");
    return Kind::folder;
  }
  throw Error(ExitCode::bad_job,
              "[data] source = \"" + source.source + "\"; expected shapes, cifar10, cifar100, idx or folder");
}

}  // namespace dataset
}  // namespace flash

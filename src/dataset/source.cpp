// What a job says about its data: as JSON, and checked.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "flash/core/error.hpp"
#include "flash/dataset/source.hpp"

namespace flash {
namespace {

constexpr double most_held_out = 0.9;
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

void check_paths(const DataSource& source, const char* key, const std::vector<std::filesystem::path>& paths,
                 const PathRule& rule) {
  if (paths.size() >= rule.least && paths.size() <= rule.most) return;
  throw Error(ExitCode::bad_job, std::string("[data] ") + key + " has " + std::to_string(paths.size()) +
                                     " paths; source \"" + source.source + "\" expects " + rule.needs);
}

void check_range(const char* key, int value, int least, int most) {
  if (value < least || value > most) {
    throw Error(ExitCode::bad_job, std::string("[data] ") + key + " = " + std::to_string(value) +
                                       "; expected " + std::to_string(least) + " to " + std::to_string(most));
  }
}

void check_share(const char* key, double value) {
  if (!(value >= 0 && value <= most_held_out)) {
    throw Error(ExitCode::bad_job, std::string("[data] ") + key + " = " + Json(value).dump() +
                                       "; expected 0 to 0.9: the share of the training images to hold out");
  }
}

// A share is a number; absent: 0, as in results of versions that held nothing out.
double to_share(const Json& json, const char* key) {
  if (!json.contains(key)) return 0;
  if (!json.at(key).is_number()) bad(std::string(key) + " is no number");
  return json.at(key).get<double>();
}

void check_test_share(const DataSource& source, const Source& format) {
  if (source.test_share == 0) return;
  const auto refuse = [](const std::string& why) {
    throw Error(ExitCode::bad_job,
                "[data] test_share takes the test images out of the training images: " + why);
  };
  if (format.paths().most == 0) refuse("source \"" + source.source + "\" draws test images of its own");
  if (!source.test.empty()) refuse("leave data.test away, or test_share");
  if (source.test_images != 0) refuse("test_images must be 0");
}

void check_channels(const DataSource& source) {
  if (source.channels != 1 && source.channels != 3) {
    throw Error(ExitCode::bad_job,
                "[data] channels = " + std::to_string(source.channels) + "; expected 1 or 3");
  }
}

}  // namespace

Json to_json(const DataSource& source) {
  Json json{{"source", source.source},           {"train", from_paths(source.train)},
            {"test", from_paths(source.test)},   {"side", source.side},
            {"channels", source.channels},       {"train_images", source.train_images},
            {"test_images", source.test_images}, {"seed", source.seed}};
  // Absent where nothing is held out, so that results from before there were shares still hold.
  if (source.validation_share > 0) json["validation_share"] = source.validation_share;
  if (source.test_share > 0) json["test_share"] = source.test_share;
  return json;
}

DataSource data_source_from_json(const Json& json) {
  if (!json.is_object()) bad("not an object");
  for (const char* key : keys) {
    if (!json.contains(key)) bad(std::string("key \"") + key + "\" is missing");
  }
  const std::size_t shares = json.contains("validation_share") + json.contains("test_share");
  if (json.size() != keys.size() + shares) bad("it has a key that is not known: " + json.dump());
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
  source.validation_share = to_share(json, "validation_share");
  source.test_share = to_share(json, "test_share");
  return source;
}

const Source* find_source(std::string_view name) {
  const auto found = std::ranges::find(sources(), name, &Source::name);
  return found == sources().end() ? nullptr : *found;
}

const Source& source_of(const DataSource& source) {
  if (const Source* found = find_source(source.source)) return *found;
  throw Error(ExitCode::bad_job, "[data] source = \"" + source.source + "\"; expected " + source_names("or"));
}

const Source& checked_source(const DataSource& source) {
  constexpr int any = std::numeric_limits<int>::max();
  check_range("train_images", source.train_images, 0, any);
  check_range("test_images", source.test_images, 0, any);
  const Source& format = source_of(source);
  if (takes_side(format)) {
    check_range("side", source.side, format.sides().least, format.sides().most);
    check_channels(source);
  }
  check_paths(source, "train", source.train, format.paths());
  check_share("validation_share", source.validation_share);
  check_share("test_share", source.test_share);
  check_test_share(source, format);
  if (source.test_share == 0) check_paths(source, "test", source.test, format.paths());
  return format;
}

DataSource without_test_share(const DataSource& source) {
  constexpr int least = 2;  // images of two classes
  if (source.test_share == 0) return source;
  DataSource whole = source;
  whole.test = source.train;
  whole.test_images = least;
  return whole;
}

bool draws_images(const Source& source) { return source.paths().most == 0; }

bool takes_side(const Source& source) { return source.sides().most > 0; }

std::string source_names(const std::string& last, bool (*which)(const Source&)) {
  std::vector<std::string> names;
  for (const Source* source : sources())
    if (which == nullptr || which(*source)) names.emplace_back(source->name());
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 < names.size() ? ", " : " " + last + " ";
    text += names[i];
  }
  return text;
}

DataShape inspect_data(const DataSource& source) {
  return split(checked_source(source).inspect(without_test_share(source)), source);
}

DataShape split(DataShape shape, const DataSource& source) {
  const auto take = [&shape](double share) {
    const auto taken =
        static_cast<std::size_t>(std::llround(share * static_cast<double>(shape.train_images)));
    shape.train_images -= taken;
    return taken;
  };
  if (source.test_share > 0) shape.test_images = take(source.test_share);
  if (source.validation_share > 0) shape.validation_images = take(source.validation_share);
  return shape;
}

int count_class_folders(const DataSource& source) {
  const Source* format = find_source(source.source);
  return format == nullptr ? 0 : format->count_class_folders(source);
}

}  // namespace flash

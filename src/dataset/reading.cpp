#include <algorithm>
#include <system_error>

#include "flash/core/error.hpp"
#include "flash/dataset/reading.hpp"

namespace flash::dataset {

void bad_data(const fs::path& path, const std::string& what) {
  throw Error(ExitCode::bad_data, path.string() + ": " + what);
}

std::uint64_t checked_file_size(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) {
    throw Error(ExitCode::missing_input, path.string() + ": no such file");
  }
  if (status.type() == fs::file_type::none) {
    throw Error(ExitCode::io, path.string() + ": cannot be looked at: " + error.message());
  }
  if (status.type() != fs::file_type::regular) bad_data(path, "not a regular file; expected a data file");
  const std::uintmax_t size = fs::file_size(path, error);
  if (error) throw Error(ExitCode::io, path.string() + ": cannot be looked at: " + error.message());
  return size;
}

void check_set_bytes(std::uint64_t images, int side, int channels) {
  const auto image = static_cast<std::uint64_t>(side) * static_cast<std::uint64_t>(side) *
                     static_cast<std::uint64_t>(channels);
  if (images > max_set_bytes / image) {
    throw Error(ExitCode::bad_job,
                std::to_string(images) + " images of " + std::to_string(image) +
                    " bytes are more than the 8 GiB that a set may hold: lower side, train_images "
                    "or test_images in [data]");
  }
}

namespace {

std::size_t limited_count(std::size_t available, int limit, const std::string& what) {
  if (limit < 0 || static_cast<std::size_t>(limit) > available) {
    throw Error(ExitCode::bad_job, what + " holds " + std::to_string(available) + " images, but " +
                                       std::to_string(limit) +
                                       " are asked for (data.train_images, data.test_images)");
  }
  return limit == 0 ? available : static_cast<std::size_t>(limit);
}

}  // namespace

std::vector<std::size_t> select_images(std::span<const Label> labels, int limit, const std::string& what) {
  const std::size_t wanted = limited_count(labels.size(), limit, what);
  const std::size_t classes =
      labels.empty() ? 0 : std::size_t{*std::max_element(labels.begin(), labels.end())} + 1;
  std::vector<std::vector<std::size_t>> by_class(classes);
  for (std::size_t i = 0; i < labels.size(); ++i) by_class[labels[i]].push_back(i);
  if (std::count(labels.begin(), labels.end(), labels.front()) == std::ssize(labels)) {
    bad_data(what, "all labels are " + std::to_string(labels.front()) + "; expected at least 2 classes");
  }
  std::vector<std::size_t> selected;
  selected.reserve(wanted);
  for (std::size_t round = 0; selected.size() < wanted; ++round) {
    for (const auto& positions : by_class) {
      if (round < positions.size() && selected.size() < wanted) selected.push_back(positions[round]);
    }
  }
  std::sort(selected.begin(), selected.end());
  return selected;
}

}  // namespace flash::dataset

// Which images a job has: their digest, remembered as long as the files look untouched.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "flash/dataset/dataset.hpp"

namespace flash {

// What RUN/images.json holds: a digest, and how the files looked when it was made.
struct KnownImages {
  std::string signature;  // data_signature; "": not to be trusted again
  std::string digest;     // data_digest
  bool operator==(const KnownImages&) const = default;
};

// Reads every file, unless they all look as they did when `before` was made. Throws as inspect_data.
KnownImages look_at_images(const DataSource& source, const KnownImages& before = {});

// Nothing where the file is not there or not ours: then all is read again.
KnownImages read_known_images(const std::filesystem::path& file);
std::string text_of(const KnownImages& images);

}  // namespace flash

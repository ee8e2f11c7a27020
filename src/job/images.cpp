#include "flash/job/images.hpp"

#include "flash/core/clock.hpp"
#include "flash/core/file.hpp"
#include "flash/core/json.hpp"
#include "flash/dataset/data_digest.hpp"

namespace flash {
namespace {

// A file that changes this soon after it was read may keep its time: clocks of file systems tick that slowly.
constexpr double settled_seconds = 3;

}  // namespace

KnownImages look_at_images(const DataSource& source, const KnownImages& before) {
  double newest_change = 0;
  KnownImages images;
  images.signature = data_signature(source, &newest_change);
  if (!before.signature.empty() && images.signature == before.signature) return before;
  const double now = unix_time();
  images.digest = data_digest(source);
  if (newest_change > now - settled_seconds || data_signature(source, &newest_change) != images.signature)
    images.signature.clear();
  return images;
}

KnownImages read_known_images(const std::filesystem::path& file) {
  try {
    const Json json = Json::parse(read_file(file));
    return {json.at("signature").get<std::string>(), json.at("digest").get<std::string>()};
  } catch (const std::exception&) {
    return {};
  }
}

std::string text_of(const KnownImages& images) {
  return Json{{"signature", images.signature}, {"digest", images.digest}}.dump() + "\n";
}

}  // namespace flash

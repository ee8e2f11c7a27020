#include "flash/task/checkpoint.hpp"

#include <bit>
#include <cmath>
#include <cstring>

#include "flash/core/hash.hpp"
#include "flash/core/json_reader.hpp"
#include "flash/core/parse_json.hpp"
#include "flash/core/version.hpp"

namespace flash {
namespace {

constexpr std::string_view magic = "flash-checkpoint 1\n";
constexpr std::size_t digest_size = 64;
constexpr std::size_t body_offset = magic.size() + digest_size + 1;  // what the digest is of
static_assert(std::endian::native == std::endian::little && sizeof(float) == 4);

// Another version may round differently.
std::string software() { return std::string(software_version).append(" ").append(git_hash); }

[[noreturn]] void refuse(const std::string& reason) { throw Error(ExitCode::bad_data, reason); }

Json to_json(const TrainingPosition& position) {
  Json curve = Json::array();
  for (const EpochRecord& record : position.curve) curve.push_back(to_json(record));
  return Json{{"attempt", position.attempt}, {"curve", std::move(curve)},
              {"batches", position.batches}, {"loss_sum", position.loss_sum},
              {"tested", position.tested},   {"right", position.right},
              {"seconds", position.seconds}, {"epoch_start", position.epoch_start}};
}

TrainingPosition position_from_json(const Json& json) {
  const JsonReader reader(json, "its position");
  TrainingPosition position;
  position.attempt = reader.get<int>("attempt");
  const Json& curve = reader.at("curve");
  if (!curve.is_array()) reader.fail("has a wrong value at key 'curve': expected an array");
  for (const Json& record : curve) position.curve.push_back(epoch_record_from_json(record));
  position.batches = reader.get<std::int64_t>("batches");
  position.loss_sum = reader.get<double>("loss_sum");
  position.tested = reader.get<std::int64_t>("tested");
  position.right = reader.get<std::int64_t>("right");
  position.seconds = reader.get<double>("seconds");
  position.epoch_start = reader.get<double>("epoch_start");
  return position;
}

bool within(const TrainingPosition& position, const TrainingExtent& extent) {
  const auto in = [](auto value, auto low, auto high) { return value >= low && value <= high; };
  if (std::cmp_greater_equal(position.curve.size(), extent.epochs)) return false;
  for (std::size_t k = 0; k < position.curve.size(); ++k) {
    const EpochRecord& record = position.curve[k];
    if (std::cmp_not_equal(record.epoch, k + 1) || !std::isfinite(record.train_loss) ||
        !in(record.accuracy, 0.0, 1.0) || !(record.seconds >= 0))
      return false;
  }
  return in(position.attempt, 1, extent.attempts) && in(position.batches, 0, extent.batches) &&
         in(position.tested, 0, position.batches == extent.batches ? extent.judging_images : 0) &&
         in(position.right, 0, position.tested) && in(position.epoch_start, 0.0, position.seconds);
}

}  // namespace

CheckpointSettings checkpoint_settings_from_json(const Json& json) {
  const JsonReader reader(json, "checkpoint settings");
  CheckpointSettings settings;
  settings.file = reader.get<std::string>("file");
  settings.key = reader.get<std::string>("key");
  settings.every_s = reader.get<double>("every_s");
  if (json.contains("last")) settings.last = reader.get<bool>("last");
  if (!settings.file.is_absolute() || !settings.file.has_filename())
    reader.fail("has a wrong value at key 'file': expected the absolute path of a file");
  if (settings.every_s < 0) reader.fail("has a wrong value at key 'every_s': expected 0 or more");
  return settings;
}

std::string encode_checkpoint(const std::string& key, const TrainingCheckpoint& checkpoint) {
  const Json head{{"key", key},
                  {"software", software()},
                  {"position", to_json(checkpoint.position)},
                  {"values", checkpoint.values.size()}};
  const std::string head_line = head.dump() + '\n';
  const std::size_t values_size = 4 * checkpoint.values.size();
  std::string bytes(magic);
  bytes.reserve(body_offset + head_line.size() + values_size);  // of a large network half a gigabyte
  bytes.append(digest_size, '0').append("\n").append(head_line);
  bytes.append(reinterpret_cast<const char*>(checkpoint.values.data()), values_size);
  bytes.replace(magic.size(), digest_size, sha256_hex(std::string_view(bytes).substr(body_offset)));
  return bytes;
}

TrainingCheckpoint decode_checkpoint(std::string_view bytes, const std::string& key,
                                     const TrainingExtent& extent) {
  if (!bytes.starts_with(magic)) refuse("it is no checkpoint of version 1");
  if (bytes.size() <= body_offset) refuse("it is truncated");
  const std::string_view body = bytes.substr(body_offset);
  if (bytes.substr(magic.size(), digest_size + 1) != sha256_hex(body) + '\n')
    refuse("it is damaged: its digest is another");
  const std::size_t head_size = std::min(body.find('\n'), body.size());
  const Json head = parse_json(body.substr(0, head_size));
  const JsonReader reader(head, "its head");
  if (reader.get<std::string>("key") != key) refuse("it is another training's");
  if (reader.get<std::string>("software") != software()) refuse("another version of flash wrote it");
  TrainingCheckpoint checkpoint{position_from_json(reader.at("position")), {}};
  if (!within(checkpoint.position, extent) || reader.get<std::uint64_t>("values") != extent.values)
    refuse("it is a training's of another length or shape");
  const std::string_view values = body.substr(std::min(head_size + 1, body.size()));
  if (values.size() / 4 != extent.values || values.size() % 4 != 0)
    refuse("it holds " + std::to_string(values.size()) + " bytes for " + std::to_string(extent.values) +
           " values");
  checkpoint.values.resize(extent.values);
  std::memcpy(checkpoint.values.data(), values.data(), values.size());
  return checkpoint;
}

std::uint64_t checkpoint_bytes_at_most(const std::string& key, const TrainingExtent& extent) {
  constexpr std::uint64_t head = 4096;         // without key and curve
  constexpr std::uint64_t epoch_record = 256;  // its JSON
  constexpr std::uint64_t escaped = 6;         // bytes of JSON a byte of the key
  return head + escaped * key.size() + epoch_record * static_cast<std::uint64_t>(extent.epochs) +
         4 * std::uint64_t{extent.values};
}

}  // namespace flash

#include "flash/train/checkpoint_file.hpp"

#include <exception>

#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/log/log.hpp"

namespace flash {
namespace {

namespace fs = std::filesystem;

TrainingCheckpoint read_checkpoint(const CheckpointSettings& settings, const TrainingExtent& extent) {
  if (!fs::is_regular_file(settings.file)) throw Error(ExitCode::bad_data, "it is no file");
  if (fs::file_size(settings.file) > checkpoint_bytes_at_most(settings.key, extent))
    throw Error(ExitCode::bad_data, "it is too long for this training's");
  return decode_checkpoint(read_file(settings.file), settings.key, extent);
}

}  // namespace

std::optional<TrainingCheckpoint> CheckpointFile::read(const TrainingExtent& extent) {
  try {
    if (!fs::exists(settings_.file)) return std::nullopt;
    return read_checkpoint(settings_, extent);
  } catch (const std::exception& error) {
    log_warning("checkpoint {} cannot be used, the training begins anew: {}", settings_.file.string(),
                error.what());
    return std::nullopt;
  }
}

void CheckpointFile::write(const TrainingCheckpoint& checkpoint) {
  try {
    fs::create_directories(settings_.file.parent_path());
    write_file_atomically(settings_.file, encode_checkpoint(settings_.key, checkpoint));
  } catch (const std::exception& error) {
    if (!warned_)
      log_warning("checkpoint {} cannot be written, a stop would cost the training under way: {}",
                  settings_.file.string(), error.what());
    warned_ = true;
  }
  since_last_ = Stopwatch();
}

}  // namespace flash

// The state of a training under way, from which it goes on with the same digits; free of LibTorch.
//
// Format: the line "flash-checkpoint 1", a line with the SHA-256 of all that follows it in hexadecimal, one
// line of JSON (key, software, position, number of values), and the values as little-endian float32.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "flash/core/json.hpp"
#include "flash/task/training.hpp"

namespace flash {

struct CheckpointSettings {
  std::filesystem::path file;
  std::string key;      // names the training: what its result depends on
  double every_s = 60;  // seconds between two checkpoints; 0: one after every batch
  bool last = false;    // one at the end of the last epoch too: whoever goes on from it has the network
};
CheckpointSettings checkpoint_settings_from_json(const Json& json);

// How far a training is. Everything else follows from this, the values and what the training was asked for:
// its random numbers are functions of seed, epoch and image, its learning rate one of try and step.
struct TrainingPosition {
  int attempt = 1;                   // the try under way
  std::vector<EpochRecord> curve{};  // of the epochs that this try is through with
  std::int64_t batches = 0;          // done of the epoch under way
  double loss_sum = 0;               // over those batches
  std::int64_t tested = 0;           // judging images done behind the epoch's last batch
  std::int64_t right = 0;            // of those
  double seconds = 0;                // of the training so far, earlier tries included
  double epoch_start = 0;            // what `seconds` was when the epoch under way began
};

struct TrainingCheckpoint {
  TrainingPosition position;
  std::vector<float> values;  // whatever training changes: parameters, moments, running statistics
};

// How far a training can be: what does not lie within is another training's.
struct TrainingExtent {
  int attempts = 1;
  int epochs = 1;
  std::int64_t batches = 1;  // an epoch
  std::int64_t judging_images = 1;
  std::size_t values = 0;
};

std::string encode_checkpoint(const std::string& key, const TrainingCheckpoint& checkpoint);

// Throws Error bad_data where the bytes are damaged, of another key, format or version of flash, or do not
// fit the extent.
TrainingCheckpoint decode_checkpoint(std::string_view bytes, const std::string& key,
                                     const TrainingExtent& extent);

// No checkpoint of such a training is longer.
std::uint64_t checkpoint_bytes_at_most(const std::string& key, const TrainingExtent& extent);

}  // namespace flash

// A store of checkpoints that stops whoever writes to it, as a kill would.
#pragma once

#include <optional>
#include <string>

#include "flash/train/checkpoint_file.hpp"

namespace flash {

struct Interrupted {};

// Keeps checkpoints in memory, one after every batch, and interrupts the training at the last of `writes`.
class InterruptingStore : public CheckpointStore {
 public:
  explicit InterruptingStore(int writes) : writes_left_(writes) {}
  std::optional<TrainingCheckpoint> read(const TrainingExtent& extent) override {
    if (bytes_.empty()) return std::nullopt;
    return decode_checkpoint(bytes_, "key", extent);
  }
  bool due() const override { return writes_left_ > 0; }
  void write(const TrainingCheckpoint& checkpoint) override {
    last_ = checkpoint.position;
    bytes_ = encode_checkpoint("key", checkpoint);
    if (--writes_left_ == 0) throw Interrupted();
  }
  void interrupt_again_after(int writes) { writes_left_ = writes; }
  const TrainingPosition& last() const { return last_; }

 private:
  int writes_left_;
  TrainingPosition last_;
  std::string bytes_;
};

}  // namespace flash

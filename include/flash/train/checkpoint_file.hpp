// Where a training keeps its state between two starts of the program.
#pragma once

#include <optional>

#include "flash/core/clock.hpp"
#include "flash/task/checkpoint.hpp"

namespace flash {

class CheckpointStore {
 public:
  virtual ~CheckpointStore() = default;
  // What was written last, where it is a training's of this extent.
  virtual std::optional<TrainingCheckpoint> read(const TrainingExtent& extent) = 0;
  virtual bool due() const = 0;  // asked after every batch; what is due is written
  virtual bool wants_last() const {
    return false;
  }  // one is written at the end of the last epoch in any case
  virtual void write(const TrainingCheckpoint& checkpoint) = 0;
};

// A file. What cannot be read or trusted is not, and what cannot be written is not written: a warning says so
// and the training goes on, from its beginning or without a checkpoint.
class CheckpointFile : public CheckpointStore {
 public:
  explicit CheckpointFile(CheckpointSettings settings) : settings_(std::move(settings)) {}
  std::optional<TrainingCheckpoint> read(const TrainingExtent& extent) override;
  bool due() const override { return since_last_.seconds() >= settings_.every_s; }
  bool wants_last() const override { return settings_.last; }
  void write(const TrainingCheckpoint& checkpoint) override;  // makes the folder where it is missing

 private:
  CheckpointSettings settings_;
  Stopwatch since_last_;
  bool warned_ = false;  // of a write that failed: once is enough
};

}  // namespace flash

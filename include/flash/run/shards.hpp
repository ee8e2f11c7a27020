// Shards of a sweep: parts of its blocks that run without MPI, each in a run directory of its own, such as
// the elements of a job array. Merged, they are the sweep that one run would have made.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "flash/findings/job_record.hpp"
#include "flash/findings/plan.hpp"
#include "flash/findings/results.hpp"
#include "flash/job/job.hpp"

namespace flash {

// Of every `count` tasks, in the order of their ids, a shard has the `number`-th: so each has its part of
// dear and of cheap blocks.
struct Shard {
  std::uint64_t number = 1;  // 1 .. count
  std::uint64_t count = 1;
  bool holds(TaskId task) const { return task % count == number - 1; }
  bool operator==(const Shard&) const = default;
};
Shard parse_shard(const std::string& text);  // "2/16"; throws Error usage
std::string name(const Shard& shard);        // "2/16"

// What a shard's journal says of it, as an event: which one it is, and the digest of the sweep that it is
// a part of.
struct ShardMark {
  Shard shard;
  std::string digest;
  bool operator==(const ShardMark&) const = default;
};
Event to_event(const ShardMark& mark);
std::optional<ShardMark> shard_mark(const Results& results);  // none: the run is no shard

// Whether a run's results may become those of this shard, or of a whole sweep where none is wanted. Throws
// Error usage for another shard or none, bad_data for one that was begun with other models.
void require_shard(const std::filesystem::path& run, const Results& results,
                   const std::optional<ShardMark>& wanted);

// The run directory of a shard. Only its sweep is read.
struct ShardRun {
  std::filesystem::path directory;
  JobRecord job;
  ShardMark mark;
  Results results;
};
// Throws Error missing_input for what is no run directory; bad_data for a run that is no shard.
ShardRun read_shard(const std::filesystem::path& directory);

// Throws Error bad_data unless these are all shards of one sweep, each once: of the same space, models,
// constraints and blocks, whatever else their jobs say, and the same number of shards.
void require_all_shards(const std::vector<ShardRun>& shards);

// What all shards found, as one sweep.
struct MergedSweep {
  std::string digest;   // of the whole sweep
  std::string sources;  // the shards' directories
  std::filesystem::path models;
  Results::Stage outcomes;
};
// `job` is the shards' own, resolved. Throws Error bad_data where a shard lacks a block, holds one that is
// none of its own, or where models.json is no longer what it was swept with.
MergedSweep merge_shards(const Job& job, std::vector<ShardRun> shards);

}  // namespace flash

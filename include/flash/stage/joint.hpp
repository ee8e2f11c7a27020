// The search over compression as stages of a run: samples that are truly compressed, the models that they give, and the
// best of what is found, truly compressed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "flash/findings/findings.hpp"
#include "flash/findings/results.hpp"
#include "flash/joint/joint_search.hpp"
#include "flash/stage/compression.hpp"
#include "flash/stage/stage.hpp"
#include "flash/task/compression.hpp"

namespace flash {

inline constexpr std::string_view compress_samples_name = "compress_samples";
inline constexpr std::string_view compress_confirm_name = "compress_confirm";

// A network that is trained and compressed, each cell in its way.
struct JointCompression {
  TaskId task = 0;
  NetworkId id = 0;
  std::vector<std::size_t> options;  // of each cell: positions in the job's
  std::uint64_t seed = 0;            // of its training
  Json told = Json::object();        // what else the result is to hold: what was predicted
};

// The settings that compress a network so: each layer with its cell's share and bits.
CompressionSettings compression_of(const Job& job, const NetworkGraph& graph,
                                   const std::vector<std::size_t>& options);

StagePlan plan_compressions(const Job& job, const Space& space, std::string_view stage,
                            const std::vector<JointCompression>& list);

// job.joint.networks of those trained for the predictor, with their own seeds; of each the first sample has one option
// for all cells, each option in turn, the others draw one for each cell, not all dense.
std::vector<JointCompression> compression_samples(Findings& findings);

// The best by models that know the samples and what earlier rounds have found, round by round, as far as these are all
// there: those that have not been compressed so, job.joint.top of each round. Ends where the models' best has been tried.
std::vector<JointCompression> confirmed_compressions(Findings& findings);

// What those that ended well say, and those of so many rounds of compress_confirm. Throws Error missing_input where the
// run has none, bad_data where they are too few.
inline constexpr TaskId tasks_a_round =
    100;  // compress.top at most: a task is its round times so many, and its place
inline constexpr int all_rounds = 1'000'000;
JointModels joint_models(Findings& findings);
JointModels joint_models(const Job& job, const Space& space, const Results& results, int rounds = all_rounds);

// The question of a job with its options of compression: the ceiling on file bytes, and what is minimised. `joint` gives
// the metric.
void set_joint_question(const Job& job, Objective& objective, Constraints& constraints);

// The target's model of what compressed cells cost; none where it has none. `job` must outlive it.
ModelledCosts modelled_costs(const Job& job);

// An outcome of both stages.
struct JointOutcome {
  std::string_view stage;
  TaskId task = 0;
  int round = 0;                        // of compress_confirm, from 0
  std::string cells;                    // "dense | bits 4 | keep 0.25 bits 4"
  double accuracy = 0, file_bytes = 0;  // predicted; NaN of a sample
  double latency = 0, energy = 0;       // likewise, modelled: ms, mJ
  Compressed made;
  // Of the file, on the job's target by its model; NaN where that has none or the compression failed.
  Measurement cost(const Job& job) const;
  // Whether accuracy, by the images that judge, bytes, and what the target's model says of the file are what the job
  // asks for.
  bool holds(const Job& job) const;
};
std::vector<JointOutcome> joint_outcomes(const Results& results);

}  // namespace flash

// Helpers of the job file tests.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "flash/core/error.hpp"
#include "flash/core/json.hpp"
#include "flash/job/job.hpp"

namespace flash::test {

// A job with something in every section.
inline const std::string full_job = R"([job]
name = "trial-1"
seed = 7

[space]
wm = [1, 2]
preset = "cifar-small"
depths = "4..8:2"

[data]
source = "cifar10"
train = ["a/data_batch_1.bin", "/abs/data_batch_2.bin"]
test = "../test_batch.bin"
train_images = 5000

[sample]
count = 8
holdout = 2
max_mmacs = 50

[train]
epochs = 3
learning_rate = 1e-2
optimiser = "adam"
flip = false

[predictor]
kind = "paper"
reading = "channels"

[hardware]
repeats = 5
warmup = 0

[objective]
latency = 0.5
energy = 0

[constraints]
accuracy_min = 0.6
latency_max_ms = 2

[search]
methods = ["random"]
seeds = 2

[sweep]
block = 1_000_000

[farm]
task_timeout_s = 600

[models]
file = "models/host.json"
)";

// The whole message of a job that must be refused with exit code 78; "accepted" where it is not.
inline std::string refusal(const std::string& text) {
  try {
    parse_job(text, "dir/job.toml");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_job);
    return error.what();
  }
  return "accepted";
}

// Everything that a job says, so that two can be compared.
inline Json all_of(const Job& job) {
  const auto& hardware = job.hardware;
  return Json{{"name", job.name},
              {"seed", job.seed},
              {"space", to_json(job.space)},
              {"data", to_json(job.data)},
              {"sample", {job.sample.count, job.sample.holdout, job.sample.max_mmacs}},
              {"train", to_json(job.training)},
              {"predictor", job.predictor},
              {"reading", job.reading},
              {"hardware", {hardware.target, hardware.count, hardware.holdout, hardware.max_mmacs}},
              {"host", hardware.targets.named("host").provenance().at("settings")},
              {"objective", to_json(job.objective)},
              {"constraints", to_json(job.constraints)},
              {"margin", job.constraints.margin},
              {"search", {job.search.methods, job.search.seeds, job.search.evaluations}},
              {"sweep", {job.sweep.top, job.sweep.block, job.sweep.max_size}},
              {"farm", {job.farm.attempts, job.farm.task_timeout_s}},
              {"models", job.models_file.string()}};
}

}  // namespace flash::test
